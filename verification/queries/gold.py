"""Signed cases whose answer is known well enough to be asked, for one person at a time."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import (
    Assessment,
    Case,
    CaseLease,
    CaseSkip,
    CounterNarrative,
    DeliberationPost,
    EntranceAttempt,
    Evidence,
    FactCheck,
    HelpRating,
    HiddenBallot,
    Item,
    NarrativeSuggestion,
    Report,
    SignersOpinion,
)
from verification.rules.reputation import GoldQuestion
from verification.rules.scale import Veracity

STANDING = ("published", "corrected")
"""States of a fact-check whose verdict holds."""

POOL = 500
"""The newest signed cases from which questions are drawn."""

_PREFIX = "case-"


@dataclass(frozen=True, slots=True)
class SignedCase:
    """A signed case as a question. `easy` is one on which everybody who judged it was right."""

    case_id: int
    question: GoldQuestion
    easy: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What a question about a signed case shows: before the answer the message and evidence, after it the rest."""

    message: str
    evidence: tuple[Evidence, ...]
    fact_check: FactCheck


def signed_cases(session: Session, *, person_id: int) -> list[SignedCase]:
    """Return the cases that this person can be asked about, the newest first.

    Left out is whatever they may know the answer of or have a stake in: what they reported, judged, held, passed on,
    talked over, found evidence for, wrote or signed, what names their organisation, and what they were asked before.
    """
    person = session.get_one(Person, person_id)
    rows = session.execute(
        select(Case, FactCheck.verdict)
        .join(FactCheck, FactCheck.case_id == Case.id)
        .where(FactCheck.origin == "own", FactCheck.state.in_(STANDING), Case.merged_into_id.is_(None))
        .where(Case.language.in_(person.languages), Case.claim != "")
        .where(exists().where(Evidence.case_id == Case.id))
        .where(*(~tie for tie in _ties(person_id)), ~_asked_hidden(person_id))
        .order_by(FactCheck.id.desc())
        .limit(POOL)
    ).all()
    fit = [
        (row.Case, Veracity(row.verdict))
        for row in rows
        if row.verdict and person.organisation_id not in row.Case.named_organisation_ids
    ]
    judged = _levels_by_case(session, [case.id for case, _ in fit])
    return [
        SignedCase(case.id, GoldQuestion(f"{_PREFIX}{case.id}", verdict), judged.get(case.id) == {verdict.level})
        for case, verdict in fit
        if verdict.level is not None
    ]


def content_of(session: Session, *, key: str) -> Content | None:
    """Return what a question of a signed case shows, or None when `key` names none that still holds."""
    number = key.removeprefix(_PREFIX)
    if not key.startswith(_PREFIX) or not number.isdigit():
        return None
    found = select(FactCheck).where(FactCheck.case_id == int(number), FactCheck.state.in_(STANDING))
    fact_check = session.scalar(found)
    if fact_check is None:
        return None
    case = session.get_one(Case, int(number))
    evidence = session.scalars(select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.id)).all()
    return Content(case.claim, tuple(evidence), fact_check)


def knows_answer(session: Session, *, case_id: int, person_id: int) -> bool:
    """Return whether this person may know the answer of a signed case, or has a stake in it, but for being asked it."""
    person, case = session.get_one(Person, person_id), session.get_one(Case, case_id)
    if person.organisation_id in case.named_organisation_ids:
        return True
    tied = select(Case.id).where(Case.id == case_id, or_(*_ties(person_id)))
    return session.scalar(tied) is not None or f"{_PREFIX}{case_id}" in asked_before(session, person_id=person_id)


def asked_before(session: Session, *, person_id: int) -> frozenset[str]:
    """Return the questions that this person met at the entrance."""
    attempts = session.scalars(select(EntranceAttempt.questions).where(EntranceAttempt.person_id == person_id))
    return frozenset(key for questions in attempts for key in questions)


def _asked_hidden(person_id: int) -> ColumnElement[bool]:
    return exists().where(and_(HiddenBallot.case_id == Case.id, HiddenBallot.person_id == person_id))


def _ties(person_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions under which a person has had to do with `Case`."""
    rated = and_(HelpRating.counter_narrative_id == CounterNarrative.id, HelpRating.person_id == person_id)
    return [
        exists().where(and_(Report.item_id == Item.id, Item.case_id == Case.id, Report.person_id == person_id)),
        exists().where(and_(Assessment.case_id == Case.id, Assessment.person_id == person_id)),
        exists().where(and_(CaseLease.case_id == Case.id, CaseLease.person_id == person_id)),
        exists().where(and_(CaseSkip.case_id == Case.id, CaseSkip.person_id == person_id)),
        exists().where(and_(DeliberationPost.case_id == Case.id, DeliberationPost.person_id == person_id)),
        exists().where(and_(Evidence.case_id == Case.id, Evidence.added_by == person_id)),
        exists().where(and_(SignersOpinion.case_id == Case.id, SignersOpinion.person_id == person_id)),
        exists().where(and_(NarrativeSuggestion.case_id == Case.id, NarrativeSuggestion.author_id == person_id)),
        exists().where(and_(CounterNarrative.case_id == Case.id, rated)),
        exists().where(
            and_(
                CounterNarrative.case_id == Case.id,
                (CounterNarrative.author_id == person_id) | (CounterNarrative.approver_id == person_id),
            )
        ),
    ]


def _levels_by_case(session: Session, case_ids: list[int]) -> dict[int, set[int | None]]:
    standing = select(Assessment.case_id, Assessment.verdict).where(
        Assessment.case_id.in_(case_ids), Assessment.superseded_at.is_(None)
    )
    found: dict[int, set[int | None]] = {}
    for row in session.execute(standing):
        found.setdefault(row.case_id, set()).add(Veracity(row.verdict).level)
    return found
