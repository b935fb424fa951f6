"""News of a report: asking for them, the owner's word, and the end of them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from accounts.people import hash_token
from app.access import from_elsewhere, public
from app.errors import attach
from app.forms.public import NewsForm, PushForm
from app.i18n import choose_language
from app.push import BadPushAddress, PushAddress
from app.showing import private
from app.subscribing import ask_by_mail, ask_by_push, change_push, spend_a_letter, stop_push
from app.web.tracking import page_of, tracking_url
from app.wiring import Saring
from kernel.errors import Conflict, Invalid, NotFound
from verification.queries import public as queries
from verification.queries.subscriptions import by_address
from verification.services.subscribing import confirm, end, find


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the forms of the tracking page, and the page that letters lead to."""
    blueprint = Blueprint("subscriptions", __name__)

    @blueprint.post("/lacak/<token>/surel")
    @public
    def by_mail(token: str) -> AnyResponse:
        if saring.mail is None:
            raise NotFound
        form = NewsForm()
        try:
            if form.validate():
                spend_a_letter(saring, form.email.data)
                _ask_by_mail(saring, token, email=form.email.data)
                return redirect(url_for("tracking.show", token=token, kabar="surel", _anchor="news"), code=303)
        except (Invalid, Conflict) as error:
            attach(form, error)
        return page_of(saring, token, form=form, status=422)

    @blueprint.post("/lacak/<token>/pemberitahuan")
    @public
    def by_push(token: str) -> Response:
        form = PushForm()
        with saring.database.read() as session:
            report_id = queries.tracked(session, tracking_hash=hash_token(token)).report.id
        if saring.push is None or not form.validate():
            raise BadPushAddress(field="endpoint")
        address = PushAddress(form.endpoint.data, form.p256dh.data, form.auth.data)
        digest = saring.tokens.digest("push", address.endpoint)
        if form.act.data == "ask":
            ask_by_push(saring, report_id=report_id, address=address, link=tracking_url(saring, token))
        elif form.act.data == "stop":
            stop_push(saring, report_id=report_id, digest=digest)
        with saring.database.read() as session:
            known = by_address(session, report_id=report_id, digest=digest)
        return private(jsonify(on=known is not None))

    @blueprint.post("/pemberitahuan/pindah")
    @from_elsewhere
    @public
    def move_push() -> tuple[str, int]:
        # A browser's worker sends this, which has no form token; that it knows the old secret is its proof.
        sent = {name: request.form.get(name, "") for name in ("old", "old_auth", "endpoint", "p256dh", "auth")}
        if not all(sent.values()):
            raise BadRequest
        if saring.push is None:
            raise NotFound
        address = PushAddress(sent["endpoint"], sent["p256dh"], sent["auth"])
        change_push(saring, old=sent["old"], old_auth=sent["old_auth"], address=address)
        return "", 204

    @blueprint.get("/kabar/<word>")
    @public
    def show(word: str) -> Response:
        with saring.database.read() as session:
            row = find(session, token_hash=hash_token(word))
        stage = "confirmed" if row.confirmed_at else "asked"
        return _page(word, stage)

    @blueprint.post("/kabar/<word>")
    @public
    def say_yes(word: str) -> AnyResponse:
        with saring.database.write() as session:
            confirm(session, token_hash=hash_token(word), now=saring.clock.now())
        return redirect(url_for(".show", word=word), code=303)

    @blueprint.post("/kabar/<word>/berhenti")
    @from_elsewhere
    @public
    def stop(word: str) -> Response:
        # RFC 8058: a mail program sends exactly this, without a cookie; our own button sends the same.
        if request.form.get("List-Unsubscribe") != "One-Click":
            raise BadRequest
        with saring.database.write() as session:
            end(session, token_hash=hash_token(word), now=saring.clock.now())
        return _page(word, "ended")

    return blueprint


def _page(word: str, stage: str) -> Response:
    return private(Response(render_template("subscriptions/show.html", word=word, stage=stage)))


def _ask_by_mail(saring: Saring, token: str, *, email: str) -> None:
    link, language, now = tracking_url(saring, token), choose_language(), saring.clock.now()
    with saring.database.write() as session:
        report_id = queries.tracked(session, tracking_hash=hash_token(token)).report.id
        ask_by_mail(saring, session, report_id=report_id, link=link, language=language, email=email, now=now)
