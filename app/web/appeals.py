"""Objections: anybody whom a fact-check names raises one, follows it by a private link, and reads what came of all."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.people import hash_token
from app.access import public
from app.errors import attach
from app.forms.justice import AppealForm
from app.limits import client_key, spend
from app.presenters.fact_checks import card_view
from app.presenters.justice import flag_view, objection_view, promised_days
from app.showing import private
from app.wiring import Saring
from intake.redaction import redact
from kernel.errors import Invalid
from verification.queries import justice
from verification.queries import public as queries
from verification.services import appealing

LIMITS = "5 per hour; 20 per day"
"""Objections of one person or household: more than anybody needs, too few to bury the reviewers."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the public pages of objections."""
    blueprint = Blueprint("appeals", __name__, url_prefix="/keberatan")

    @blueprint.get("")
    @public
    def index() -> str:
        now = saring.clock.now()
        with saring.database.read() as session:
            waiting, answered = justice.waiting_appeals(session), justice.answered_appeals(session)
            decided = justice.flags(session, open_ones=False)
        objections = [objection_view(row, now=now) for row in (*waiting, *answered)]
        flags = [flag_view(row) for row in decided]
        return render_template("appeals/index.html", objections=objections, flags=flags, days=promised_days())

    @blueprint.route("/<public_id>", methods=["GET", "POST"])
    @public
    def file(public_id: str) -> str | Response | tuple[str, int]:
        with saring.database.read() as session:
            card = card_view(queries.published(session, public_id=public_id).fact_check)
        form = AppealForm()
        if not form.is_submitted():
            form.form_key.data = saring.tokens.new_form_key()
            return _form_page(form, card)
        if form.validate() and (token := _file(saring, public_id, form)):
            return redirect(url_for("appeals.show", token=token), code=303)
        return _form_page(form, card), 422

    @blueprint.get("/pantau/<token>")
    @public
    def show(token: str) -> Response:
        now = saring.clock.now()
        with saring.database.read() as session:
            appeal = appealing.find_appeal(session, tracking_hash=hash_token(token))
            row = justice.one_appeal(session, appeal_id=appeal.id)
        view, url = objection_view(row, now=now), saring.settings.public_url + url_for("appeals.show", token=token)
        return private(
            make_response(render_template("appeals/show.html", view=view, url=url, statement=appeal.statement))
        )

    return blueprint


def _form_page(form: AppealForm, card: object) -> str:
    return render_template("appeals/file.html", form=form, card=card, days=promised_days())


def _file(saring: Saring, public_id: str, form: AppealForm) -> str:
    """Save the objection and return its private token; an empty one when the form is shown again with a reason."""
    spend(LIMITS, "appeal", client_key())
    token = saring.tokens.tracking("appeal:" + form.form_key.data)
    try:
        with saring.database.write() as session:
            appealing.file_appeal(
                session,
                public_id=public_id,
                sealed_name=saring.seal.encrypt(form.name.data.strip().encode()),
                standing=form.standing.data,
                statement=redact(form.statement.data),
                url=form.url.data or "",
                idempotency_key=form.form_key.data,
                tracking_hash=hash_token(token),
                now=saring.clock.now(),
            )
    except Invalid as error:
        attach(form, error)
        return ""
    return token
