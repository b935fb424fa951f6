"""People without the half second that a real password hash takes."""

from __future__ import annotations

import itertools

from sqlalchemy.orm import Session

from accounts.models import Organisation, Person, RoleGrant
from accounts.roles import Role
from kernel.outbox import SYSTEM, Actor
from tests.standing_clock import START
from verification.services.entering import admit

_numbers = itertools.count(1)

NO_PASSWORD = "!"  # no hash begins like this, so nobody signs in with it


def make_organisation(session: Session, *, name: str, kind: str = "agency") -> Organisation:
    number = next(_numbers)
    organisation = Organisation(name=name, slug=f"organisation-{number}", kind=kind, aliases=[], created_at=START)
    session.add(organisation)
    session.flush()
    return organisation


def make_person(
    session: Session, *, role: Role, organisation: Organisation | None = None, admitted: bool = True
) -> Person:
    """Somebody with an account; a volunteer has the entrance behind them, unless the test is about it."""
    number = next(_numbers)
    person = Person(
        email=f"person{number}@example.org",
        name=f"Person {number}",
        alias=f"alias-{number}",
        password_hash=NO_PASSWORD,
        organisation_id=organisation.id if organisation else None,
        created_at=START,
    )
    session.add(person)
    session.flush()
    session.add(RoleGrant(person_id=person.id, role=role.value, granted_at=START))
    if admitted and role is Role.VOLUNTEER:
        admit(session, person_id=person.id, actor=SYSTEM, now=START)
    return person


def actor_of(person: Person, role: Role) -> Actor:
    return Actor(person.id, role.value, person.organisation_id)
