"""What the desk shows: the queue, a case with all that is known of it, and the work that waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from verification.errors import NoSuchCase
from verification.models import (
    Assessment,
    Case,
    CaseLease,
    CaseSkip,
    CounterNarrative,
    Decision,
    Evidence,
    EvidenceOpinion,
    FactCheck,
    Item,
    MatchLink,
    Report,
)
from verification.rules.lifecycle import ASSESSABLE, CaseState

WAITING = frozenset({CaseState.TRIAGE, *ASSESSABLE})
"""States in which volunteers have something to do."""

FOR_REVIEWERS = (CaseState.CONSENSUS, CaseState.DISPUTED, CaseState.EDITORIAL_REVIEW)
"""States in which a verifier or an editor has something to do."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A case in a list."""

    public_id: str
    title: str
    state: CaseState
    opened_at: datetime
    report_count: int
    assessments: int
    reasons: tuple[dict[str, Any], ...]
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A fact-check that may answer the case."""

    link_id: int
    state: str
    probability: float
    fact_check: FactCheck


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence with what people think of it."""

    evidence: Evidence
    added_by: str
    agreeing: int
    contesting: int
    mine: bool | None


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """Somebody's assessment; shown only to those who may see it."""

    alias: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as one person may see it. `others` stays empty until that person's own assessment is filed."""

    case: Case
    items: tuple[Item, ...]
    links: tuple[LinkRow, ...]
    evidence: tuple[EvidenceRow, ...]
    own: Assessment | None
    others: tuple[AssessmentRow, ...]
    others_count: int
    decision: Decision | None
    narratives: tuple[CounterNarrative, ...]
    authors: dict[int, str]
    held_by: str
    held_by_me: bool
    i_reported: bool


def queue(session: Session, *, person_id: int, now: datetime, limit: int = 30) -> list[QueueRow]:
    """Return the cases that this person can help with, the most urgent first.

    Left out is what they reported, assessed or skipped, and what somebody else holds.
    """
    mine = aliased(Assessment)
    reported = select(Item.case_id).join(Report, Report.item_id == Item.id).where(Report.person_id == person_id)
    query = (
        _rows(now)
        .outerjoin(mine, (mine.case_id == Case.id) & (mine.person_id == person_id) & mine.superseded_at.is_(None))
        .outerjoin(CaseSkip, (CaseSkip.case_id == Case.id) & (CaseSkip.person_id == person_id))
        .where(Case.state.in_([state.value for state in WAITING - {CaseState.CONSENSUS}]))
        .where(mine.id.is_(None), CaseSkip.case_id.is_(None), Case.id.not_in(reported))
        .where((CaseLease.person_id.is_(None)) | (CaseLease.person_id == person_id))
        .order_by(Case.priority.desc(), Case.opened_at)
        .limit(limit)
    )
    return [_queue_row(row) for row in session.execute(query)]


def held_cases(session: Session, *, person_id: int, now: datetime) -> list[QueueRow]:
    """Return the cases that this person holds."""
    query = _rows(now).where(CaseLease.person_id == person_id).order_by(CaseLease.expires_at)
    return [_queue_row(row) for row in session.execute(query)]


def review_queue(session: Session, *, now: datetime, limit: int = 30) -> list[QueueRow]:
    """Return the cases that wait for a verifier or an editor, those with a draft first."""
    states = [state.value for state in FOR_REVIEWERS]
    query = _rows(now).where(Case.state.in_(states)).order_by(Case.state_changed_at).limit(limit)
    return [_queue_row(row) for row in session.execute(query)]


def dossier(session: Session, *, public_id: str, person_id: int, now: datetime) -> Dossier:
    """Return everything that this person may see of a case, or raise NoSuchCase."""
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NoSuchCase(public_id=public_id)
    items = session.scalars(select(Item).where(Item.case_id == case.id).order_by(Item.id)).all()
    open_ones = session.execute(
        select(Person.alias, Assessment)
        .join(Person, Person.id == Assessment.person_id)
        .where(Assessment.case_id == case.id, Assessment.superseded_at.is_(None))
        .order_by(Assessment.id)
    ).all()
    own = next((row.Assessment for row in open_ones if row.Assessment.person_id == person_id), None)
    # Blind first: as long as assessments may be filed, only those who have filed theirs see the others'.
    may_see = own is not None or CaseState(case.state) not in ASSESSABLE
    others = tuple(AssessmentRow(row.alias, row.Assessment) for row in open_ones if row.Assessment is not own)
    lease = session.get(CaseLease, case.id)
    held = lease if lease is not None and lease.expires_at > now else None
    narratives = session.scalars(
        select(CounterNarrative).where(CounterNarrative.case_id == case.id).order_by(CounterNarrative.version.desc())
    ).all()
    people = {n.author_id for n in narratives} | {n.approver_id for n in narratives if n.approver_id}
    people |= {held.person_id} if held else set()
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    names = {row.id: row.name for row in named}
    reported = select(Report.id).join(Item, Item.id == Report.item_id)
    reported = reported.where(Item.case_id == case.id, Report.person_id == person_id)
    decided = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return Dossier(
        case=case,
        items=tuple(items),
        links=_links(session, case.id),
        evidence=_evidence(session, case.id, person_id),
        own=own,
        others=others if may_see else (),
        others_count=len(others),
        decision=session.scalar(decided) if may_see else None,
        narratives=tuple(narratives),
        authors=names,
        held_by=names.get(held.person_id, "") if held else "",
        held_by_me=held is not None and held.person_id == person_id,
        i_reported=session.scalar(reported.limit(1)) is not None,
    )


def _links(session: Session, case_id: int) -> tuple[LinkRow, ...]:
    rows = session.execute(
        select(MatchLink, FactCheck)
        .join(FactCheck, FactCheck.id == MatchLink.fact_check_id)
        .where(MatchLink.case_id == case_id)
        .order_by(MatchLink.probability.desc())
    )
    return tuple(LinkRow(r.MatchLink.id, r.MatchLink.state, r.MatchLink.probability, r.FactCheck) for r in rows)


def _evidence(session: Session, case_id: int, person_id: int) -> tuple[EvidenceRow, ...]:
    mine = aliased(EvidenceOpinion)
    tally = (
        select(
            EvidenceOpinion.evidence_id,
            func.count().filter(EvidenceOpinion.agrees).label("agreeing"),
            func.count().filter(~EvidenceOpinion.agrees).label("contesting"),
        )
        .group_by(EvidenceOpinion.evidence_id)
        .subquery()
    )
    rows = session.execute(
        select(Evidence, Person.alias, tally.c.agreeing, tally.c.contesting, mine.agrees)
        .join(Person, Person.id == Evidence.added_by)
        .outerjoin(tally, tally.c.evidence_id == Evidence.id)
        .outerjoin(mine, (mine.evidence_id == Evidence.id) & (mine.person_id == person_id))
        .where(Evidence.case_id == case_id)
        .order_by(Evidence.id)
    )
    return tuple(EvidenceRow(row[0], row[1], row[2] or 0, row[3] or 0, row[4]) for row in rows)


def _rows(now: datetime) -> Select[Any]:
    """Return the query of queue rows; the joined lease is one that still holds."""
    first_item = select(Item.text).where(Item.case_id == Case.id).order_by(Item.id).limit(1).scalar_subquery()
    filed = (
        select(func.count()).where(Assessment.case_id == Case.id, Assessment.superseded_at.is_(None)).scalar_subquery()
    )
    return (
        select(Case, first_item.label("text"), filed.label("assessments"), Person.name.label("holder"))
        .outerjoin(CaseLease, (CaseLease.case_id == Case.id) & (CaseLease.expires_at > now))
        .outerjoin(Person, Person.id == CaseLease.person_id)
    )


def _queue_row(row: Any) -> QueueRow:
    case: Case = row.Case
    return QueueRow(
        public_id=case.public_id,
        title=case.claim or row.text or "",
        state=CaseState(case.state),
        opened_at=case.opened_at,
        report_count=case.report_count,
        assessments=row.assessments,
        reasons=tuple(case.priority_reasons),
        held_by=row.holder or "",
    )
