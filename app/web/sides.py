"""Those whom a case concerns: organisations that step aside, doubts about that, and the agency's own word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, requires
from app.carrying import carry_out
from app.forms.base import SaringForm
from app.forms.justice import AnswerForm, DoubtForm, StatementForm, TagForm
from app.presenters.justice import sides_page
from app.web.cases import actor
from app.web.desk import DESK
from app.wiring import Saring
from verification.queries.hidden import sides
from verification.rules.statement import Stance
from verification.services import pretending, recusing, speaking

REVIEWERS = (Role.VERIFIER, Role.EDITOR)


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of those whom a case concerns."""
    blueprint = Blueprint("sides", __name__, url_prefix="/meja/kasus/<public_id>/pihak")

    @blueprint.get("")
    @requires(*DESK)
    def show(public_id: str) -> str:
        return _page(saring, public_id)

    @blueprint.post("/sebut")
    @requires(*REVIEWERS)
    def tag(public_id: str) -> Response | tuple[str, int]:
        form, now = TagForm(organisations=_choices(saring, public_id)[1]), saring.clock.now()

        def act(session: Any) -> None:
            about, why = form.organisation.data, form.reason.data
            recusing.tag_organisation(
                session, public_id=public_id, organisation_id=about, reason=why, actor=actor(), now=now
            )

        return _carry_out(saring, public_id, form, act, form_name="tag_form")

    @blueprint.post("/ragu")
    @requires(*DESK)
    def doubt(public_id: str) -> Response | tuple[str, int]:
        form, now = DoubtForm(organisations=_choices(saring, public_id)[0]), saring.clock.now()

        def act(session: Any) -> None:
            about, why = form.named.data, form.doubt.data
            step: dict[str, Any] = {"public_id": public_id, "organisation_id": about, "reason": why}
            if not pretending.doubt_recusal(session, **step, actor=actor(), now=now):
                recusing.doubt_recusal(session, **step, actor=actor(), now=now)

        return _carry_out(saring, public_id, form, act, form_name="doubt_form")

    @blueprint.post("/ragu/<int:doubt_id>")
    @requires(*REVIEWERS)
    def decide(public_id: str, doubt_id: int) -> Response | tuple[str, int]:
        form, now = AnswerForm(), saring.clock.now()

        def act(session: Any) -> None:
            cleared, why = form.outcome.data == "upheld", form.answer.data
            recusing.decide_doubt(
                session, public_id=public_id, doubt_id=doubt_id, cleared=cleared, answer=why, actor=actor(), now=now
            )

        return _carry_out(saring, public_id, form, act, form_name="answer_form")

    @blueprint.post("/pernyataan")
    @requires(*REVIEWERS)
    def speak(public_id: str) -> Response | tuple[str, int]:
        form, who = StatementForm(), actor()

        def act(session: Any) -> None:
            said = {"text": form.text.data, "url": form.url.data or "", "stance": Stance(form.position.data)}
            agency, now = int(form.organisation_id.data), saring.clock.now()
            speaking.publish_statement(session, public_id=public_id, organisation_id=agency, actor=who, now=now, **said)

        return _carry_out(saring, public_id, form, act, form_name="statement_form")

    return blueprint


def _carry_out(
    saring: Saring, public_id: str, form: SaringForm, act: Any, *, form_name: str
) -> Response | tuple[str, int]:
    onward = url_for("sides.show", public_id=public_id)
    return carry_out(saring, form, act, onward=onward, again=lambda: _page(saring, public_id, **{form_name: form}))


def _choices(saring: Saring, public_id: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the organisations that the case names, and the others."""
    with saring.database.read() as session:
        found = sides(session, public_id=public_id, person_id=current().person_id)
    return [(one.id, one.name) for one in found.named], [(one.id, one.name) for one in found.others]


def _page(saring: Saring, public_id: str, **forms: SaringForm) -> str:
    person = current()
    with saring.database.read() as session:
        found = sides(session, public_id=public_id, person_id=current().person_id)
    may_act = bool(person.roles & set(REVIEWERS))
    page = sides_page(
        found,
        person_id=person.person_id,
        organisation_id=person.organisation_id,
        reviewer=may_act,
        spokesperson=may_act,
    )
    named, others = _choices(saring, public_id)
    fresh = {
        "tag_form": TagForm(formdata=None, organisations=others),
        "doubt_form": DoubtForm(formdata=None, organisations=named),
        "answer_form": AnswerForm(formdata=None),
        "statement_form": StatementForm(formdata=None, organisation_id=str(page.mine_id)),
    }
    return render_template("sides/show.html", page=page, **{**fresh, **forms})
