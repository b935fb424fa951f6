"""A list of fact-checks: one stretch of it, or what a search found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import request, url_for

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.fact_checks import CardView, card_view
from app.presenters.topics import topic_word
from verification.models import FactCheck
from verification.queries.listing import Month
from verification.queries.public import Filters, Page, Place

FILTERS = ("verdict", "type", "topic", "language", "source", "since", "until")
"""The names of the filters in an address."""


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """The cards and the ways on; `newer` and `older` are empty at the ends, `feed` follows the same filters."""

    heading: str
    cards: tuple[CardView, ...]
    filtered: bool
    feed: str
    newer: str = ""
    older: str = ""


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic by its word, its page, and how many fact-checks it has (0 where nobody counted)."""

    word: str
    href: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month with its page and how many fact-checks it has."""

    first_day: date
    href: str
    count: int


def list_page(
    found: Page, filters: Filters, *, address: Callable[..., str], sign: Callable[[list[Any]], str]
) -> BrowsePage:
    """Return a stretch of the list; `address` makes the list's own, `sign` the word for a place in it."""
    ends = {}
    if found.rows and found.has_newer:
        ends["newer"] = address(newer=sign(_mark(found.rows[0])))
    if found.rows and found.has_older:
        ends["older"] = address(older=sign(_mark(found.rows[-1])))
    narrowed = filters != Filters()
    heading = _("Matching fact-checks") if narrowed else _("Newest fact-checks")
    return BrowsePage(heading, _cards(found.rows), narrowed, _feed(filters), **ends)


def search_page(wanted: str, rows: tuple[FactCheck, ...], filters: Filters) -> BrowsePage:
    """Return what a search found, best first."""
    heading = ngettext(
        "%(num)d fact-check for “%(wanted)s”", "%(num)d fact-checks for “%(wanted)s”", len(rows), wanted=wanted
    )
    return BrowsePage(heading, _cards(rows), filters != Filters(), _feed(filters))


def topic_view(topic: str, count: int = 0) -> TopicView:
    """Return a topic in words, with its page."""
    return TopicView(topic_word(topic), url_for("browse.topic", topic=topic), count)


def month_view(month: Month) -> MonthView:
    """Return a month as the archive lists it."""
    first = month.first_day
    return MonthView(first, url_for("browse.month", year=first.year, month=first.month), month.count)


def chosen() -> dict[str, Any]:
    """Return the filters that this request's address names."""
    return {name: value for name in FILTERS if (value := request.args.get(name, ""))}


def place_of(values: list[Any] | None) -> Place | None:
    """Return the place that a signed word held, or None."""
    return (datetime.fromisoformat(values[0]), int(values[1])) if values else None


def _cards(rows: tuple[FactCheck, ...]) -> tuple[CardView, ...]:
    return tuple(card_view(row) for row in rows)


def _mark(row: FactCheck) -> list[Any]:
    return [row.published_at.isoformat(), row.id]


def _feed(filters: Filters) -> str:
    wanted: dict[str, Any] = {
        "verdict": filters.verdict,
        "type": filters.misinfo_type,
        "topic": filters.topic,
        "language": filters.language,
        "source": filters.source,
        "since": filters.since,
        "until": filters.until,
    }
    return url_for("feeds.atom", **{name: value for name, value in wanted.items() if value})
