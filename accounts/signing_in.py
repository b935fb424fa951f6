"""Proving who one is with a password, and noting the attempts that failed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended, WrongCredentials
from accounts.models import Person
from accounts.passwords import verify_password
from accounts.people import end_sessions, get_person
from accounts.suspending import standing
from kernel.outbox import Actor, record


def authenticate(session: Session, *, email: str, password: str) -> Person:
    """Return whose e-mail and password these are; WrongCredentials or AccountSuspended otherwise.

    It takes half a second and writes nothing: give it a session that reads, so that no other writer waits for it.
    """
    person = session.scalar(select(Person).where(Person.email == email.strip().casefold()))
    if not verify_password(person.password_hash if person else None, password) or person is None:
        raise WrongCredentials(field="password")
    if person.suspended_at is not None:
        shut = standing(session, person_id=person.id)
        number = shut.id if shut else 0
        raise AccountSuspended(field="password", reason=person.suspended_reason, suspension_id=number)
    return person


def check_password(session: Session, *, person_id: int, password: str) -> None:
    """Raise WrongCredentials unless it is the person's password; give it a session that reads."""
    if not verify_password(get_person(session, person_id).password_hash, password):
        raise WrongCredentials(field="current")


def note_failure(session: Session, *, email: str, now: datetime) -> None:
    """Write down that a sign-in failed, with the account's number if there is one, never with what was typed."""
    person_id = session.scalar(select(Person.id).where(Person.email == email.strip().casefold()))
    subject = ("person", person_id if person_id is not None else "unknown")
    record(session, "sign_in_failed", actor=Actor(), subject=subject, now=now)


def note_wrong_code(session: Session, *, person_id: int, now: datetime) -> None:
    """Write down that a second factor was wrong: with the password known, that is a warning sign."""
    record(session, "second_factor_failed", actor=Actor(person_id), subject=("person", person_id), now=now)


def store_password(
    session: Session, *, person_id: int, password_hash: str, keep_session_id: int | None, now: datetime
) -> None:
    """Set a new password and end every session but `keep_session_id`."""
    get_person(session, person_id).password_hash = password_hash
    end_sessions(session, person_id=person_id, now=now, keep_id=keep_session_id)
    record(session, "password_changed", actor=Actor(person_id), subject=("person", person_id), now=now)


def renew_hash(session: Session, *, person_id: int, password_hash: str) -> None:
    """Store the same password, hashed with newer parameters."""
    get_person(session, person_id).password_hash = password_hash
