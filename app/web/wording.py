"""The words of a counter-narrative: versions side by side, others' suggestions, and whether it helps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from accounts.roles import REVIEWERS
from app.access import current, requires
from app.carrying import carry_out
from app.forms.wording import AnswerForm, HelpForm, SuggestionForm
from app.presenters.wording import wording_page
from app.web.cases import acting, actor
from app.web.desk import DESK
from app.wiring import Saring
from verification.queries.masked import wording
from verification.rules.bridging import Help
from verification.services import rating, suggesting


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page and what can be done on it."""
    blueprint = Blueprint("wording", __name__, url_prefix="/meja/kasus")

    @blueprint.get("/<public_id>/kata")
    @requires(*DESK)
    def show(public_id: str) -> str:
        return _show(saring, public_id)

    @blueprint.post("/<public_id>/kata/saran")
    @requires(*DESK)
    def suggest(public_id: str) -> Response | tuple[str, int]:
        form = SuggestionForm()

        def act(session: Any) -> None:
            said = {"part": form.part.data, "text": form.text.data, "reason": form.reason.data}
            suggesting.suggest(session, public_id=public_id, actor=actor(), now=saring.clock.now(), **said)

        return _carry_out(saring, public_id, form, act, name="suggestion_form")

    @blueprint.post("/<public_id>/kata/saran/<int:suggestion_id>/<any(terima, tolak):word>")
    @requires(*sorted(REVIEWERS))
    def decide(public_id: str, suggestion_id: int, word: str) -> Response | tuple[str, int]:
        form, now, accept = AnswerForm(), saring.clock.now(), word == "terima"

        def act(session: Any) -> None:
            about: dict[str, Any] = {"suggestion_id": suggestion_id, "accept": accept, "note": form.note.data or ""}
            suggesting.decide(session, public_id=public_id, now=now, **about, **acting())

        return _carry_out(saring, public_id, form, act, name="answer_form")

    @blueprint.post("/<public_id>/kata/nilai")
    @requires(*DESK)
    def rate(public_id: str) -> Response | tuple[str, int]:
        form = HelpForm()

        def act(session: Any) -> None:
            now = saring.clock.now()
            check = wording(session, public_id=public_id, person_id=current().person_id, now=now).fact_check
            shown = check.public_id if check else ""
            rating.rate(session, public_id=shown, help_=Help(form.help.data), actor=actor(), now=now)

        return _carry_out(saring, public_id, form, act, name="help_form")

    return blueprint


def _show(saring: Saring, public_id: str, **forms: FlaskForm) -> str:
    person = current()
    with saring.database.read() as session:
        found = wording(session, public_id=public_id, person_id=person.person_id, now=saring.clock.now())
    page = wording_page(found, person_id=person.person_id, roles=person.roles)
    fresh = {
        "suggestion_form": SuggestionForm(formdata=None),
        "answer_form": AnswerForm(formdata=None),
        "help_form": HelpForm(formdata=None, help=found.my_rating),
    }
    return render_template("cases/wording.html", page=page, **{**fresh, **forms})


def _carry_out(saring: Saring, public_id: str, form: FlaskForm, act: Any, *, name: str) -> Response | tuple[str, int]:
    onward = url_for("wording.show", public_id=public_id)
    return carry_out(saring, form, act, onward=onward, again=lambda: _show(saring, public_id, **{name: form}))
