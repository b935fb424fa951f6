"""What people said about a case to each other: threads, changes of mind, sightings, suggestions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from accounts.models import Person, RoleGrant
from accounts.roles import REVIEWERS
from verification.models import (
    Assessment,
    Case,
    DeliberationPost,
    FactCheck,
    Item,
    NarrativeSuggestion,
    Sighting,
    SignersOpinion,
)
from verification.rules.lifecycle import ASSESSABLE, CaseState


@dataclass(frozen=True, slots=True)
class PostRow:
    """A contribution with its author's public name; a hidden one comes without its text."""

    post_id: int
    alias: str
    text: str
    posted_at: datetime
    mine: bool
    hidden_because: str


@dataclass(frozen=True, slots=True)
class Thread:
    """A contribution that began a thread, and what others answered, oldest first."""

    beginning: PostRow
    answers: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class Mind:
    """One person's judgements of a case in their order; the last one stands."""

    alias: str
    mine: bool
    assessments: tuple[Assessment, ...]


@dataclass(frozen=True, slots=True)
class SightingRow:
    """Where and when a message was seen, and by whom that was added (empty for the system)."""

    sighting: Sighting
    alias: str


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """A suggested wording, who made it and who decided on it."""

    suggestion: NarrativeSuggestion
    alias: str
    decider: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Deliberation:
    """All of it, as one person may see it: threads and minds stay empty until they have judged the case."""

    open: bool
    threads: tuple[Thread, ...]
    minds: tuple[Mind, ...]
    sightings: tuple[SightingRow, ...]
    suggestions: tuple[SuggestionRow, ...]


def deliberation(session: Session, *, case: Case, person_id: int) -> Deliberation:
    """Return what was said about a case, as far as this person may read it."""
    visible = may_see_others(session, case=case, person_id=person_id)
    return Deliberation(
        open=visible,
        threads=_threads(session, case.id, person_id) if visible else (),
        minds=_minds(session, case.id, person_id, everybody=visible),
        sightings=sightings(session, case_id=case.id),
        suggestions=suggestions_of(session, case_id=case.id, person_id=person_id),
    )


def may_see_others(session: Session, *, case: Case, person_id: int) -> bool:
    """Return whether this person may know what others think: after their own word, or when none is awaited."""
    if CaseState(case.state) not in ASSESSABLE and case.state != CaseState.TRIAGE:
        return not awaits_opinion(session, case=case, person_id=person_id)
    own = (Assessment.case_id == case.id, Assessment.person_id == person_id, Assessment.superseded_at.is_(None))
    return session.scalar(select(Assessment.id).where(*own)) is not None


def awaits_opinion(session: Session, *, case: Case, person_id: int) -> bool:
    """Return whether the case is being signed and this person, who may sign, has yet to say what they think."""
    if CaseState(case.state) is not CaseState.EDITORIAL_REVIEW:
        return False
    roles = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(REVIEWERS))
    if session.scalar(roles.limit(1)) is None:
        return False
    revision = session.scalar(select(FactCheck.revision).where(FactCheck.case_id == case.id)) or 0
    mine = (SignersOpinion.case_id == case.id, SignersOpinion.person_id == person_id)
    said = select(SignersOpinion.id).where(*mine, SignersOpinion.round == revision)
    return session.scalar(said.limit(1)) is None


def sightings(session: Session, *, case_id: int) -> tuple[SightingRow, ...]:
    """Return where the messages of a case were seen, oldest day first."""
    query = (
        select(Sighting, Person.alias)
        .join(Item, Item.id == Sighting.item_id)
        .outerjoin(Person, Person.id == Sighting.added_by)
        .where(Item.case_id == case_id)
        .order_by(Sighting.seen_on, Sighting.id)
    )
    return tuple(SightingRow(row[0], row[1] or "") for row in session.execute(query))


def _threads(session: Session, case_id: int, person_id: int) -> tuple[Thread, ...]:
    query = (
        select(DeliberationPost, Person.alias)
        .join(Person, Person.id == DeliberationPost.person_id)
        .where(DeliberationPost.case_id == case_id)
        .order_by(DeliberationPost.id)
    )
    beginnings: dict[int, PostRow] = {}
    answers: dict[int, list[PostRow]] = {}
    for post, alias in session.execute(query):
        hidden = post.hidden_because or ""
        text = "" if hidden else post.text
        row = PostRow(post.id, alias, text, post.posted_at, post.person_id == person_id, hidden)
        if post.thread_id is None:
            beginnings[post.id] = row
        else:
            answers.setdefault(post.thread_id, []).append(row)
    return tuple(Thread(row, tuple(answers.get(number, ()))) for number, row in beginnings.items())


def _minds(session: Session, case_id: int, person_id: int, *, everybody: bool) -> tuple[Mind, ...]:
    query = (
        select(Assessment, Person.alias)
        .join(Person, Person.id == Assessment.person_id)
        .where(Assessment.case_id == case_id)
        .order_by(Assessment.id)
    )
    if not everybody:
        query = query.where(Assessment.person_id == person_id)
    kept: dict[int, tuple[str, list[Assessment]]] = {}
    for assessment, alias in session.execute(query):
        kept.setdefault(assessment.person_id, (alias, []))[1].append(assessment)
    changed = ((number, alias, rows) for number, (alias, rows) in kept.items() if len(rows) > 1)
    return tuple(Mind(alias, number == person_id, tuple(rows)) for number, alias, rows in changed)


def suggestions_of(session: Session, *, case_id: int, person_id: int) -> tuple[SuggestionRow, ...]:
    """Return the suggested wordings of a case, the oldest first."""
    decider = aliased(Person)
    query = (
        select(NarrativeSuggestion, Person.alias, decider.alias)
        .join(Person, Person.id == NarrativeSuggestion.author_id)
        .outerjoin(decider, decider.id == NarrativeSuggestion.decided_by)
        .where(NarrativeSuggestion.case_id == case_id)
        .order_by(NarrativeSuggestion.id)
    )
    rows = session.execute(query)
    return tuple(SuggestionRow(row[0], row[1], row[2] or "", row[0].author_id == person_id) for row in rows)
