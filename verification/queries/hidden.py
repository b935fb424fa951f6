"""A hidden question as its page shows it: a signed case, masked as one that is being judged.

Whoever is asked must find nothing by which it differs from an open case: the same lists, pages and forms, under a
public number of its own, without the verdict, the answers and what came after the sign-off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import Assessment, Case, Evidence, FactCheck, HiddenBallot, Item
from verification.queries import clusters, desk, justice, queue
from verification.queries.desk import Dossier, EvidenceRow
from verification.queries.queue import QueueRow
from verification.rules.lifecycle import CaseState
from verification.rules.parameters import PARAMETERS
from verification.rules.quorum import QUORUM_ASSESSMENTS
from verification.rules.triage import TriageSignal


def hidden_ballot(session: Session, *, public_id: str, person_id: int) -> HiddenBallot | None:
    """Return the hidden question that this person knows by `public_id`, or None."""
    mine = (HiddenBallot.public_id == public_id, HiddenBallot.person_id == person_id)
    return session.scalar(select(HiddenBallot).where(*mine))


def dossier(session: Session, *, public_id: str, person_id: int, now: datetime) -> Dossier:
    """Return what this person may see of a case or of a hidden question, or raise NoSuchCase."""
    ballot = hidden_ballot(session, public_id=public_id, person_id=person_id)
    if ballot is None:
        return desk.dossier(session, public_id=public_id, person_id=person_id, now=now)
    case = session.get_one(Case, ballot.case_id)
    found = desk.dossier(session, public_id=case.public_id, person_id=person_id, now=now)
    answered, held = ballot.answered_at is not None, _is_held(ballot, now)
    return replace(
        found,
        case=_masked(session, case, ballot),
        links=(),
        evidence=evidence_of(session, ballot, found),
        own=_own(ballot),
        others=found.others if answered else (),
        decision=found.decision if answered else None,
        holds=(),
        narratives=(),
        authors={},
        held_by=session.get_one(Person, person_id).name if held else "",
        held_by_me=held,
        i_reported=False,
    )


def cluster(session: Session, *, public_id: str, person_id: int) -> clusters.Cluster:
    """Return the messages around a case or a hidden question, or raise NoSuchCase."""
    ballot = hidden_ballot(session, public_id=public_id, person_id=person_id)
    if ballot is None:
        return clusters.cluster(session, public_id=public_id)
    case = session.get_one(Case, ballot.case_id)
    found = clusters.cluster(session, public_id=case.public_id)
    items = tuple(replace(row, came_from="") for row in found.items)
    return replace(found, case=_masked(session, case, ballot), items=items, changes=(), near=(), links=())


def sides(session: Session, *, public_id: str, person_id: int) -> justice.Sides:
    """Return whom a case or a hidden question concerns, or raise NoSuchCase."""
    ballot = hidden_ballot(session, public_id=public_id, person_id=person_id)
    if ballot is None:
        return justice.sides(session, public_id=public_id)
    case = session.get_one(Case, ballot.case_id)
    found = justice.sides(session, public_id=case.public_id)
    return replace(found, case=_masked(session, case, ballot), doubts=(), statements=())


def desk_queue(session: Session, *, person_id: int, now: datetime, limit: int = 30) -> list[QueueRow]:
    """Return this person's queue with the hidden question that waits for them at the place its urgency gives it."""
    rows = queue.queue(session, person_id=person_id, now=now, limit=limit)
    known = set(session.get_one(Person, person_id).topics)
    rows += [_row(session, one, known=known) for one in _open(session, person_id) if not _is_held(one, now)]
    lift = PARAMETERS.queue.own_topic_points
    return sorted(rows, key=lambda row: (-row.priority - lift * bool(row.own_topics), row.opened_at))[:limit]


def held_cases(session: Session, *, person_id: int, now: datetime) -> list[QueueRow]:
    """Return what this person holds, hidden questions among it, what runs out first at the top."""
    rows = queue.held_cases(session, person_id=person_id, now=now)
    held = [one for one in _open(session, person_id) if _is_held(one, now)]
    rows += [replace(_row(session, one), held_until=one.taken_until) for one in held]
    return sorted(rows, key=lambda row: row.held_until or now)


def evidence_of(session: Session, ballot: HiddenBallot, found: Dossier) -> tuple[EvidenceRow, ...]:
    """Return the evidence that stood at the sign-off, and what the asked person added under their question."""
    signed_at = _signed_at(session, ballot)
    before = [row for row in found.evidence if row.evidence.added_at <= signed_at]
    return (*(_with_opinion(row, ballot) for row in before), *(_added(session, ballot, one) for one in ballot.sources))


def _with_opinion(row: EvidenceRow, ballot: HiddenBallot) -> EvidenceRow:
    said = ballot.opinions.get(str(row.evidence.id))
    if said is None:
        return row
    return replace(row, mine=said, agreeing=row.agreeing + said, contesting=row.contesting + (not said))


def _added(session: Session, ballot: HiddenBallot, source: dict[str, Any]) -> EvidenceRow:
    added_at = datetime.fromisoformat(source["added_at"])
    fields = {name: source[name] for name in ("id", "url", "quote", "stance", "archive_url")}
    evidence = Evidence(
        **fields, case_id=ballot.case_id, added_by=ballot.person_id, added_at=added_at, archive_state="waiting"
    )
    return EvidenceRow(
        evidence=evidence,
        added_by=session.get_one(Person, ballot.person_id).alias,
        agreeing=0,
        contesting=0,
        mine=None,
        added_by_me=True,
        quote_found=None,
    )


def _open(session: Session, person_id: int) -> list[HiddenBallot]:
    waiting = (HiddenBallot.answered_at.is_(None), HiddenBallot.skipped_at.is_(None))
    holds = exists().where(FactCheck.case_id == HiddenBallot.case_id)
    query = select(HiddenBallot).where(HiddenBallot.person_id == person_id, *waiting, holds)
    return list(session.scalars(query))


def _is_held(ballot: HiddenBallot, now: datetime) -> bool:
    return ballot.answered_at is None and ballot.taken_until is not None and ballot.taken_until > now


def _row(session: Session, ballot: HiddenBallot, *, known: Collection[str] = ()) -> QueueRow:
    case = session.get_one(Case, ballot.case_id)
    masked = _masked(session, case, ballot)
    text = session.scalar(select(Item.text).where(Item.case_id == case.id).order_by(Item.id).limit(1))
    return QueueRow(
        case_id=case.id,
        public_id=masked.public_id,
        title=masked.claim or text or "",
        state=CaseState(masked.state),
        opened_at=masked.opened_at,
        report_count=masked.report_count,
        assessments=_filed(ballot),
        reasons=tuple(masked.priority_reasons),
        priority=masked.priority,
        own_topics=tuple(topic for topic in case.topics if topic in known),
    )


def _masked(session: Session, case: Case, ballot: HiddenBallot) -> Case:
    """Return the case as it stood while it was judged; it waits as long as it waited then. It is never saved."""
    return Case(
        id=case.id,
        public_id=ballot.public_id,
        state=_state(ballot).value,
        revision=0,
        claim=case.claim,
        claimant=case.claimant,
        language=case.language,
        topics=case.topics,
        named_organisation_ids=case.named_organisation_ids,
        priority=case.priority,
        # How long it waits and how near it is to a leaning would be told of the days of its sign-off.
        priority_reasons=[row for row in case.priority_reasons if row["signal"] not in _OF_ITS_TIME],
        report_count=case.report_count,
        opened_at=ballot.offered_at - (_signed_at(session, ballot) - case.opened_at),
        state_changed_at=ballot.offered_at,
    )


_OF_ITS_TIME = frozenset({TriageSignal.AGE, TriageSignal.NEAR_CONSENSUS})


def _state(ballot: HiddenBallot) -> CaseState:
    if ballot.answered_at is not None:
        return CaseState.EDITORIAL_REVIEW
    return CaseState.NEEDS_MORE_ASSESSMENTS if _filed(ballot) else CaseState.IN_REVIEW


def _filed(ballot: HiddenBallot) -> int:
    """Return a number of assessments such as an open case has, the same at every look."""
    return ballot.id % QUORUM_ASSESSMENTS


def _signed_at(session: Session, ballot: HiddenBallot) -> datetime:
    published = select(FactCheck.published_at).where(FactCheck.case_id == ballot.case_id)
    return session.scalar(published) or ballot.offered_at


def _own(ballot: HiddenBallot) -> Assessment | None:
    if ballot.answered_at is None or ballot.answer is None:
        return None
    return Assessment(
        id=0,
        case_id=ballot.case_id,
        person_id=ballot.person_id,
        verdict=ballot.answer,
        misinfo_type=ballot.misinfo_type,
        confidence=ballot.confidence or 1,
        reason=ballot.reason,
        evidence_ids=ballot.evidence_ids,
        filed_at=ballot.answered_at,
    )
