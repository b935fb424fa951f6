"""A reporter's private page: where the report stands, and the answer when it comes."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from accounts.people import hash_token
from app.access import public
from app.fragments import page_or_fragment
from app.presenters.tracking import tracking_page
from app.wiring import Saring
from verification.queries import public as queries


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the tracking page; htmx polls the same address for its changing part."""
    blueprint = Blueprint("tracking", __name__)

    @blueprint.get("/lacak/<token>")
    @public
    def show(token: str) -> Response:
        with saring.database.read() as session:
            tracked = queries.tracked(session, tracking_hash=hash_token(token))
        url = saring.settings.public_url + url_for("tracking.show", token=token)
        page = tracking_page(tracked, token=token, url=url)
        response = page_or_fragment("tracking/show.html", "tracking/_state.html", page=page)
        # The address is the key to the page: it must not travel to another site nor stay in a shared cache.
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
