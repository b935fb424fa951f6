"""The discussion of a case: threads, changes of mind, where the message was seen, and handing it over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from accounts.roles import REVIEWERS
from app.access import current, requires
from app.carrying import carry_out
from app.forms.deliberation import HandOverForm, HideForm, PostForm, SightingForm
from app.presenters.deliberation import discussion_page
from app.web.cases import actor
from app.web.desk import DESK
from app.wiring import Saring
from verification.queries.hidden import dossier
from verification.queries.masked import deliberation
from verification.services import deliberating, leasing, pretending, sighting


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page and what can be done on it."""
    blueprint = Blueprint("deliberations", __name__, url_prefix="/meja/kasus")

    @blueprint.get("/<public_id>/diskusi")
    @requires(*DESK)
    def show(public_id: str) -> str:
        return _show(saring, public_id)

    @blueprint.post("/<public_id>/diskusi")
    @requires(*DESK)
    def contribute(public_id: str) -> Response | tuple[str, int]:
        form = PostForm()

        def act(session: Any) -> None:
            answer = {"text": form.text.data, "thread_id": form.thread_id.data}
            step: dict[str, Any] = {"public_id": public_id, "actor": actor(), "now": saring.clock.now(), **answer}
            if not pretending.contribute(session, **step):
                deliberating.contribute(session, **step)

        return _carry_out(saring, public_id, form, act, name="post_form")

    @blueprint.post("/<public_id>/diskusi/<int:post_id>/sembunyikan")
    @requires(*sorted(REVIEWERS))
    def hide(public_id: str, post_id: int) -> Response | tuple[str, int]:
        form = HideForm()

        def act(session: Any) -> None:
            about = {"post_id": post_id, "reason": form.reason.data}
            deliberating.hide(session, public_id=public_id, actor=actor(), now=saring.clock.now(), **about)

        return _carry_out(saring, public_id, form, act, name="hide_form")

    @blueprint.post("/<public_id>/kemunculan")
    @requires(*DESK)
    def see(public_id: str) -> Response | tuple[str, int]:
        form = SightingForm()

        def act(session: Any) -> None:
            about: dict[str, Any] = {"public_id": public_id, "seen": form.to_seen()}
            step = {**about, "actor": actor(), "now": saring.clock.now()}
            if not pretending.add_sighting(session, **step):
                sighting.add_sighting(session, **step)

        return _carry_out(saring, public_id, form, act, name="sighting_form")

    @blueprint.post("/<public_id>/oper")
    @requires(*DESK)
    def hand_over(public_id: str) -> Response | tuple[str, int]:
        form = HandOverForm()

        def act(session: Any) -> None:
            about: dict[str, Any] = {"public_id": public_id, "to_alias": form.alias.data}
            step = {**about, "actor": actor(), "now": saring.clock.now()}
            if not pretending.hand_over(session, **step):
                leasing.hand_over(session, **step)

        return _carry_out(saring, public_id, form, act, name="hand_over_form")

    return blueprint


def _show(saring: Saring, public_id: str, **forms: FlaskForm) -> str:
    person, now = current(), saring.clock.now()
    with saring.database.read() as session:
        found = dossier(session, public_id=public_id, person_id=person.person_id, now=now)
        said = deliberation(session, found=found, person_id=person.person_id)
    page = discussion_page(found, said, may_hide=bool(person.roles & REVIEWERS))
    fresh = {
        "post_form": PostForm(formdata=None),
        "hide_form": HideForm(formdata=None),
        "sighting_form": SightingForm(formdata=None),
        "hand_over_form": HandOverForm(formdata=None),
    }
    return render_template("cases/discussion.html", page=page, **{**fresh, **forms})


def _carry_out(saring: Saring, public_id: str, form: FlaskForm, act: Any, *, name: str) -> Response | tuple[str, int]:
    onward = url_for("deliberations.show", public_id=public_id)
    return carry_out(saring, form, act, onward=onward, again=lambda: _show(saring, public_id, **{name: form}))
