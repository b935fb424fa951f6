"""Flagging what abuses the house or a person: a public page, a piece of evidence, an assessment."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import public, requires
from app.errors import attach
from app.forms.justice import FlagForm
from app.limits import client_key, spend
from app.web.cases import actor
from app.web.desk import DESK
from app.wiring import Saring
from intake.redaction import redact
from kernel.errors import Invalid
from kernel.outbox import CITIZEN, Actor
from verification.queries import public as queries
from verification.services import flagging, pretending

LIMITS = "10 per hour; 30 per day"
"""Flags of one person or household."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the two ways of flagging: everybody's, and that of those who judge."""
    blueprint = Blueprint("flags", __name__)

    @blueprint.route("/tandai/<public_id>", methods=["GET", "POST"])
    @public
    def file(public_id: str) -> str | Response | tuple[str, int]:
        with saring.database.read() as session:
            fact_check = queries.published(session, public_id=public_id).fact_check
        signed_in = g.get("signed_in")
        by = Actor(signed_in.person_id, CITIZEN.role) if signed_in else CITIZEN
        form = FlagForm()
        if (
            form.is_submitted()
            and form.validate()
            and _file(saring, public_id, ("fact_check", fact_check.id), form, by)
        ):
            return render_template("flags/thanks.html", title=fact_check.title)
        page = render_template("flags/file.html", form=form, title=fact_check.title)
        return (page, 422) if form.is_submitted() else page

    @blueprint.route(
        "/meja/kasus/<public_id>/tandai/<any(evidence, assessment):kind>/<int:number>", methods=["GET", "POST"]
    )
    @requires(*DESK)
    def file_at_desk(public_id: str, kind: str, number: int) -> str | Response | tuple[str, int]:
        form = FlagForm()
        if form.is_submitted() and form.validate() and _file(saring, public_id, (kind, number), form, actor()):
            return redirect(url_for("cases.show", public_id=public_id), code=303)
        page = render_template("flags/file.html", form=form, title=public_id)
        return (page, 422) if form.is_submitted() else page

    return blueprint


def _file(saring: Saring, public_id: str, subject: tuple[str, int], form: FlagForm, by: Actor) -> bool:
    spend(LIMITS, "flag", client_key())
    now, reason, note = saring.clock.now(), form.reason.data, redact(form.note.data or "")
    try:
        with saring.database.write() as session:
            about: dict[str, Any] = {"public_id": public_id, "subject": subject, "reason": reason, "note": note}
            if not pretending.file_flag(session, **about, actor=by, now=now):
                flagging.file_flag(session, **about, actor=by, now=now)
    except Invalid as error:
        attach(form, error)
        return False
    return True
