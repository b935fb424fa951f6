"""What the desk shows of a case: all that is known of it, as far as one person may see it yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person
from verification.errors import NoSuchCase
from verification.models import (
    Assessment,
    Case,
    CaseLease,
    CounterNarrative,
    Decision,
    Evidence,
    EvidenceOpinion,
    FactCheck,
    Item,
    MatchLink,
    Report,
)
from verification.queries.justice import upheld_flags
from verification.rules.consensus import Hold
from verification.rules.lifecycle import ASSESSABLE, CaseState
from verification.rules.quoting import stands_in


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A fact-check that may answer the case."""

    link_id: int
    state: str
    probability: float
    fact_check: FactCheck


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence with what people think of it. `quote_found` is None until there is a copy to look in."""

    evidence: Evidence
    added_by: str
    agreeing: int
    contesting: int
    mine: bool | None
    added_by_me: bool
    quote_found: bool | None


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """Somebody's assessment; shown only to those who may see it."""

    alias: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case as one person may see it. `others` stays empty until that person's own assessment is filed.

    `holds` is told to everybody, since it says that votes look steered and not whereto. `flagged` holds what was found
    to be abuse, by kind and number, with the public reason.
    """

    case: Case
    items: tuple[Item, ...]
    links: tuple[LinkRow, ...]
    evidence: tuple[EvidenceRow, ...]
    own: Assessment | None
    others: tuple[AssessmentRow, ...]
    others_count: int
    decision: Decision | None
    holds: tuple[Hold, ...]
    narratives: tuple[CounterNarrative, ...]
    authors: dict[int, str]
    held_by: str
    held_by_me: bool
    i_reported: bool
    flagged: dict[tuple[str, int], str]


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
    decision = session.scalar(decided)
    held_back = decision is not None and decision.outcome == "held" and CaseState(case.state) in ASSESSABLE
    return Dossier(
        case=case,
        items=tuple(items),
        links=_links(session, case.id),
        evidence=_evidence(session, case.id, person_id),
        own=own,
        others=others if may_see else (),
        others_count=len(others),
        decision=decision if may_see else None,
        holds=tuple(Hold(hold) for hold in decision.holds) if decision is not None and held_back else (),
        narratives=tuple(narratives),
        authors=names,
        held_by=names.get(held.person_id, "") if held else "",
        held_by_me=held is not None and held.person_id == person_id,
        i_reported=session.scalar(reported.limit(1)) is not None,
        flagged=upheld_flags(session, case_id=case.id),
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
    return tuple(
        EvidenceRow(
            evidence=row[0],
            added_by=row[1],
            agreeing=row[2] or 0,
            contesting=row[3] or 0,
            mine=row[4],
            added_by_me=row[0].added_by == person_id,
            quote_found=quote_found(row[0]),
        )
        for row in rows
    )


def quote_found(evidence: Evidence) -> bool | None:
    """Return whether the quote stands in the copy of its page; None without a copy."""
    return stands_in(evidence.quote, evidence.archived_text) if evidence.archived_text else None
