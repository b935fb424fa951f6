"""A list of fact-checks: one stretch of it, or what a search found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.fact_checks import CardView, card_view
from verification.models import FactCheck
from verification.queries.public import Page, Place

FILTERS = ("verdict", "type", "language", "source", "since", "until")


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """The cards and the ways on; `newer` and `older` are empty at the ends, `feed` follows the same filters."""

    heading: str
    cards: tuple[CardView, ...]
    filtered: bool
    feed: str
    newer: str = ""
    older: str = ""


def list_page(found: Page, *, sign: Callable[[list[Any]], str]) -> BrowsePage:
    """Return a stretch of the list; `sign` makes the word for a place in it."""
    chosen = _chosen()
    ends = {}
    if found.rows and found.has_newer:
        ends["newer"] = url_for("browse.index", newer=sign(_mark(found.rows[0])), **chosen)
    if found.rows and found.has_older:
        ends["older"] = url_for("browse.index", older=sign(_mark(found.rows[-1])), **chosen)
    heading = _("Matching fact-checks") if chosen else _("Newest fact-checks")
    return BrowsePage(heading, _cards(found.rows), bool(chosen), url_for("feeds.atom", **chosen), **ends)


def search_page(wanted: str, rows: tuple[FactCheck, ...]) -> BrowsePage:
    """Return what a search found, best first."""
    heading = ngettext(
        "%(num)d fact-check for “%(wanted)s”", "%(num)d fact-checks for “%(wanted)s”", len(rows), wanted=wanted
    )
    chosen = _chosen()
    return BrowsePage(heading, _cards(rows), bool(chosen), url_for("feeds.atom", **chosen))


def place_of(values: list[Any] | None) -> Place | None:
    """Return the place that a signed word held, or None."""
    return (datetime.fromisoformat(values[0]), int(values[1])) if values else None


def _cards(rows: tuple[FactCheck, ...]) -> tuple[CardView, ...]:
    return tuple(card_view(row) for row in rows)


def _mark(row: FactCheck) -> list[Any]:
    return [row.published_at.isoformat(), row.id]


def _chosen() -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := request.args.get(name, ""))}
