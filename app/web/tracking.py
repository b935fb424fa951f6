"""A reporter's private page: where the report stands, and the answer when it comes."""

from __future__ import annotations

from flask import Blueprint, Response, abort, url_for

from accounts.people import hash_token
from app.access import public
from app.fragments import page_or_fragment
from app.presenters.tracking import tracking_page
from app.showing import picture_response
from app.wiring import Saring
from verification.queries import public as queries
from verification.queries import uploads


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the tracking page; htmx polls the same address for its changing part."""
    blueprint = Blueprint("tracking", __name__)

    @blueprint.get("/lacak/<token>")
    @public
    def show(token: str) -> Response:
        with saring.database.read() as session:
            tracked = queries.tracked(session, tracking_hash=hash_token(token))
            sent = uploads.question_of_report(session, report_id=tracked.report.id)
        url = saring.settings.public_url + url_for("tracking.show", token=token)
        page = tracking_page(tracked, token=token, url=url, sent=sent)
        response = page_or_fragment("tracking/show.html", "tracking/_state.html", page=page)
        # The address is the key to the page: it must not travel to another site nor stay in a shared cache.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @blueprint.get("/lacak/<token>/gambar/<int:position>")
    @public
    def picture(token: str, position: int) -> Response:
        with saring.database.read() as session:
            tracked = queries.tracked(session, tracking_hash=hash_token(token))
            sent = uploads.question_of_report(session, report_id=tracked.report.id)
        kept = [one for one in (sent.pictures if sent else ()) if one.state == "kept" and one.position == position]
        return picture_response(saring, kept[0]) if kept else abort(404)

    return blueprint
