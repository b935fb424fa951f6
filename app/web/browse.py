"""Searching and browsing fact-checks; every state of the list has its own address."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.access import public
from app.documents import fact_check_id_of
from app.forms.public import BrowseForm
from app.presenters.browse import BrowsePage, list_page, place_of, search_page
from app.wiring import Saring
from verification.queries import public as queries

PAGE_SIZE = 24
"""Fact-checks on a page: whole rows at two, three and four columns."""

SEARCH_LIMIT = 60
"""Hits that a search looks at before the filters; what lies deeper is not alike any more."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the list."""
    blueprint = Blueprint("browse", __name__)

    @blueprint.get("/cari")
    @public
    def index() -> str:
        with saring.database.read() as session:
            sources = queries.source_names(session)
        form = BrowseForm(request.args, sources=sources)
        wanted = (form.q.data or "").strip()
        page = _search(saring, wanted, form) if wanted else _list(saring, form)
        return render_template("browse/index.html", page=page, form=form)

    return blueprint


def _list(saring: Saring, form: BrowseForm) -> BrowsePage:
    older = place_of(saring.tokens.read_cursor(request.args.get("older")))
    newer = place_of(saring.tokens.read_cursor(request.args.get("newer")))
    with saring.database.read() as session:
        found = queries.browse(
            session, filters=form.filters(), limit=PAGE_SIZE, older_than=older, newer_than=None if older else newer
        )
    return list_page(found, sign=saring.tokens.sign_cursor)


def _search(saring: Saring, wanted: str, form: BrowseForm) -> BrowsePage:
    hits = saring.search.search(wanted, limit=SEARCH_LIMIT).hits
    numbers = [fact_check_id_of(hit.document.key) for hit in hits]
    with saring.database.read() as session:
        by_number = queries.by_number(session, fact_check_ids=numbers, filters=form.filters())
    return search_page(wanted, tuple(by_number[number] for number in numbers if number in by_number))
