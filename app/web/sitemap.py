"""Every public page's address for search engines (sitemaps.org 0.9): an index, and one file a month."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template

from app.access import public
from app.wiring import Saring
from verification.queries import listing

ABOUT = ("/", "/cari", "/topik", "/arsip", "/tentang", "/putusan", "/keterbukaan", "/keberatan")
"""Pages that are always there."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the index and its files. A month holds far fewer pages than the 50,000 that a file may."""
    blueprint = Blueprint("sitemap", __name__)
    site = saring.settings.public_url

    @blueprint.get("/peta-situs.xml")
    @public
    def index() -> Response:
        with saring.database.read() as session:
            months = listing.months(session)
        return _xml(render_template("sitemap/index.xml", site=site, months=months))

    @blueprint.get("/peta-situs/halaman.xml")
    @public
    def pages() -> Response:
        with saring.database.read() as session:
            topics = [topic for topic, _count in listing.topic_counts(session, limit=1_000)]
        return _xml(render_template("sitemap/pages.xml", site=site, paths=ABOUT, topics=topics))

    @blueprint.get("/peta-situs/<int(fixed_digits=4):year>-<int(fixed_digits=2, min=1, max=12):month>.xml")
    @public
    def month(year: int, month: int) -> Response:
        with saring.database.read() as session:
            addresses = listing.addresses(session, year=year, month=month)
        if not addresses:
            abort(404)
        return _xml(render_template("sitemap/month.xml", site=site, addresses=addresses))

    return blueprint


def _xml(text: str) -> Response:
    return Response(text, mimetype="application/xml")
