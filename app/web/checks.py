"""The answer page: what is known about a message, before anything is saved."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app.access import public
from app.documents import fact_check_id_of
from app.errors import attach
from app.forms.public import AnsweredForm, CheckForm, ReportForm
from app.presenters.fact_checks import card_view
from app.presenters.hits import answer_page
from app.web.uploads import ask_with_pictures
from app.wiring import Saring
from intake.errors import PicturesTooLarge, TooLong
from intake.submission import LONGEST_TEXT, clean
from kernel.errors import Invalid
from verification.errors import NoSuchFactCheck
from verification.queries import public as queries
from verification.services.reporting import count_demand

HITS_SHOWN = 5
"""Earlier checks on the answer page: what a person reads on a phone before giving up."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the answer page and the button that says an earlier check was enough."""
    blueprint = Blueprint("checks", __name__)

    @blueprint.route("/periksa", methods=["GET", "POST"])
    @public
    def check() -> str | tuple[str, int] | Response:
        # A short message may come in the address: a shared link, a bookmark, another program.
        asked = request.method == "POST" or "text" in request.args
        form = CheckForm() if request.method == "POST" else CheckForm(request.args, meta={"csrf": False})
        if not asked or not form.validate():
            return render_template("checks/ask.html", form=form), 422 if asked else 200
        if form.images.files():
            return ask_with_pictures(saring, form)
        try:
            submission = clean(form.text.data, url=None)
        except Invalid as error:
            attach(form, error)
            return render_template("checks/ask.html", form=form), 422
        page = answer_page(submission.text, saring.search.search(submission.redacted_text, limit=HITS_SHOWN))
        report = ReportForm(formdata=None, text=submission.text, form_key=saring.tokens.new_form_key())
        return render_template("checks/answer.html", page=page, report=report)

    @blueprint.post("/terjawab")
    @public
    def answered() -> Response:
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
