"""Searching and browsing fact-checks; every state of the list has its own address."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from app.access import public
from app.documents import fact_check_id_of
from app.forms.public import BrowseForm
from app.presenters.browse import BrowsePage, chosen, list_page, month_view, place_of, search_page, topic_view
from app.wiring import Saring
from search.types import Outcome
from verification.queries import listing
from verification.queries import public as queries
from verification.queries.public import Filters
from verification.rules.topics import topic_slug

PAGE_SIZE = 24
"""Fact-checks on a page: whole rows at two, three and four columns."""

SEARCH_LIMIT = 60
"""Hits that a search looks at before the filters; what lies deeper is not alike any more."""

TOPICS_SHOWN = 80
"""Topics on the page of all: rarer ones are found by searching."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the list, whole and by topic and month."""
    blueprint = Blueprint("browse", __name__)

    @blueprint.get("/cari")
    @public
    def index() -> str:
        with saring.database.read() as session:
            sources = queries.source_names(session)
        form = BrowseForm(request.args, sources=sources)
        wanted = (form.q.data or "").strip()
        page = _search(saring, wanted, form) if wanted else _list(saring, form.filters(), "browse.index", **chosen())
        return render_template("browse/index.html", page=page, form=form)

    @blueprint.get("/topik")
    @public
    def topics() -> str:
        with saring.database.read() as session:
            counted = listing.topic_counts(session, limit=TOPICS_SHOWN)
        return render_template("browse/topics.html", topics=[topic_view(topic, number) for topic, number in counted])

    @blueprint.get("/topik/<topic>")
    @public
    def topic(topic: str) -> str:
        if topic_slug(topic) != topic:
            abort(404)
        page = _list(saring, Filters(topic=topic), "browse.topic", topic=topic)
        if not page.cards:
            abort(404)
        return render_template("browse/topic.html", page=page, topic=topic_view(topic))

    @blueprint.get("/arsip")
    @public
    def archive() -> str:
        with saring.database.read() as session:
            months = [month_view(month) for month in listing.months(session)]
        return render_template("browse/archive.html", months=months)

    @blueprint.get("/arsip/<int(fixed_digits=4, min=1990, max=2999):year>/<int(fixed_digits=2, min=1, max=12):month>")
    @public
    def month(year: int, month: int) -> str:
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        page = _list(saring, Filters(since=first, until=last), "browse.month", year=year, month=month)
        if not page.cards:
            abort(404)
        return render_template("browse/month.html", page=page, first_day=first)

    return blueprint


def _list(saring: Saring, filters: Filters, endpoint: str, **values: Any) -> BrowsePage:
    older = place_of(saring.tokens.read_cursor(request.args.get("older")))
    newer = place_of(saring.tokens.read_cursor(request.args.get("newer")))
    with saring.database.read() as session:
        found = queries.browse(
            session, filters=filters, limit=PAGE_SIZE, older_than=older, newer_than=None if older else newer
        )
    address = partial(url_for, endpoint, **values)
    return list_page(found, filters, address=address, sign=saring.tokens.sign_cursor)


def _search(saring: Saring, wanted: str, form: BrowseForm) -> BrowsePage:
    filters = form.filters()
    found = saring.search.search(wanted, limit=SEARCH_LIMIT).hits
    # The search always names its nearest neighbours; what shares no word and no meaning was not asked for.
    hits = [hit for hit in found if hit.terms or hit.outcome is not Outcome.NONE]
    numbers = [fact_check_id_of(hit.document.key) for hit in hits]
    with saring.database.read() as session:
        by_number = queries.by_number(session, fact_check_ids=numbers, filters=filters)
    return search_page(wanted, tuple(by_number[number] for number in numbers if number in by_number), filters)
