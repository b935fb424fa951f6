"""Registering, inviting, appointing and suspending people."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended, BadEmail, EmailTaken, InvitationSpent, NoSuchPerson, WrongCredentials
from accounts.models import Invitation, LoginSession, Person, RoleGrant
from accounts.passwords import check_strength, hash_password, needs_rehash, verify_password
from accounts.roles import Role
from kernel.outbox import SYSTEM, Actor, record

INVITATION_DAYS = 7

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*\Z")


def fold_email(email: str) -> str:
    """Return the address as it is stored and compared, or raise BadEmail."""
    folded = email.strip().casefold()
    if len(folded) > 254 or not _EMAIL.match(folded):
        raise BadEmail(field="email")
    return folded


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    roles: tuple[Role, ...],
    now: datetime,
    language: str = "id",
    organisation_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Person:
    """Create an account; the database decides whether the address is free (EmailTaken)."""
    folded = fold_email(email)
    check_strength(password, about=(folded, name))
    person = Person(
        email=folded,
        name=name.strip(),
        alias=new_alias(),
        password_hash=hash_password(password),
        language=language,
        organisation_id=organisation_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        raise EmailTaken(field="email") from error
    record(session, "person_registered", actor=actor, subject=("person", person.id), now=now)
    for role in roles:
        grant_role(session, person_id=person.id, role=role, actor=actor, now=now)
    return person


def grant_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """Give a role; giving it twice changes nothing."""
    grant = RoleGrant(person_id=person_id, role=role.value, granted_by=actor.person_id, granted_at=now)
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        return
    record(session, "role_granted", actor=actor, subject=("person", person_id), now=now, data={"role": role.value})


def withdraw_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """Take a role away and end every session of the person, so that no open page keeps the old rights."""
    grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role.value))
    if grant is None:
        return
    session.delete(grant)
    end_sessions(session, person_id=person_id, now=now)
    record(session, "role_withdrawn", actor=actor, subject=("person", person_id), now=now, data={"role": role.value})


def suspend(session: Session, *, person_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """Suspend an account with the reason that its owner is told, and end its sessions."""
    person = get_person(session, person_id)
    person.suspended_at, person.suspended_reason = now, reason
    end_sessions(session, person_id=person_id, now=now)
    record(session, "person_suspended", actor=actor, subject=("person", person_id), now=now)


def reinstate(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Lift a suspension."""
    person = get_person(session, person_id)
    person.suspended_at = person.suspended_reason = None
    record(session, "person_reinstated", actor=actor, subject=("person", person_id), now=now)


def end_sessions(session: Session, *, person_id: int, now: datetime, keep_id: int | None = None) -> int:
    """Revoke the open sessions of a person, but for `keep_id`; return how many."""
    query = select(LoginSession).where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
    ended = 0
    for row in session.scalars(query):
        if row.id != keep_id:
            row.revoked_at = now
            ended += 1
    return ended


def authenticate(session: Session, *, email: str, password: str, now: datetime) -> Person:
    """Return whose e-mail and password these are; WrongCredentials or AccountSuspended otherwise."""
    person = session.scalar(select(Person).where(Person.email == email.strip().casefold()))
    if not verify_password(person.password_hash if person else None, password) or person is None:
        raise WrongCredentials(field="password")
    if person.suspended_at is not None:
        raise AccountSuspended(reason=person.suspended_reason)
    if needs_rehash(person.password_hash):
        person.password_hash = hash_password(password)
    record(session, "person_signed_in", actor=Actor(person.id), subject=("person", person.id), now=now)
    return person


def change_password(
    session: Session, *, person_id: int, current: str, new: str, keep_session_id: int, now: datetime
) -> None:
    """Set a new password after checking the current one, and end every other session."""
    person = get_person(session, person_id)
    if not verify_password(person.password_hash, current):
        raise WrongCredentials(field="current")
    check_strength(new, about=(person.email, person.name))
    person.password_hash = hash_password(new)
    end_sessions(session, person_id=person_id, now=now, keep_id=keep_session_id)
    record(session, "password_changed", actor=Actor(person_id), subject=("person", person_id), now=now)


def invite(
    session: Session, *, email: str, role: Role, organisation_id: int | None, actor: Actor, now: datetime
) -> str:
    """Make an invitation and return its token, which is shown once and stored only as a hash."""
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        token_hash=hash_token(token),
        email=fold_email(email),
        role=role.value,
        organisation_id=organisation_id,
        invited_by=actor.person_id,
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS),
    )
    session.add(invitation)
    session.flush()  # the audit names the invitation by its number
    subject = ("invitation", invitation.id)
    record(session, "person_invited", actor=actor, subject=subject, now=now, data={"role": role.value})
    return token


def accept_invitation(session: Session, *, token: str, name: str, password: str, now: datetime) -> Person:
    """Turn an invitation into an account with its role; InvitationSpent when it is used, expired or unknown."""
    query = select(Invitation).where(Invitation.token_hash == hash_token(token)).with_for_update()
    invitation = session.scalar(query)
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise InvitationSpent
    person = register(
        session,
        email=invitation.email,
        name=name,
        password=password,
        roles=(Role(invitation.role),),
        organisation_id=invitation.organisation_id,
        now=now,
    )
    invitation.used_at = now
    return person


def get_person(session: Session, person_id: int) -> Person:
    """Return a person by number or raise NoSuchPerson."""
    person = session.get(Person, person_id)
    if person is None:
        raise NoSuchPerson(person_id=person_id)
    return person


def roles_of(session: Session, person_id: int) -> frozenset[Role]:
    """Return the roles of a person; somebody with an account is always a citizen."""
    granted = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id))
    return frozenset(Role(role) for role in granted) | {Role.CITIZEN}


def hash_token(token: str) -> str:
    """Return how a random token is stored: its SHA-256, hex. Tokens have 128 bits and more, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_alias() -> str:
    """Return a public pseudonym that says nothing about its owner."""
    return f"relawan-{secrets.token_hex(4)}"
