"""After publication: doubting a fact-check, dismissing the doubt, withdrawing it, and judging the case anew."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current, requires
from app.carrying import carry_out
from app.forms.base import SaringForm
from app.forms.justice import ReasonForm, ReopenForm
from app.presenters.justice import affairs_page
from app.web.cases import acting, actor
from app.wiring import Saring
from verification.queries import justice
from verification.services import correcting

REVIEWERS = (Role.VERIFIER, Role.EDITOR)


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the corrections page of a case with its forms."""
    blueprint = Blueprint("corrections", __name__, url_prefix="/meja/kasus/<public_id>/ralat")

    @blueprint.get("")
    @requires(*REVIEWERS)
    def show(public_id: str) -> str:
        return _page(saring, public_id)

    @blueprint.post("/buka")
    @requires(*REVIEWERS)
    def begin(public_id: str) -> Response | tuple[str, int]:
        form, now = ReasonForm(), saring.clock.now()

        def act(session: Any) -> None:
            correcting.open_correction(session, public_id=public_id, reason=form.reason.data, now=now, **acting())

        return _carry_out(saring, public_id, form, act, form_name="form")

    @blueprint.post("/putuskan")
    @requires(*REVIEWERS)
    def decide(public_id: str) -> Response | tuple[str, int]:
        form, now = ReasonForm(), saring.clock.now()
        require_fresh_second_factor(current(), now=now)
        step = correcting.retract if request.form.get("step") == "retract" else correcting.dismiss_correction

        def act(session: Any) -> None:
            step(session, public_id=public_id, reason=form.reason.data, now=now, **acting())

        return _carry_out(saring, public_id, form, act, form_name="form")

    @blueprint.post("/ulang")
    @requires(Role.VERIFIER)
    def ask(public_id: str) -> Response | tuple[str, int]:
        form, now = ReopenForm(), saring.clock.now()

        def act(session: Any) -> None:
            source, why = form.to_source(), form.why.data
            correcting.ask_to_reopen(session, public_id=public_id, source=source, reason=why, actor=actor(), now=now)

        return _carry_out(saring, public_id, form, act, form_name="reopen_form")

    @blueprint.post("/ulang/ikut")
    @requires(Role.VERIFIER)
    def join(public_id: str) -> Response:
        now = saring.clock.now()
        require_fresh_second_factor(current(), now=now)
        with saring.database.write() as session:
            correcting.join_reopening(session, public_id=public_id, now=now, **acting())
        return redirect(url_for("corrections.show", public_id=public_id), code=303)

    return blueprint


def _carry_out(
    saring: Saring, public_id: str, form: SaringForm, act: Any, *, form_name: str
) -> Response | tuple[str, int]:
    onward = url_for("corrections.show", public_id=public_id)
    return carry_out(saring, form, act, onward=onward, again=lambda: _page(saring, public_id, **{form_name: form}))


def _page(saring: Saring, public_id: str, **forms: SaringForm) -> str:
    person = current()
    with saring.database.read() as session:
        found = justice.affairs(session, public_id=public_id)
    page = affairs_page(found, person_id=person.person_id, is_verifier=Role.VERIFIER in person.roles)
    fresh = {"form": ReasonForm(formdata=None), "reopen_form": ReopenForm(formdata=None)}
    return render_template("corrections/show.html", page=page, **{**fresh, **forms})
