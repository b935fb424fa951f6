"""Objections and flags at the desk: what waits, and the answers."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import requires
from app.errors import attach
from app.forms.justice import AnswerForm, standing_word
from app.presenters.justice import flag_view, objection_view
from app.web.cases import acting
from app.wiring import Saring
from kernel.errors import Invalid
from verification.queries import justice
from verification.services import appealing, flagging

REVIEWERS = (Role.VERIFIER, Role.EDITOR)


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the reviewers' pages of objections and flags."""
    blueprint = Blueprint("appeal_desk", __name__, url_prefix="/meja")

    @blueprint.get("/keberatan")
    @requires(*REVIEWERS)
    def index() -> str:
        return _list_page(saring, AnswerForm(formdata=None))

    @blueprint.route("/keberatan/<int:appeal_id>", methods=["GET", "POST"])
    @requires(*REVIEWERS)
    def answer(appeal_id: int) -> str | Response | tuple[str, int]:
        form = AnswerForm()
        if form.is_submitted() and form.validate() and _answer(saring, appeal_id, form):
            return redirect(url_for("appeal_desk.answer", appeal_id=appeal_id), code=303)
        page = _appeal_page(saring, appeal_id, form)
        return (page, 422) if form.is_submitted() else page

    @blueprint.post("/tandaan/<int:flag_id>")
    @requires(*REVIEWERS)
    def decide_flag(flag_id: int) -> Response | tuple[str, int]:
        form, upheld, now = AnswerForm(), AnswerForm().outcome.data == "upheld", saring.clock.now()
        if form.validate():
            try:
                with saring.database.write() as session:
                    answer = form.answer.data
                    flagging.decide_flag(session, flag_id=flag_id, upheld=upheld, answer=answer, now=now, **acting())
                return redirect(url_for("appeal_desk.index"), code=303)
            except Invalid as error:
                attach(form, error)
        return _list_page(saring, form, sent_for=flag_id), 422

    return blueprint


def _answer(saring: Saring, appeal_id: int, form: AnswerForm) -> bool:
    upheld, now = form.outcome.data == "upheld", saring.clock.now()
    try:
        with saring.database.write() as session:
            answer = form.answer.data
            appealing.answer_appeal(session, appeal_id=appeal_id, upheld=upheld, answer=answer, now=now, **acting())
    except Invalid as error:
        attach(form, error)
        return False
    return True


def _appeal_page(saring: Saring, appeal_id: int, form: AnswerForm) -> str:
    now = saring.clock.now()
    with saring.database.read() as session:
        row = justice.one_appeal(session, appeal_id=appeal_id)
    name = saring.seal.decrypt(row.appeal.sealed_name).decode()
    view, about = objection_view(row, now=now), {"name": name, "standing": standing_word(row.appeal.standing)}
    case, appeal = row.fact_check.public_id, row.appeal
    return render_template("appeal_desk/show.html", view=view, about=about, appeal=appeal, public_id=case, form=form)


def _list_page(saring: Saring, form: AnswerForm, *, sent_for: int = 0) -> str:
    now = saring.clock.now()
    with saring.database.read() as session:
        waiting, flags = justice.waiting_appeals(session), justice.flags(session, open_ones=True)
    objections = [objection_view(row, now=now) for row in waiting]
    views = [flag_view(row) for row in flags]
    return render_template("appeal_desk/index.html", objections=objections, flags=views, form=form, sent_for=sent_for)
