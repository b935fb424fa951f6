"""The emergency stop: one person stops all sending, two people let it go on."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.models import Organisation
from accounts.roles import Role
from app.access import current, requires
from app.errors import attach
from app.forms.publishing import FreezeForm
from app.newsroom import NEWSROOM, READERS, confirmed_actor, own_id, read_organisation, render
from app.presenters.brakes import brake_views
from app.wiring import Saring
from kernel.outbox import Actor
from publishing import killswitch
from publishing.errors import AlreadyFrozen

Page = Response | str | tuple[str, int]

CONTROL_ROOM = (Role.ADMIN,)
"""Who stops and releases the publishing of everybody."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of an organisation's own stop, and the admins' page of everybody's."""
    blueprint = Blueprint("brakes", __name__)

    @blueprint.get("/terbitan/rem")
    @requires(*READERS)
    def index() -> Page:
        with saring.database.read() as session:
            organisation_id = read_organisation(session).id
        return _page(saring, "brakes/index.html", FreezeForm(), organisation_id)

    @blueprint.post("/terbitan/rem")
    @requires(*NEWSROOM)
    def stop() -> Page:
        organisation_id, form = own_id(), FreezeForm()
        if form.validate() and _frozen(saring, form, organisation_id, _actor(NEWSROOM)):
            return redirect(url_for("brakes.index"), code=303)
        return _page(saring, "brakes/index.html", form, organisation_id), 422

    @blueprint.route("/admin/rem", methods=["GET", "POST"])
    @requires(*CONTROL_ROOM)
    def everybody() -> Page:
        form = FreezeForm()
        if form.is_submitted() and form.validate() and _frozen(saring, form, None, _actor(CONTROL_ROOM)):
            return redirect(url_for("brakes.everybody"), code=303)
        return _page(saring, "brakes/everybody.html", form, None), 422 if form.is_submitted() else 200

    @blueprint.post("/terbitan/rem/<int:switch_id>/<any(minta, lepas):word>")
    @requires(*NEWSROOM)
    def release(switch_id: int, word: str) -> Response:
        return _release(saring, switch_id, word, endpoint="brakes.index")

    @blueprint.post("/admin/rem/<int:switch_id>/<any(minta, lepas):word>")
    @requires(*CONTROL_ROOM)
    def release_everybody(switch_id: int, word: str) -> Response:
        return _release(saring, switch_id, word, endpoint="brakes.everybody")

    return blueprint


def _frozen(saring: Saring, form: FreezeForm, organisation_id: int | None, actor: Actor) -> bool:
    """Stop at once: whoever sees something go wrong loses no time with a second factor."""
    try:
        with saring.database.write() as session:
            killswitch.freeze(
                session,
                organisation_id=organisation_id,
                reason=form.reason.data.strip(),
                person_id=current().person_id,
                actor=actor,
                now=saring.clock.now(),
            )
    except AlreadyFrozen as error:
        attach(form, error)
        return False
    return True


def _release(saring: Saring, switch_id: int, word: str, *, endpoint: str) -> Response:
    actor = confirmed_actor(saring)
    step = killswitch.ask_release if word == "minta" else killswitch.release
    with saring.database.write() as session:
        step(session, switch_id, person_id=current().person_id, actor=actor, now=saring.clock.now())
    return redirect(url_for(endpoint), code=303)


def _page(saring: Saring, template: str, form: FreezeForm, organisation_id: int | None) -> str:
    with saring.database.read() as session:
        organisation = session.get(Organisation, organisation_id or 0)
        zone = organisation.time_zone if organisation else "Asia/Jakarta"
        past = brake_views(session, killswitch.history(session, organisation_id), time_zone=zone)
        now = brake_views(session, killswitch.in_force(session, organisation_id), time_zone=zone)
    own = [brake for brake in now if brake.everybody == (organisation_id is None)]
    values = {"form": form, "own": own, "past": past, "me": current().person_id}
    if organisation_id is None:
        return render_template(template, brakes=now, **values)
    return render(saring, template, **values)


def _actor(roles: tuple[Role, ...]) -> Actor:
    role = next(role for role in roles if role in current().roles)
    return current().actor(role)
