"""A hidden question as its page shows it: a signed case, masked as one that is being judged.

Whoever is asked must find nothing by which it differs from an open case: the same lists, pages and forms, under a
public number of its own, without the verdict, the answers and what came after the sign-off.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import exists, func, inspect, select
from sqlalchemy.orm import Session

from accounts.models import Person
from kernel.db import Base
from verification.models import Assessment, Case, Decision, Evidence, FactCheck, HiddenBallot, Item, RecusalDoubt
from verification.queries import clusters, desk, justice, queue
from verification.queries.desk import Dossier, EvidenceRow
from verification.queries.queue import QueueRow
from verification.rules.lifecycle import CaseState
from verification.rules.parameters import PARAMETERS
from verification.rules.quorum import QUORUM_ASSESSMENTS
from verification.rules.triage import TriageSignal

Row = TypeVar("Row", bound=Base)


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
    answered, held, holder = ballot.answered_at is not None, _is_held(ballot, now), handed_to(ballot, now)
    older = moved_by(session, ballot)
    own, judged = minds_of(ballot), _filed(session, ballot)
    others = [replace(row, assessment=_moved(row.assessment, older)) for row in found.others[:judged]]
    decision = Decision(case_id=case.id, outcome="none", votes=judged + 1, decided_at=now)
    return replace(
        found,
        case=_masked(session, case, ballot),
        items=() if ballot.doings.get("merged") else found.items[:1],
        links=(),
        evidence=evidence_of(session, ballot, found),
        own=own[-1] if own else None,
        others=tuple(others) if answered else (),
        others_count=judged,
        decision=decision if answered else None,
        holds=(),
        narratives=(),
        authors={},
        held_by=session.get_one(Person, person_id).name if held else holder,
        held_by_me=held,
        i_reported=False,
    )


def cluster(session: Session, *, public_id: str, person_id: int) -> clusters.Cluster:
    """Return the messages around a case or a hidden question, or raise NoSuchCase."""
    ballot = hidden_ballot(session, public_id=public_id, person_id=person_id)
    if ballot is None:
        found = clusters.cluster(session, public_id=public_id)
        came = [one for one in _mine(session, person_id) if one.doings.get("merged", {}).get("into") == public_id]
        items = [replace(row, came_from=one.public_id) for one in came for row in _items(session, one)]
        changes = [_change(session, one) for one in came]
        return replace(found, items=(*found.items, *items), changes=(*changes, *found.changes))
    case = session.get_one(Case, ballot.case_id)
    found = clusters.cluster(session, public_id=case.public_id)
    masked = _masked(session, case, ballot)
    rests = ballot.doings.get("merged")
    return replace(
        found,
        case=masked,
        items=() if rests else _items(session, ballot),
        changes=(_change(session, ballot),) if rests else (),
        near=(),
        links=(),
        merged_into=rests["into"] if rests else "",
    )


def sides(session: Session, *, public_id: str, person_id: int) -> justice.Sides:
    """Return whom a case or a hidden question concerns, or raise NoSuchCase."""
    ballot = hidden_ballot(session, public_id=public_id, person_id=person_id)
    if ballot is None:
        return justice.sides(session, public_id=public_id)
    case = session.get_one(Case, ballot.case_id)
    found = justice.sides(session, public_id=case.public_id)
    names = {one.id: one.name for one in found.named}
    doubts = tuple((_doubt(ballot, one), names.get(one["about"], "")) for one in ballot.doings.get("doubts", ()))
    return replace(found, case=_masked(session, case, ballot), doubts=doubts, statements=())


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
    held = [one for one in _mine(session, person_id) if _is_held(one, now)]
    rows += [replace(_row(session, one), held_until=one.taken_until) for one in held]
    return sorted(rows, key=lambda row: row.held_until or now)


def evidence_of(session: Session, ballot: HiddenBallot, found: Dossier) -> tuple[EvidenceRow, ...]:
    """Return the evidence that stood at the sign-off, and what the asked person added under their question."""
    signed_at, older = _signed_at(session, ballot), moved_by(session, ballot)
    before = [row for row in found.evidence if row.evidence.added_at <= signed_at]
    before = [replace(row, evidence=_moved(row.evidence, older)) for row in before]
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


def _mine(session: Session, person_id: int) -> list[HiddenBallot]:
    return list(session.scalars(select(HiddenBallot).where(HiddenBallot.person_id == person_id)))


def _open(session: Session, person_id: int) -> list[HiddenBallot]:
    waiting = (HiddenBallot.answered_at.is_(None), HiddenBallot.skipped_at.is_(None))
    holds = exists().where(FactCheck.case_id == HiddenBallot.case_id)
    query = select(HiddenBallot).where(HiddenBallot.person_id == person_id, *waiting, holds)
    return list(session.scalars(query))


def _is_held(ballot: HiddenBallot, now: datetime) -> bool:
    return ballot.taken_until is not None and ballot.taken_until > now


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
        assessments=_filed(session, ballot),
        reasons=tuple(masked.priority_reasons),
        priority=masked.priority,
        own_topics=tuple(topic for topic in case.topics if topic in known),
    )


def _masked(session: Session, case: Case, ballot: HiddenBallot) -> Case:
    """Return the case as it stood while it was judged; it waits as long as it waited then. It is never saved."""
    return Case(
        id=case.id,
        public_id=ballot.public_id,
        state=_state(session, ballot).value,
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
        opened_at=case.opened_at + moved_by(session, ballot),
        state_changed_at=ballot.offered_at,
    )


_OF_ITS_TIME = frozenset({TriageSignal.AGE, TriageSignal.NEAR_CONSENSUS})


def _state(session: Session, ballot: HiddenBallot) -> CaseState:
    judged = ballot.answered_at is not None or _filed(session, ballot)
    return CaseState.NEEDS_MORE_ASSESSMENTS if judged else CaseState.IN_REVIEW


def _filed(session: Session, ballot: HiddenBallot) -> int:
    """Return a number of others' assessments such as an open case has, the same at every look.

    So few that one more makes no verdict: nothing more happens on a hidden question once it is answered.
    """
    standing = (Assessment.case_id == ballot.case_id, Assessment.superseded_at.is_(None))
    others = session.scalar(select(func.count()).where(*standing, Assessment.person_id != ballot.person_id)) or 0
    return min(ballot.id % (QUORUM_ASSESSMENTS - 1), others)


def _signed_at(session: Session, ballot: HiddenBallot) -> datetime:
    published = select(FactCheck.published_at).where(FactCheck.case_id == ballot.case_id)
    return session.scalar(published) or ballot.offered_at


def moved_by(session: Session, ballot: HiddenBallot) -> timedelta:
    """Return by how much the moments of the signed case are moved, so that it is judged in these days."""
    return ballot.offered_at - _signed_at(session, ballot)


def minds_of(ballot: HiddenBallot) -> tuple[Assessment, ...]:
    """Return what the asked person said, in the order in which they said it; the last one stands."""
    if ballot.answered_at is None or ballot.answer is None:
        return ()
    first = {
        "verdict": ballot.answer,
        "misinfo_type": ballot.misinfo_type,
        "confidence": ballot.confidence or 1,
        "reason": ballot.reason,
        "evidence_ids": ballot.evidence_ids,
        "filed_at": ballot.answered_at.isoformat(),
    }
    return tuple(_mind(ballot, said) for said in (first, *ballot.doings.get("minds", ())))


def handed_to(ballot: HiddenBallot, now: datetime) -> str:
    """Return the name of the colleague to whom the question was handed and who would still hold it, or nothing."""
    handed = ballot.doings.get("handed")
    return handed["name"] if handed and datetime.fromisoformat(handed["until"]) > now else ""


def _mind(ballot: HiddenBallot, said: dict[str, Any]) -> Assessment:
    filed_at = datetime.fromisoformat(said["filed_at"])
    return Assessment(id=0, case_id=ballot.case_id, person_id=ballot.person_id, **{**said, "filed_at": filed_at})


def _moved(row: Row, older: timedelta) -> Row:
    """Return a copy of a row with its moments moved; it is never saved."""
    names = [attribute.key for attribute in inspect(type(row)).column_attrs]
    values = {name: getattr(row, name) for name in names}
    return type(row)(**{k: v + older if isinstance(v, datetime) else v for k, v in values.items()})


def _items(session: Session, ballot: HiddenBallot) -> tuple[clusters.ItemRow, ...]:
    """Return the one message of a question: what is one message cannot be taken apart."""
    found = clusters.cluster(session, public_id=session.get_one(Case, ballot.case_id).public_id)
    return tuple(replace(row, came_from="") for row in found.items[:1])


def _change(session: Session, ballot: HiddenBallot) -> clusters.ChangeRow:
    merged = ballot.doings["merged"]
    return clusters.ChangeRow(
        change_id=merged["id"],
        kind="merge",
        source=ballot.public_id,
        target=merged["into"],
        items=1,
        reason=merged["reason"],
        made_by=session.get_one(Person, ballot.person_id).alias,
        made_at=datetime.fromisoformat(merged["at"]),
        undone_by="",
        undone_at=None,
    )


def _doubt(ballot: HiddenBallot, said: dict[str, Any]) -> RecusalDoubt:
    return RecusalDoubt(
        id=said["id"],
        case_id=ballot.case_id,
        organisation_id=said["about"],
        reason=said["reason"],
        asked_by=ballot.person_id,
        asked_at=datetime.fromisoformat(said["at"]),
        outcome="open",
    )
