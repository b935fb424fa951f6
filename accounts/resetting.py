"""A forgotten password: a link by letter, good once and for an hour, sets a new one and ends every session."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts.errors import ResetSpent
from accounts.models import PasswordReset, Person
from accounts.people import fold_email, hash_token
from accounts.signing_in import store_password
from kernel.outbox import Actor, record

VALID = timedelta(hours=1)
"""How long a link opens the account: long enough for slow mail, short for a mailbox that others read."""

KEPT = timedelta(days=30)
"""How long a spent or expired link is remembered; its audit event stays."""


def ask_reset(session: Session, *, email: str, token: str, now: datetime) -> Person | None:
    """Let `token` set a new password for the account of `email`; only its hash is stored.

    None when there is no such account, when it is suspended, or when this token was handed out before. Never say
    which to whoever asked.
    """
    found = select(Person).where(Person.email == fold_email(email), Person.suspended_at.is_(None))
    person = session.scalar(found)
    known = select(PasswordReset.id).where(PasswordReset.token_hash == hash_token(token))
    if person is None or session.scalar(known) is not None:
        return None
    session.add(PasswordReset(token_hash=hash_token(token), person_id=person.id, asked_at=now, expires_at=now + VALID))
    # Whoever asks is not known yet, so no person is named as the actor.
    record(session, "password_reset_asked", actor=Actor(), subject=("person", person.id), now=now)
    return person


def whose_reset(session: Session, *, token: str, now: datetime) -> Person:
    """Return whose password the token may set; ResetSpent when it is unknown, used or expired, or they may not."""
    good = (
        PasswordReset.token_hash == hash_token(token),
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
        Person.suspended_at.is_(None),
    )
    person = session.scalar(select(Person).join(PasswordReset, PasswordReset.person_id == Person.id).where(*good))
    if person is None:
        raise ResetSpent
    return person


def reset_password(session: Session, *, token: str, password_hash: str, now: datetime) -> None:
    """Set a new password, spend every open link of the account and end all of its sessions.

    A second factor stays: whoever reads the mailbox alone still does not get in.
    """
    person = whose_reset(session, token=token, now=now)
    # The question and the mark are one statement: of two browsers with the same link, one sets the password.
    unused = update(PasswordReset).where(PasswordReset.token_hash == hash_token(token), PasswordReset.used_at.is_(None))
    if session.execute(unused.values(used_at=now).returning(PasswordReset.id)).scalar() is None:
        raise ResetSpent
    others = update(PasswordReset).where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
    session.execute(others.values(used_at=now))
    store_password(session, person_id=person.id, password_hash=password_hash, keep_session_id=None, now=now)
    record(session, "password_reset", actor=Actor(person.id), subject=("person", person.id), now=now)


def forget_old(session: Session, *, now: datetime) -> None:
    """Forget the links that have opened nothing for a month."""
    session.execute(delete(PasswordReset).where(PasswordReset.expires_at < now - KEPT))
