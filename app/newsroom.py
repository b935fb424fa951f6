"""The frame of the publishing room's pages: whose they are, what is stopped, and what needs somebody at once."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.organisations import find_organisation
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
"""Who may read it: the organisation's own people, and auditors, who read every organisation's."""

CHOICE = "lembaga"
"""The word in an address by which an auditor says whose pages to show; it stays from page to page."""

ROOM = ("publications", "inbox", "channel_accounts", "brakes")
"""The blueprints of the room."""

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


def read_organisation(session: Session) -> Organisation:
    """Return whose pages are read: what an auditor chose, else one's own. An auditor without either has to choose.

    Raises NoOrganisation, NoSuchOrganisation.
    """
    if Role.AUDITOR not in current().roles:
        return own_organisation(session)
    if request.args.get(CHOICE):
        found = find_organisation(session, slug=request.args[CHOICE])
        g.read_slug = found.slug
        return found
    if current().organisation_id is None:
        abort(redirect(url_for("publications.choose"), code=303))
    return own_organisation(session)


def keep_choice(blueprint: Blueprint) -> None:
    """Let every link inside the room lead on in the organisation that an auditor chose."""

    @blueprint.app_url_defaults
    def add_choice(endpoint: str, values: dict[str, object]) -> None:
        if g.get("read_slug") and endpoint.split(".")[0] in ROOM and endpoint != "publications.choose":
            values.setdefault(CHOICE, g.read_slug)


def render(saring: Saring, template: str, **values: object) -> str:
    """Render a page of the room inside its frame."""
    now = saring.clock.now()
    with saring.database.read() as session:
        organisation = read_organisation(session)
        alarms = overview.alarms(session, organisation.id, now=now)
        brakes = brake_views(session, killswitch.in_force(session, organisation.id), time_zone=organisation.time_zone)
    roles = current().roles if organisation.id == current().organisation_id else frozenset[Role]()
    return render_template(
        template,
        alarms=alarms,
        brakes=brakes,
        organisation=organisation.name,
        keeps_accounts=bool(roles & set(KEEPERS)),
        may_act=bool(roles & set(NEWSROOM)),
        audits=Role.AUDITOR in current().roles,
        **values,
    )
