"""Administration: the organisations that people work for."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.organisations import OrganisationExists, found_organisation, list_organisations
from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current, requires
from app.errors import attach
from app.forms.people import OrganisationForm
from app.presenters.organisations import organisation_views
from app.wiring import Saring
from kernel.errors import Invalid

Page = Response | str | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages about organisations."""
    blueprint = Blueprint("organisations", __name__, url_prefix="/admin/organisasi")

    @blueprint.get("")
    @requires(Role.ADMIN, Role.AUDITOR)
    def index() -> str:
        with saring.database.read() as session:
            rows = organisation_views(list_organisations(session))
        return render_template("organisations/index.html", rows=rows, may_act=Role.ADMIN in current().roles)

    @blueprint.route("/baru", methods=["GET", "POST"])
    @requires(Role.ADMIN)
    def found() -> Page:
        require_fresh_second_factor(current(), now=saring.clock.now())
        form = OrganisationForm()
        if form.is_submitted() and form.validate() and _found(saring, form):
            return redirect(url_for("organisations.index"), code=303)
        return render_template("organisations/found.html", form=form), 422 if form.is_submitted() else 200

    return blueprint


def _found(saring: Saring, form: OrganisationForm) -> bool:
    try:
        with saring.database.write() as session:
            found_organisation(
                session,
                name=form.name.data,
                slug=form.slug.data,
                kind=form.kind.data,
                aliases=form.other_names(),
                time_zone=form.time_zone.data,
                actor=current().actor(Role.ADMIN),
                now=saring.clock.now(),
            )
    except (Invalid, OrganisationExists) as error:
        attach(form, error)
        return False
    return True
