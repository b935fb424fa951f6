"""The public page of a fact-check."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import public
from app.cards import preview_card
from app.presenters.fact_checks import fact_check_page
from app.presenters.justice import aftermath_view
from app.reach import reached
from app.wiring import Saring
from verification.queries import public as queries
from verification.queries.justice import aftermath


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page; an address without its readable part, or with an old one, leads to the present one."""
    blueprint = Blueprint("fact_checks", __name__)

    @blueprint.get("/cek/<public_id>", defaults={"slug": ""})
    @blueprint.get("/cek/<public_id>/<slug>")
    @public
    def show(public_id: str, slug: str) -> str | Response:
        with saring.database.read() as session:
            published = queries.published(session, public_id=public_id)
            card, reach = preview_card(saring, session, published), reached(session, published)
            followed = aftermath(session, fact_check=published.fact_check)
        if slug != published.fact_check.slug:
            return redirect(url_for(".show", public_id=public_id, slug=published.fact_check.slug), code=301)
        page = fact_check_page(published, site=saring.settings.public_url)
        after = aftermath_view(followed, published.fact_check)
        return render_template("fact_checks/show.html", page=page, card=card, after=after, reach=reach)

    return blueprint
