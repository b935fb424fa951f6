"""What machines read: the Atom and JSON feeds, and what robots may visit."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from app.access import public
from app.forms.public import BrowseForm
from app.presenters.feeds import Feed, feed_of
from app.wiring import Saring
from verification.queries import public as queries

FEED_SIZE = 30
"""Entries of a feed: more than a reader that looks in once a day can miss."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the feeds; they take the filters of the list."""
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/umpan.atom")
    @public
    def atom() -> Response:
        return Response(render_template("feeds/atom.xml", feed=_feed(saring)), mimetype="application/atom+xml")

    @blueprint.get("/umpan.json")
    @public
    def json() -> Response:
        response = jsonify(_feed(saring).to_json())
        response.mimetype = "application/feed+json"
        return response

    @blueprint.get("/robots.txt")
    @public
    def robots() -> Response:
        sitemap = saring.settings.public_url + url_for("sitemap.index")
        rules = f"User-agent: *\nDisallow: /lacak/\nDisallow: /kabar/\nDisallow: /meja\nSitemap: {sitemap}\n"
        return Response(rules, mimetype="text/plain")

    return blueprint


def _feed(saring: Saring) -> Feed:
    with saring.database.read() as session:
        form = BrowseForm(request.args, sources=queries.source_names(session))
        found = queries.browse(session, filters=form.filters(), limit=FEED_SIZE)
    path = request.full_path.rstrip("?")
    return feed_of(found.rows, site=saring.settings.public_url, path=path, now=saring.clock.now())
