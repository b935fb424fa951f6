"""A question asked with screenshots: its private page, what was typed beside them, and the report it may become."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import hash_token
from app.access import public
from app.answering import Answer, answer
from app.errors import attach
from app.forms.public import CheckForm, PictureReportForm, TypedForm
from app.fragments import page_or_fragment
from app.limits import client_key, spend
from app.presenters.hits import answer_page
from app.presenters.uploads import UploadPage, upload_page
from app.showing import picture_response, private
from app.subscribing import count_letter
from app.uploading import receive, sealed, take_into_report
from app.web.tracking import ask_for_news
from app.wiring import Saring
from intake.submission import Submission, clean
from kernel.errors import Conflict, Invalid
from verification.queries import uploads as queries
from verification.queries.uploads import Question
from verification.services.attaching import change_text
from verification.services.reporting import ReportedText, file_report

HITS_SHOWN = 5
"""Earlier checks on the answer page: what a person reads on a phone before giving up."""

LIMIT = "30 per 30 minutes"
"""Questions with pictures from one household (Mastodon's limit for media)."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of a question; htmx polls the same address while the pictures are being read."""
    blueprint = Blueprint("uploads", __name__, url_prefix="/periksa/gambar")

    @blueprint.get("/<token>")
    @public
    def show(token: str) -> AnyResponse:
        question = _question(saring, token)
        if question.upload.report_id is not None:
            return redirect(url_for("tracking.show", token=saring.tokens.tracking(token)), code=303)
        page = _page(saring, question, token)
        forms = {
            "report": PictureReportForm(formdata=None, by_mail=saring.mail is not None),
            "typed": TypedForm(formdata=None),
        }
        return private(page_or_fragment("uploads/show.html", "uploads/_state.html", page=page, **forms))

    @blueprint.post("/<token>")
    @public
    def tell(token: str) -> AnyResponse | tuple[str, int]:
        form, question = TypedForm(), _question(saring, token)
        try:
            if form.validate():
                clean(form.text.data, url=None)
                with saring.database.write() as session:
                    change_text(session, token_hash=hash_token(token), sealed_text=sealed(saring, form.text.data))
                return redirect(url_for("uploads.show", token=token), code=303)
        except Invalid as error:
            attach(form, error)
        report = PictureReportForm(formdata=None, by_mail=saring.mail is not None)
        return render_template("uploads/show.html", page=_page(saring, question, token), report=report, typed=form), 422

    @blueprint.post("/<token>/lapor")
    @public
    def report(token: str) -> AnyResponse | tuple[str, int]:
        form, question = PictureReportForm(by_mail=saring.mail is not None), _question(saring, token)
        found = answer(saring, question, limit=1)
        if found.submission is None:
            return redirect(url_for("uploads.show", token=token), code=303)
        try:
            if form.validate():
                return _file(saring, token, found, form, found.submission)
        except (Invalid, Conflict) as error:
            attach(form, error)
        page, typed = _page(saring, question, token), TypedForm(formdata=None)
        return render_template("uploads/show.html", page=page, report=form, typed=typed), 422

    @blueprint.get("/<token>/<int:position>")
    @public
    def picture(token: str, position: int) -> Response:
        kept = [one for one in _question(saring, token).pictures if one.state == "kept" and one.position == position]
        return picture_response(saring, kept[0]) if kept else abort(404)

    return blueprint


def ask_with_pictures(saring: Saring, form: CheckForm) -> AnyResponse | tuple[str, int]:
    """Take the pictures in and lead to the page that answers; what was typed stays on the form when none is of use."""
    spend(LIMIT, "uploads", client_key())
    try:
        token = receive(saring, text=form.text.data or "", pictures=form.images.read())
    except Invalid as error:
        attach(form, error)
        return render_template("checks/ask.html", form=form), 422
    return redirect(url_for("uploads.show", token=token), code=303)


def _question(saring: Saring, token: str) -> Question:
    with saring.database.read() as session:
        return queries.question(session, token_hash=hash_token(token))


def _page(saring: Saring, question: Question, token: str) -> UploadPage:
    address = url_for("uploads.show", token=token)
    if any(picture.state == "waiting" for picture in question.pictures):
        # The page asks again in a moment: what is looked up now would be looked up again then.
        return upload_page(question, token=token, text="", answer=None, known=(), address=address)
    found = answer(saring, question, limit=HITS_SHOWN)
    said = found.submission.redacted_text if found.submission else ""
    page = answer_page(said, found.found) if found.found else None
    return upload_page(question, token=token, text=said, answer=page, known=found.known, address=address)


def _file(saring: Saring, token: str, found: Answer, form: PictureReportForm, submission: Submission) -> AnyResponse:
    """Save the report under a key derived from the link, so that pressing twice is reporting once."""
    tracking, person, email = saring.tokens.tracking(token), g.get("signed_in"), form.mailbox()
    if email:
        count_letter(saring, email)
    same = next((known.item.fingerprint for known in found.known), submission.fingerprint)
    with saring.database.write() as session:
        filed = file_report(
            session,
            reported=ReportedText(
                text=submission.redacted_text,
                fingerprint=same,
                language=submission.language.value,
                url=submission.url,
            ),
            sealed_text=saring.seal.encrypt(submission.text.encode()),
            idempotency_key=token,
            tracking_hash=hash_token(tracking),
            seen_where=form.seen_where.data or "",
            now=saring.clock.now(),
            person_id=person.person_id if person else None,
        )
        take_into_report(saring, session, upload_token=token, report=filed)
        if email:
            ask_for_news(saring, session, report_id=filed.id, email=email, token=tracking)
    return redirect(url_for("tracking.show", token=tracking, kabar="surel" if email else None), code=303)
