"""Founding organisations and finding them."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from kernel.errors import Conflict, Invalid, NotFound
from kernel.outbox import Actor, record

KINDS = ("agency", "fact_checker", "media")
"""`agency` is a public body: it may never sign a verdict on a claim about itself."""

NAME_LIMIT = 200
"""Characters."""


class OrganisationExists(Conflict):
    """An organisation with this short name exists."""

    code = "organisation_exists"


class BadOrganisation(Invalid):
    """The kind, the short name or the time zone is not one that Saring knows."""

    code = "bad_organisation"


class NoSuchOrganisation(NotFound):
    """There is no such organisation."""

    code = "no_such_organisation"


def found_organisation(
    session: Session,
    *,
    name: str,
    slug: str,
    kind: str,
    aliases: list[str],
    time_zone: str,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """Create an organisation; `aliases` are other names a claim may use for it, for recusal by name."""
    if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
        raise BadOrganisation(field="name")
    if kind not in KINDS:
        raise BadOrganisation(field="kind")
    if not re.fullmatch(r"[a-z0-9-]{2,60}", slug):
        raise BadOrganisation(field="slug")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadOrganisation(field="time_zone") from error
    organisation = Organisation(
        name=name.strip(), slug=slug, kind=kind, aliases=aliases, time_zone=time_zone, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(organisation)
    except IntegrityError as error:
        raise OrganisationExists(field="slug") from error
    record(session, "organisation_founded", actor=actor, subject=("organisation", organisation.id), now=now)
    return organisation


def join_organisation(session: Session, *, person_id: int, organisation_id: int, actor: Actor, now: datetime) -> None:
    """Make a person a member; somebody belongs to one organisation at most, so that conflicts of interest are plain."""
    person, organisation = session.get(Person, person_id), session.get(Organisation, organisation_id)
    if person is None or organisation is None:
        raise NoSuchOrganisation(organisation_id=organisation_id)
    person.organisation_id = organisation.id
    data = {"organisation_id": organisation_id}
    record(session, "organisation_joined", actor=actor, subject=("person", person_id), now=now, data=data)


def find_organisation(session: Session, *, slug: str) -> Organisation:
    """Return the organisation with this short name or raise NoSuchOrganisation."""
    organisation = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if organisation is None:
        raise NoSuchOrganisation(slug=slug)
    return organisation


def list_organisations(session: Session) -> list[Organisation]:
    """Return every organisation by name."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))
