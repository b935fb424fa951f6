"""The public page of a fact-check."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import public
from app.cards import preview_card
from app.presenters.fact_checks import fact_check_page
from app.wiring import Saring
from verification.queries import public as queries


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page; an address without its readable part, or with an old one, leads to the present one."""
    blueprint = Blueprint("fact_checks", __name__)

    @blueprint.get("/cek/<public_id>", defaults={"slug": ""})
    @blueprint.get("/cek/<public_id>/<slug>")
    @public
    def show(public_id: str, slug: str) -> str | Response:
        with saring.database.read() as session:
            published = queries.published(session, public_id=public_id)
            card = preview_card(saring, session, published)
        if slug != published.fact_check.slug:
            return redirect(url_for(".show", public_id=public_id, slug=published.fact_check.slug), code=301)
        page = fact_check_page(published, site=saring.settings.public_url)
        return render_template("fact_checks/show.html", page=page, card=card)

    return blueprint
