"""Signed-in browsers as rows: opened, resumed, revoked, and raised by a second factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.errors import SecondFactorMissing
from accounts.models import LoginSession, Person
from accounts.people import end_sessions, hash_token, roles_of
from accounts.roles import STAFF, Role
from kernel.outbox import Actor, record

IDLE_LIMIT = timedelta(hours=12)
"""A session that nobody used for so long has ended (ASVS 7.3.1)."""

ABSOLUTE_LIMIT = timedelta(days=14)
"""No session outlives this, used or not (ASVS 7.3.2)."""

STEP_UP_LIMIT = timedelta(minutes=10)
"""How fresh a second factor must be for an act in an institution's name (ECOSYSTEM, section B)."""

TOUCH_INTERVAL = timedelta(minutes=5)
"""`last_seen_at` is written at most this often, so that reading a page seldom writes."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a request, as views and services see it."""

    session_id: int
    person_id: int
    name: str
    alias: str
    language: str
    organisation_id: int | None
    roles: frozenset[Role]
    second_factor_at: datetime | None
    has_second_factor: bool

    @property
    def is_staff(self) -> bool:
        """Whether any of the person's roles must have a second factor."""
        return bool(self.roles & STAFF)

    def actor(self, role: Role) -> Actor:
        """Return the actor for the audit, acting in `role`."""
        return Actor(self.person_id, role.value, self.organisation_id)


def open_session(session: Session, *, person_id: int, user_agent: str, now: datetime) -> str:
    """Open a session under a new random identifier and return it; only its hash is stored."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=hash_token(token),
        person_id=person_id,
        user_agent=user_agent[:200],
        created_at=now,
        last_seen_at=now,
    )
    session.add(row)
    record(session, "person_signed_in", actor=Actor(person_id), subject=("person", person_id), now=now)
    return token


def rename_session(session: Session, *, session_id: int) -> str:
    """Give the session a new random identifier and return it; the old one is worthless (ASVS 7.2.4)."""
    token = secrets.token_urlsafe(32)
    renamed = update(LoginSession).where(LoginSession.id == session_id)
    session.execute(renamed.values(token_hash=hash_token(token)))
    return token


def resume_session(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Return who holds the session `token`, or None when it is unknown, revoked, idle or too old."""
    row = session.scalar(select(LoginSession).where(LoginSession.token_hash == hash_token(token)))
    if row is None or row.revoked_at is not None:
        return None
    if now - row.last_seen_at > IDLE_LIMIT or now - row.created_at > ABSOLUTE_LIMIT:
        return None
    person = session.get(Person, row.person_id)
    if person is None or person.suspended_at is not None:
        return None
    return SignedIn(
        session_id=row.id,
        person_id=person.id,
        name=person.name,
        alias=person.alias,
        language=person.language,
        organisation_id=person.organisation_id,
        roles=roles_of(session, person.id),
        second_factor_at=row.second_factor_at,
        has_second_factor=person.totp_confirmed_at is not None,
    )


def suspended_holder(session: Session, *, token: str) -> Person | None:
    """Return whose session `token` is or was, when their account is suspended by now; else None."""
    held = select(Person).join(LoginSession, LoginSession.person_id == Person.id)
    return session.scalar(held.where(LoginSession.token_hash == hash_token(token), Person.suspended_at.is_not(None)))


def touch_session(session: Session, *, session_id: int, now: datetime) -> None:
    """Note that the session is in use, at most once in `TOUCH_INTERVAL`."""
    stale = LoginSession.last_seen_at < now - TOUCH_INTERVAL
    session.execute(update(LoginSession).where(LoginSession.id == session_id, stale).values(last_seen_at=now))


def revoke_session(session: Session, *, session_id: int, person_id: int, now: datetime) -> None:
    """End one session of this person; somebody else's number does nothing."""
    mine = (LoginSession.id == session_id, LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
    ended = session.execute(update(LoginSession).where(*mine).values(revoked_at=now).returning(LoginSession.id))
    if ended.scalar() is not None:
        record(session, "session_ended", actor=Actor(person_id), subject=("person", person_id), now=now)


def revoke_others(session: Session, *, person_id: int, keep_id: int, now: datetime) -> None:
    """End every session of this person but the one in hand."""
    if end_sessions(session, person_id=person_id, now=now, keep_id=keep_id):
        record(session, "other_sessions_ended", actor=Actor(person_id), subject=("person", person_id), now=now)


def list_sessions(session: Session, *, person_id: int, now: datetime) -> list[LoginSession]:
    """Return the sessions with which a person is signed in, the one used last first."""
    query = select(LoginSession).where(
        LoginSession.person_id == person_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.last_seen_at >= now - IDLE_LIMIT,
        LoginSession.created_at >= now - ABSOLUTE_LIMIT,
    )
    return list(session.scalars(query.order_by(LoginSession.last_seen_at.desc())))


def require_fresh_second_factor(signed_in: SignedIn, *, now: datetime) -> None:
    """Raise SecondFactorMissing unless a second factor was given in this session within `STEP_UP_LIMIT`."""
    given = signed_in.second_factor_at
    if given is None or now - given > STEP_UP_LIMIT:
        raise SecondFactorMissing(within_seconds=int(STEP_UP_LIMIT.total_seconds()))
