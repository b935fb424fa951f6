"""The short course: practice with an answer at once, then the entrance; open to all, counted for who signs in."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, public, signed_in
from app.asking import look_up, stock_for
from app.forms.course import AnswerForm, TryForm
from app.forms.desk import CsrfForm
from app.practice import warm_ups
from app.presenters.course import course_page, question_view
from app.wiring import Saring
from kernel.outbox import Actor
from verification.errors import NoSuchQuestion
from verification.rules.parameters import PARAMETERS
from verification.rules.scale import Veracity
from verification.services import entering

Page = Response | str | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages of the course."""
    blueprint = Blueprint("course", __name__, url_prefix="/latihan")

    @blueprint.get("")
    @public
    def index() -> str:
        entrance = None
        if g.signed_in is not None:
            with saring.database.read() as session:
                entrance = entering.entrance_of(session, person_id=current().person_id)
        page = course_page(entrance, now=saring.clock.now())
        return render_template("course/index.html", page=page, form=CsrfForm())

    @blueprint.get("/kasus/<key>")
    @public
    def practice(key: str) -> Page:
        case = next((case for case in warm_ups() if case.key == key), None)
        if case is None:
            raise NoSuchQuestion(question=key)
        form, answered = TryForm(formdata=request.args or None), "verdict" in request.args
        good = answered and form.validate()
        view = question_view(case.question, case, given=form.to_verdict() if good else None)
        others = [other.key for other in warm_ups() if other.key != key]
        page = render_template("course/practice.html", form=form, question=view, key=key, others=others)
        return page, 422 if answered and not good else 200

    @blueprint.post("/ujian")
    @signed_in
    def begin() -> Response:
        secret, now = saring.tokens.digest("questions", "").encode(), saring.clock.now()
        with saring.database.write() as session:
            questions = stock_for(session, person_id=current().person_id)
            entering.begin(session, stock=questions, secret=secret, actor=_actor(), now=now)
        return redirect(url_for("course.go_on"), code=303)

    @blueprint.get("/ujian")
    @signed_in
    def go_on() -> Response:
        with saring.database.read() as session:
            number = entering.entrance_of(session, person_id=current().person_id).next_number
        return redirect(url_for("course.question", number=number) if number else url_for("course.index"), code=303)

    @blueprint.route("/ujian/<int:number>", methods=["GET", "POST"])
    @signed_in
    def question(number: int) -> Page:
        form = AnswerForm()
        if form.is_submitted() and form.validate():
            _answer(saring, number, form.to_verdict())
            return redirect(url_for("course.question", number=number), code=303)
        page = _question_page(saring, number, form)
        return page, 422 if form.is_submitted() else 200

    return blueprint


def _answer(saring: Saring, number: int, verdict: Veracity) -> None:
    with saring.database.write() as session:
        found = entering.entrance_of(session, person_id=current().person_id)
        asked, _content = look_up(session, key=_key(found, number))
        entering.answer(session, question=asked, verdict=verdict, actor=_actor(), now=saring.clock.now())


def _question_page(saring: Saring, number: int, form: AnswerForm) -> str:
    with saring.database.read() as session:
        found = entering.entrance_of(session, person_id=current().person_id)
        asked, content = look_up(session, key=_key(found, number))
    row = found.answers.get(asked.key)
    given, truth = (Veracity(row.answer), Veracity(row.verdict)) if row else (None, None)
    view = question_view(asked, content, given=given, truth=truth)
    return render_template(
        "course/question.html",
        form=form,
        question=view,
        number=number,
        questions=len(PARAMETERS.reputation.gold_levels),
        next_number=found.next_number,
    )


def _key(found: entering.Entrance, number: int) -> str:
    """Return the key of a question of the newest attempt, by its number from 1."""
    questions = found.attempt.questions if found.attempt else []
    if not 1 <= number <= len(questions):
        raise NoSuchQuestion(question=str(number))
    return questions[number - 1]


def _actor() -> Actor:
    return current().actor(Role.VOLUNTEER)
