"""Shutting an account and opening it again, and what its owner says against it: heard once, by somebody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import AlreadyAnswered, BadWords, NoObjection, NoSuchSuspension, ObjectedBefore, OwnSuspension
from accounts.models import Person, Suspension
from accounts.people import end_sessions, get_person, leave_an_admin, not_oneself
from kernel.outbox import Actor, record

WORDS_LIMIT = 4_000
"""Characters of an objection, and of the answer to it."""


def suspend(session: Session, *, person_id: int, reason: str, actor: Actor, now: datetime) -> Suspension:
    """Shut an account for a reason that its owner is told, and end its sessions; a later reason replaces the first."""
    not_oneself(person_id, actor)
    leave_an_admin(session, without=person_id)
    person = get_person(session, person_id)
    _end(session, person, now=now)
    person.suspended_at, person.suspended_reason = now, reason
    row = Suspension(person_id=person_id, reason=reason, suspended_by=actor.person_id, suspended_at=now)
    session.add(row)
    end_sessions(session, person_id=person_id, now=now)
    record(session, "person_suspended", actor=actor, subject=("person", person_id), now=now)
    session.flush()
    return row


def reinstate(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Open an account again."""
    _end(session, get_person(session, person_id), now=now)
    record(session, "person_reinstated", actor=actor, subject=("person", person_id), now=now)


def standing(session: Session, *, person_id: int) -> Suspension | None:
    """Return what shuts an account now."""
    return session.scalar(select(Suspension).where(Suspension.person_id == person_id, Suspension.ended_at.is_(None)))


def find(session: Session, suspension_id: int) -> Suspension:
    """Return one suspension, standing or over, or raise NoSuchSuspension."""
    row = session.get(Suspension, suspension_id)
    if row is None:
        raise NoSuchSuspension(suspension_id=suspension_id)
    return row


def unanswered(session: Session) -> list[tuple[Suspension, Person]]:
    """Return the objections that nobody has answered, with whose they are, the oldest first."""
    waiting = (Suspension.objected_at.is_not(None), Suspension.decided_at.is_(None), Suspension.ended_at.is_(None))
    query = select(Suspension, Person).join(Person, Person.id == Suspension.person_id).where(*waiting)
    return [(row, person) for row, person in session.execute(query.order_by(Suspension.objected_at, Suspension.id))]


def object_to(session: Session, *, suspension_id: int, words: str, now: datetime) -> None:
    """Save what the owner of a shut account says; once for each suspension (ObjectedBefore)."""
    row = _locked(session, suspension_id)
    if row.ended_at is not None:
        raise AlreadyAnswered(suspension_id=suspension_id)
    if row.objected_at is not None:
        raise ObjectedBefore(suspension_id=suspension_id)
    row.objection, row.objected_at = _words(words, field="objection"), now
    who, about = Actor(row.person_id), ("person", row.person_id)
    record(session, "suspension_objected", actor=who, subject=about, now=now, data={"suspension_id": row.id})


def answer_objection(
    session: Session, *, suspension_id: int, lifted: bool, answer: str, actor: Actor, now: datetime
) -> None:
    """Open the account again or leave it shut, for a reason that its owner reads.

    Raises OwnSuspension to whoever shut the account, NoObjection where its owner said nothing, and AlreadyAnswered.
    """
    row = _locked(session, suspension_id)
    if row.objected_at is None:
        raise NoObjection(suspension_id=suspension_id)
    if row.decided_at is not None or row.ended_at is not None:
        raise AlreadyAnswered(suspension_id=suspension_id)
    not_oneself(row.person_id, actor)
    if actor.person_id == row.suspended_by:
        raise OwnSuspension(suspension_id=suspension_id)
    row.answer = _words(answer, field="answer")
    row.outcome, row.decided_by, row.decided_at = "lifted" if lifted else "kept", actor.person_id, now
    facts = {"suspension_id": row.id, "outcome": row.outcome}
    about = ("person", row.person_id)
    record(session, "suspension_objection_answered", actor=actor, subject=about, now=now, data=facts)
    if lifted:
        reinstate(session, person_id=row.person_id, actor=actor, now=now)


def _locked(session: Session, suspension_id: int) -> Suspension:
    row = session.get(Suspension, suspension_id, with_for_update=True)
    if row is None:
        raise NoSuchSuspension(suspension_id=suspension_id)
    return row


def _end(session: Session, person: Person, *, now: datetime) -> None:
    """Open the account, whose row is locked first: two administrators who act at once do so one after the other."""
    session.refresh(person, with_for_update=True)
    person.suspended_at = person.suspended_reason = None
    row = standing(session, person_id=person.id)
    if row is not None:
        row.ended_at = now
        session.flush()


def _words(text: str, *, field: str) -> str:
    kept = text.strip()
    if not kept or len(kept) > WORDS_LIMIT:
        raise BadWords(field=field, limit=WORDS_LIMIT)
    return kept
