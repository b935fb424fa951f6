"""Reporting a message: it is saved, and the sender gets a private link."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.people import hash_token
from app.access import public
from app.errors import attach
from app.forms.public import CheckForm, ReportForm
from app.limits import client_key, spend
from app.subscribing import count_letter
from app.uploading import receive, take_into_report
from app.web.checks import show_answer
from app.web.tracking import ask_for_news
from app.wiring import Saring
from intake.submission import Submission, clean
from kernel.errors import Conflict, Invalid
from verification.services.reporting import ReportedText, file_report

LIMIT = "30 per 10 minutes"
"""Reports from one address; a form that is sent twice counts twice and is one report."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the one act of reporting."""
    blueprint = Blueprint("reports", __name__)

    @blueprint.post("/lapor")
    @public
    def file() -> Response | tuple[str, int]:
        form = ReportForm(by_mail=saring.mail is not None)
        spend(LIMIT, "reports", client_key())
        try:
            submission = clean(form.text.data or "", url=None)
        except Invalid as error:
            again = CheckForm(formdata=None, text=form.text.data)
            attach(again, error)
            return render_template("checks/ask.html", form=again), 422
        return _file(saring, form, submission)

    return blueprint


def _file(saring: Saring, form: ReportForm, submission: Submission) -> Response | tuple[str, int]:
    try:
        if form.validate():
            token, asked = _save(saring, form, submission), "surel" if form.mailbox() else None
            return redirect(url_for("tracking.show", token=token, kabar=asked), code=303)
    except (Invalid, Conflict) as error:
        attach(form, error)
    # Only a form that was tampered with lacks its key, and gets a fresh one; any other is shown with what is wrong.
    return show_answer(saring, submission, report=None if form.form_key.errors else form), 422


def _save(saring: Saring, form: ReportForm, submission: Submission) -> str:
    """Save the report and return its tracking token; the same form sent twice gets the same one."""
    token = saring.tokens.tracking(form.form_key.data)
    person, email = g.get("signed_in"), form.mailbox()
    if email:
        count_letter(saring, email)
    pictures = form.images.read()
    upload_token = receive(saring, text="", pictures=pictures, may_be_none=True) if pictures else None
    with saring.database.write() as session:
        report = file_report(
            session,
            reported=ReportedText(
                text=submission.redacted_text,
                fingerprint=submission.fingerprint,
                language=submission.language.value,
                url=submission.url,
            ),
            sealed_text=saring.seal.encrypt(submission.text.encode()),
            idempotency_key=form.form_key.data,
            tracking_hash=hash_token(token),
            seen_where=form.seen_where.data or "",
            now=saring.clock.now(),
            person_id=person.person_id if person else None,
        )
        if email:
            ask_for_news(saring, session, report_id=report.id, email=email, token=token)
        if upload_token:
            take_into_report(saring, session, upload_token=upload_token, report=report)
    return token
