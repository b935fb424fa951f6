"""Share cards and the feeds of organisations: what networks and readers fetch by themselves."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from accounts.organisations import find_organisation
from app.access import public
from app.wiring import Saring
from publishing import feeds, share_card
from publishing.channels.feed import Entry, atom, json_feed

FOR_EVER = "public, max-age=31536000, immutable"
"""A card's name is the hash of its content, so that what is at this address never changes."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pictures, by their hash, and one feed for each organisation that keeps one."""
    blueprint = Blueprint("share_cards", __name__)

    @blueprint.get("/kartu/<sha256>.png")
    @public
    def show(sha256: str) -> BaseResponse:
        with saring.database.read() as session:
            png = share_card.find_card(session, sha256)
        if png is None:
            abort(404)
        response = Response(png, mimetype="image/png")
        response.set_etag(sha256)
        response.headers["Cache-Control"] = FOR_EVER
        # Previews of other sites show it; that is what it is for.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response.make_conditional(request)

    @blueprint.get("/umpan/<slug>.atom")
    @public
    def organisation_atom(slug: str) -> Response:
        name, entries = _entries(saring, slug)
        home, now = saring.settings.public_url, saring.clock.now()
        document = atom(entries, title=name, home_url=home, feed_url=home + request.path, now=now)
        return Response(document, mimetype="application/atom+xml")

    @blueprint.get("/umpan/<slug>.json")
    @public
    def organisation_json(slug: str) -> Response:
        name, entries = _entries(saring, slug)
        home = saring.settings.public_url
        response = jsonify(json_feed(entries, title=name, home_url=home, feed_url=home + request.path))
        response.mimetype = "application/feed+json"
        return response

    return blueprint


def feed_address(saring: Saring, slug: str) -> str:
    """Return where the feed of an organisation is read."""
    return saring.settings.public_url + url_for("share_cards.organisation_atom", slug=slug)


def _entries(saring: Saring, slug: str) -> tuple[str, list[Entry]]:
    with saring.database.read() as session:
        organisation = find_organisation(session, slug=slug)
        account = feeds.account_of(session, organisation.id)
        if account is None:
            abort(404)
        return organisation.name, feeds.entries(session, account.id)
