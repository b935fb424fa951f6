"""The public page of a fact-check."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import public
from app.cards import preview_card
from app.documents import fact_check_id_of, key_of
from app.presenters.embeds import surroundings
from app.presenters.fact_checks import fact_check_page
from app.presenters.justice import aftermath_view
from app.presenters.voices import voices_view
from app.reach import reached
from app.wiring import Saring
from verification.models import FactCheck
from verification.queries import public as queries
from verification.queries.justice import aftermath
from verification.queries.voices import voices

ALIKE_LIMIT = 4
"""Fact-checks that are offered beside one."""


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
            heard = voices_view(voices(session, fact_check=published.fact_check))
            alike = _alike(saring, session, published.fact_check)
        if slug != published.fact_check.slug:
            return redirect(url_for(".show", public_id=public_id, slug=published.fact_check.slug), code=301)
        page = fact_check_page(published, site=saring.settings.public_url)
        after = aftermath_view(followed, published.fact_check)
        beside = surroundings(published.fact_check, alike, site=saring.settings.public_url)
        return render_template(
            "fact_checks/show.html", page=page, card=card, after=after, reach=reach, beside=beside, heard=heard
        )

    return blueprint


def _alike(saring: Saring, session: Session, fact_check: FactCheck) -> list[FactCheck]:
    documents = saring.search.related(key_of(fact_check.id), limit=ALIKE_LIMIT)
    numbers = [fact_check_id_of(document.key) for document in documents]
    listed = queries.by_number(session, fact_check_ids=numbers, filters=queries.Filters())
    return [listed[number] for number in numbers if number in listed]
