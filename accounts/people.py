"""Registering, inviting and appointing people."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.errors import (
    AliasTaken,
    AlreadyMember,
    BadAlias,
    BadEmail,
    BadName,
    EmailTaken,
    InvitationSpent,
    LastAdmin,
    NoSuchPerson,
    OwnAccount,
)
from accounts.models import Invitation, LoginSession, Person, RoleGrant
from accounts.roles import Role
from kernel.outbox import SYSTEM, Actor, record

INVITATION_DAYS = 7

NAME_LIMIT = 120
"""Characters."""

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*\Z")
_ALIAS = re.compile(r"[a-z0-9][a-z0-9-]{2,29}\Z")


def fold_email(email: str) -> str:
    """Return the address as it is stored and compared, or raise BadEmail."""
    folded = email.strip().casefold()
    if len(folded) > 254 or not folded.isprintable() or not _EMAIL.match(folded):
        raise BadEmail(field="email")
    return folded


def tidy_name(name: str) -> str:
    """Return the name with single spaces, or raise BadName; nothing in it may be invisible or turn the line around."""
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not 0 < len(tidy) <= NAME_LIMIT or not tidy.isprintable():
        raise BadName(field="name")
    return tidy


def register(
    session: Session,
    *,
    email: str,
    name: str,
    password_hash: str,
    roles: tuple[Role, ...],
    now: datetime,
    language: str = "id",
    organisation_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Person:
    """Create an account; the database decides whether the address is free (EmailTaken).

    `password_hash` comes from `passwords.choose_password`, called before the transaction.
    """
    person = Person(
        email=fold_email(email),
        name=tidy_name(name),
        alias=new_alias(),
        password_hash=password_hash,
        language=language,
        languages=sorted({"id", language}),
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


def change_profile(
    session: Session,
    *,
    person_id: int,
    name: str,
    alias: str,
    language: str,
    languages: list[str],
    topics: list[str],
    now: datetime,
) -> None:
    """Change what a person says about themselves; the database decides whether the public name is free."""
    person = get_person(session, person_id)
    folded = alias.strip().lower()
    if not _ALIAS.match(folded):
        raise BadAlias(field="alias")
    person.name, person.language = tidy_name(name), language
    person.languages, person.topics = languages, topics
    try:
        with session.begin_nested():
            person.alias = folded
    except IntegrityError as error:
        raise AliasTaken(field="alias") from error
    record(session, "profile_changed", actor=Actor(person_id), subject=("person", person_id), now=now)


def grant_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """Give a role; giving it twice changes nothing, giving it to oneself is refused (OwnAccount)."""
    not_oneself(person_id, actor)
    get_person(session, person_id)
    grant = RoleGrant(person_id=person_id, role=role.value, granted_by=actor.person_id, granted_at=now)
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError:
        return
    record(session, "role_granted", actor=actor, subject=("person", person_id), now=now, data={"role": role.value})


def withdraw_role(session: Session, *, person_id: int, role: Role, actor: Actor, now: datetime) -> None:
    """Take a role away and end every session of the person, so that no open page keeps the old rights."""
    not_oneself(person_id, actor)
    if role is Role.ADMIN:
        leave_an_admin(session, without=person_id)
    grant = session.scalar(select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.role == role.value))
    if grant is None:
        return
    session.delete(grant)
    end_sessions(session, person_id=person_id, now=now)
    record(session, "role_withdrawn", actor=actor, subject=("person", person_id), now=now, data={"role": role.value})


def end_sessions(session: Session, *, person_id: int, now: datetime, keep_id: int | None = None) -> int:
    """Revoke the open sessions of a person, but for `keep_id`; return how many."""
    query = select(LoginSession).where(LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None))
    ended = 0
    for row in session.scalars(query):
        if row.id != keep_id:
            row.revoked_at = now
            ended += 1
    return ended


def invite(
    session: Session, *, email: str, role: Role, organisation_id: int | None, actor: Actor, now: datetime
) -> str:
    """Make an invitation and return its token, which is shown once and stored only as a hash."""
    folded = fold_email(email)
    if session.scalar(select(Person.id).where(Person.email == folded)) is not None:
        raise AlreadyMember(field="email")
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        token_hash=hash_token(token),
        email=folded,
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


def find_invitation(session: Session, *, token: str, now: datetime) -> Invitation:
    """Return an invitation that can still be accepted; InvitationSpent when it is used, expired or unknown."""
    invitation = session.scalar(select(Invitation).where(Invitation.token_hash == hash_token(token)))
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= now:
        raise InvitationSpent
    return invitation


def accept_invitation(
    session: Session, *, token: str, name: str, password_hash: str, now: datetime, language: str = "id"
) -> Person:
    """Turn an invitation into an account with its role; InvitationSpent when it is used, expired or unknown."""
    invitation = find_invitation(session, token=token, now=now)
    # The question and the mark are one statement: of two browsers with the same link, one gets the account.
    unused = update(Invitation).where(Invitation.id == invitation.id, Invitation.used_at.is_(None))
    if session.execute(unused.values(used_at=now).returning(Invitation.id)).scalar() is None:
        raise InvitationSpent
    return register(
        session,
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        roles=(Role(invitation.role),),
        organisation_id=invitation.organisation_id,
        language=language,
        now=now,
    )


def withdraw_invitation(session: Session, *, invitation_id: int, actor: Actor, now: datetime) -> None:
    """Make an invitation worthless before it is accepted."""
    invitation = session.get(Invitation, invitation_id)
    if invitation is None or invitation.used_at is not None:
        raise InvitationSpent
    invitation.expires_at = now
    record(session, "invitation_withdrawn", actor=actor, subject=("invitation", invitation_id), now=now)


def accept_terms(session: Session, *, person_id: int, version: str, now: datetime) -> None:
    """Write down to which wording of the code of conduct and the privacy notice a person agreed."""
    actor, subject = Actor(person_id), ("person", person_id)
    record(session, "terms_accepted", actor=actor, subject=subject, now=now, data={"version": version})


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
    """Return how a random token is stored: its SHA-256, hex. Tokens have 112 bits and more, so no salt is needed."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def new_alias() -> str:
    """Return a public pseudonym that says nothing about its owner."""
    return f"relawan-{secrets.token_hex(4)}"


def not_oneself(person_id: int, actor: Actor) -> None:
    """Raise OwnAccount when the actor is the person acted on: rights change by four eyes only."""
    if actor.person_id == person_id:
        raise OwnAccount(person_id=person_id)


def leave_an_admin(session: Session, *, without: int) -> None:
    # Locking every admin lets two admins who dismiss each other at the same moment go one after the other.
    admins = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.ADMIN.value, Person.suspended_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    if set(session.scalars(admins)) == {without}:
        raise LastAdmin(person_id=without)
