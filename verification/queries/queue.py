"""The lists of the desk: what waits for this person, what they hold, and what waits for a second person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from verification.models import Assessment, BallotAssignment, Case, CaseLease, CaseSkip, HiddenBallot, Item, Report
from verification.rules.lifecycle import ASSESSABLE, CaseState
from verification.rules.parameters import PARAMETERS

WAITING = frozenset({CaseState.TRIAGE, *ASSESSABLE})
"""States in which volunteers have something to do."""

FOR_REVIEWERS = (CaseState.CONSENSUS, CaseState.DISPUTED, CaseState.EDITORIAL_REVIEW)
"""States in which a verifier or an editor has something to do."""

POOL = 300
"""The most urgent cases among which a person's own topics and the lot choose; nobody reads further down."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in a list. `own_topics` are those of its topics that this person knows about."""

    case_id: int
    public_id: str
    title: str
    state: CaseState
    opened_at: datetime
    report_count: int
    assessments: int
    reasons: tuple[dict[str, Any], ...]
    priority: float
    own_topics: tuple[str, ...] = ()
    held_by: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """How this person's cases came to them so far."""

    by_lot: int
    chosen: int


def queue(session: Session, *, person_id: int, now: datetime, limit: int = 30) -> list[QueueRow]:
    """Return the cases that this person can help with, the most urgent for them first.

    Left out is what they reported, assessed or skipped, what somebody else holds, what speaks of their organisation,
    and what is in a language that they do not judge in. A topic of theirs lifts a case.
    """
    person = session.get_one(Person, person_id)
    rows = session.execute(_open_to(person, now)).all()
    known = set(person.topics)
    fit = [_queue_row(row, known) for row in rows if person.organisation_id not in row.Case.named_organisation_ids]
    lift = PARAMETERS.queue.own_topic_points
    fit.sort(key=lambda row: (-row.priority - lift * bool(row.own_topics), row.opened_at, row.case_id))
    return fit[:limit]


def held_cases(session: Session, *, person_id: int, now: datetime) -> list[QueueRow]:
    """Return the cases that this person holds, those that run out first at the top."""
    query = _rows(now).where(CaseLease.person_id == person_id).order_by(CaseLease.expires_at)
    return [_queue_row(row) for row in session.execute(query)]


def review_queue(session: Session, *, now: datetime, limit: int = 30) -> list[QueueRow]:
    """Return the cases that wait for a verifier or an editor, the longest waiting first."""
    states = [state.value for state in FOR_REVIEWERS]
    query = _rows(now).where(Case.state.in_(states)).order_by(Case.state_changed_at).limit(limit)
    return [_queue_row(row) for row in session.execute(query)]


def balance(session: Session, *, person_id: int) -> Balance:
    """Return how many cases came to this person by lot and by their own choice, hidden questions among them."""
    counted = select(BallotAssignment.way, func.count()).where(BallotAssignment.person_id == person_id)
    ways = Counter({row[0]: row[1] for row in session.execute(counted.group_by(BallotAssignment.way))})
    asked = select(HiddenBallot.way).where(HiddenBallot.person_id == person_id, HiddenBallot.way.is_not(None))
    ways.update(session.scalars(asked))
    return Balance(by_lot=ways["lot"], chosen=ways["chosen"])


def _open_to(person: Person, now: datetime) -> Select[Any]:
    mine = aliased(Assessment)
    reported = select(Item.case_id).join(Report, Report.item_id == Item.id).where(Report.person_id == person.id)
    query = (
        _rows(now)
        .outerjoin(mine, (mine.case_id == Case.id) & (mine.person_id == person.id) & mine.superseded_at.is_(None))
        .outerjoin(CaseSkip, (CaseSkip.case_id == Case.id) & (CaseSkip.person_id == person.id))
        .where(Case.state.in_([state.value for state in WAITING - {CaseState.CONSENSUS}]))
        .where(Case.merged_into_id.is_(None))
        .where(mine.id.is_(None), CaseSkip.case_id.is_(None), Case.id.not_in(reported))
        .where((CaseLease.person_id.is_(None)) | (CaseLease.person_id == person.id))
    )
    if person.languages:
        query = query.where(Case.language.in_(person.languages))
    return query.order_by(Case.priority.desc(), Case.opened_at).limit(POOL)


def _rows(now: datetime) -> Select[Any]:
    """Return the query of queue rows; the joined lease is one that still holds."""
    first_item = select(Item.text).where(Item.case_id == Case.id).order_by(Item.id).limit(1).scalar_subquery()
    filed = (
        select(func.count()).where(Assessment.case_id == Case.id, Assessment.superseded_at.is_(None)).scalar_subquery()
    )
    return (
        select(
            Case,
            first_item.label("text"),
            filed.label("assessments"),
            Person.name.label("holder"),
            CaseLease.expires_at.label("until"),
        )
        .outerjoin(CaseLease, (CaseLease.case_id == Case.id) & (CaseLease.expires_at > now))
        .outerjoin(Person, Person.id == CaseLease.person_id)
        .where(Case.merged_into_id.is_(None))
    )


def _queue_row(row: Any, known: Collection[str] = ()) -> QueueRow:
    case: Case = row.Case
    return QueueRow(
        case_id=case.id,
        public_id=case.public_id,
        title=case.claim or row.text or "",
        state=CaseState(case.state),
        opened_at=case.opened_at,
        report_count=case.report_count,
        assessments=row.assessments,
        reasons=tuple(case.priority_reasons),
        priority=case.priority,
        own_topics=tuple(topic for topic in case.topics if topic in known),
        held_by=row.holder or "",
        held_until=row.until,
    )
