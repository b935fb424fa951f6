"""The frame of the publishing room's pages: whose they are, what is stopped, and what needs somebody at once."""

from __future__ import annotations

from flask import g, render_template
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current
from app.presenters.brakes import brake_views
from app.wiring import Saring
from kernel.outbox import Actor
from publishing import killswitch, overview
from publishing.errors import NoOrganisation

NEWSROOM = (Role.PUBLISHER, Role.EDITOR, Role.VERIFIER)
"""Who works with what their organisation publishes."""

READERS = (*NEWSROOM, Role.AUDITOR)
"""Who may read it."""

KEEPERS = (Role.PUBLISHER,)
"""Who keeps the organisation's accounts."""


def actor() -> Actor:
    """Return who acts, in the role in which the view let them in."""
    return current().actor(g.acting_role)


def confirmed_actor(saring: Saring) -> Actor:
    """Return who acts, once their second factor is fresh."""
    require_fresh_second_factor(current(), now=saring.clock.now())
    return actor()


def own_id() -> int:
    """Return the organisation of whoever is signed in. Raises NoOrganisation."""
    organisation_id = current().organisation_id
    if organisation_id is None:
        raise NoOrganisation
    return organisation_id


def own_organisation(session: Session) -> Organisation:
    """Return the organisation of whoever is signed in. Raises NoOrganisation."""
    return session.get_one(Organisation, own_id())


def render(saring: Saring, template: str, **values: object) -> str:
    """Render a page of the room inside its frame."""
    organisation_id, now = own_id(), saring.clock.now()
    with saring.database.read() as session:
        alarms = overview.alarms(session, organisation_id, now=now)
        organisation = session.get_one(Organisation, organisation_id)
        brakes = brake_views(session, killswitch.in_force(session, organisation_id), time_zone=organisation.time_zone)
    roles = current().roles
    return render_template(
        template,
        alarms=alarms,
        brakes=brakes,
        organisation=organisation.name,
        keeps_accounts=bool(roles & set(KEEPERS)),
        may_act=bool(roles & set(NEWSROOM)),
        **values,
    )
