"""Who is here: lists for the people who appoint and for those who audit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from accounts.models import Invitation, LoginSession, Organisation, Person, RoleGrant
from accounts.people import get_person
from accounts.roles import Role

PAGE = 50
"""People on one page of the list."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the directory knows them; roles are those that were granted, in the order of `Role`."""

    person_id: int
    name: str
    email: str
    alias: str
    organisation_id: int | None
    organisation: str | None
    roles: tuple[Role, ...]
    has_second_factor: bool
    suspended_at: datetime | None
    suspended_reason: str | None
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that waits to be accepted."""

    invitation_id: int
    email: str
    role: Role
    organisation: str | None
    expires_at: datetime


def holders(session: Session, *, roles: Collection[Role], organisation_id: int | None = None) -> list[Person]:
    """Return those who hold one of the roles and are not suspended, of one organisation or of all."""
    granted = select(RoleGrant.person_id).where(RoleGrant.role.in_([role.value for role in roles]))
    query = select(Person).where(Person.suspended_at.is_(None), Person.id.in_(granted)).order_by(Person.id)
    if organisation_id is not None:
        query = query.where(Person.organisation_id == organisation_id)
    return list(session.scalars(query))


def list_people(
    session: Session, *, text: str = "", role: Role | None = None, below: int | None = None
) -> list[PersonRow]:
    """Return up to `PAGE` + 1 people, the newest first; `below` is the last number of the page before."""
    query = select(Person).order_by(Person.id.desc()).limit(PAGE + 1)
    if text:
        wanted = f"%{_literal(text.casefold())}%"
        columns = (func.lower(Person.name), Person.email, Person.alias)
        query = query.where(or_(*(column.like(wanted, escape="\\") for column in columns)))
    if role is not None:
        query = query.where(Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role == role.value)))
    if below is not None:
        query = query.where(Person.id < below)
    return _rows(session, list(session.scalars(query)))


def person_row(session: Session, person_id: int) -> PersonRow:
    """Return one person or raise NoSuchPerson."""
    return _rows(session, [get_person(session, person_id)])[0]


def open_invitations(session: Session, *, now: datetime) -> list[InvitationRow]:
    """Return the invitations that can still be accepted, the newest first."""
    query = (
        select(Invitation, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.id.desc())
    )
    return [
        InvitationRow(row.id, row.email, Role(row.role), organisation, row.expires_at)
        for row, organisation in session.execute(query)
    ]


def _rows(session: Session, people: list[Person]) -> list[PersonRow]:
    ids = [person.id for person in people]
    granted: dict[int, set[Role]] = defaultdict(set)
    for person_id, role in session.execute(
        select(RoleGrant.person_id, RoleGrant.role).where(RoleGrant.person_id.in_(ids))
    ):
        granted[person_id].add(Role(role))
    seen = select(LoginSession.person_id, func.max(LoginSession.last_seen_at)).where(LoginSession.person_id.in_(ids))
    last_seen = dict(session.execute(seen.group_by(LoginSession.person_id)).all())
    names = {row.id: row.name for row in session.scalars(select(Organisation))}
    return [
        PersonRow(
            person_id=person.id,
            name=person.name,
            email=person.email,
            alias=person.alias,
            organisation_id=person.organisation_id,
            organisation=names.get(person.organisation_id or 0),
            roles=tuple(role for role in Role if role in granted[person.id]),
            has_second_factor=person.totp_confirmed_at is not None,
            suspended_at=person.suspended_at,
            suspended_reason=person.suspended_reason,
            created_at=person.created_at,
            last_seen_at=last_seen.get(person.id),
        )
        for person in people
    ]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
