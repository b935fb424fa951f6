"""The answer page: what is known about a message, before anything is saved."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.access import public
from app.documents import fact_check_id_of
from app.errors import attach
from app.forms.public import AnsweredForm, CheckForm, ReportForm
from app.fragments import wants_fragment
from app.limits import client_key, spend
from app.presenters.fact_checks import card_view
from app.presenters.hits import answer_page
from app.web.uploads import ask_with_pictures
from app.wiring import Saring
from intake.errors import PicturesTooLarge, TooLong
from intake.submission import LONGEST_TEXT, Submission, clean
from kernel.errors import Invalid
from verification.errors import NoSuchFactCheck
from verification.queries import public as queries
from verification.services.reporting import count_demand

HITS_SHOWN = 5
"""Earlier checks on the answer page: what a person reads on a phone before giving up."""

HITS_WHILE_TYPING = 3
"""Earlier checks below the box while somebody types: few enough that the box stays on the screen."""

SHORTEST_TYPED = 12
"""Characters before we look while somebody types: two or three words, less says nothing."""

CHECK_LIMIT = "120 per minute"
"""Messages that one address checks; whole quarters share one with a mobile network."""

TYPING_LIMIT = "60 per minute"
"""Looks while somebody types. Who types faster sees no suggestions for a while, and the button works as ever."""

ANSWERED_LIMIT = "30 per 10 minutes"
"""Times that one address says "this answers it": demand lifts a message in the lists."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the answer page and the button that says an earlier check was enough."""
    blueprint = Blueprint("checks", __name__)

    @blueprint.get("/periksa")
    @public
    def ask() -> str:
        # A message never stands in an address: those stay in histories and in the logs of every server on the way.
        return render_template("checks/ask.html", form=CheckForm(formdata=None))

    @blueprint.post("/periksa")
    @public
    def check() -> str | tuple[str, int] | Response:
        form = CheckForm()
        if wants_fragment():
            return _while_typing(saring, form.text.data or "")
        spend(CHECK_LIMIT, "checks", client_key())
        if not form.validate():
            return render_template("checks/ask.html", form=form), 422
        if form.images.files():
            return ask_with_pictures(saring, form)
        return answer(saring, form.text.data)

    @blueprint.post("/terjawab")
    @public
    def answered() -> Response:
        spend(ANSWERED_LIMIT, "answered", client_key())
        form = AnsweredForm()
        if not form.validate():
            raise NoSuchFactCheck
        with saring.database.write() as session:
            fact_check_id = fact_check_id_of(form.key.data)
            count_demand(session, fact_check_id=fact_check_id, answered=True, now=saring.clock.now())
            public_id = queries.numbered(session, fact_check_id=fact_check_id).public_id
        return redirect(url_for("checks.thanks", public_id=public_id), code=303)

    @blueprint.get("/terjawab/<public_id>")
    @public
    def thanks(public_id: str) -> str:
        with saring.database.read() as session:
            fact_check = queries.published(session, public_id=public_id).fact_check
        share_url = saring.settings.public_url + url_for("fact_checks.show", public_id=public_id, slug=fact_check.slug)
        return render_template("checks/thanks.html", card=card_view(fact_check), share_url=share_url)

    @blueprint.errorhandler(RequestEntityTooLarge)
    def too_much(_error: RequestEntityTooLarge) -> tuple[str, int]:
        form = CheckForm(formdata=None)
        pictures = (request.content_length or 0) > (request.max_content_length or 0)
        attach(form, PicturesTooLarge(field="images") if pictures else TooLong(field="text", limit=LONGEST_TEXT))
        return render_template("checks/ask.html", form=form), 413

    return blueprint


def answer(saring: Saring, text: str) -> str | tuple[str, int]:
    """Return the answer page of a message, or the box with what is wrong with it."""
    try:
        return show_answer(saring, clean(text, url=None))
    except Invalid as error:
        form = CheckForm(formdata=None, text=text)
        attach(form, error)
        return render_template("checks/ask.html", form=form), 422


def show_answer(saring: Saring, submission: Submission, *, report: ReportForm | None = None) -> str:
    """Return what is known about a message, with the form that reports it. Nothing is saved by it.

    `report` is that form with what is wrong with it, where it was sent already.
    """
    page = answer_page(submission.text, saring.search.search(submission.redacted_text, limit=HITS_SHOWN))
    key, by_mail = saring.tokens.new_form_key(), saring.mail is not None
    report = report or ReportForm(formdata=None, by_mail=by_mail, text=submission.text, form_key=key)
    return render_template("checks/answer.html", page=page, report=report)


def _while_typing(saring: Saring, text: str) -> str:
    """Return the nearest checks of a message that is still being written; nothing for one that says too little."""
    spend(TYPING_LIMIT, "typing", client_key())
    try:
        submission = clean(text, url=None)
    except Invalid:
        return ""
    if len(submission.text) < SHORTEST_TYPED:
        return ""
    found = saring.search.search(submission.redacted_text, limit=HITS_WHILE_TYPING)
    return render_template("checks/_so_far.html", page=answer_page(submission.text, found))
