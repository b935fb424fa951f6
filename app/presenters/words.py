"""Small turns of phrase that several pages share."""

from __future__ import annotations

import math
from datetime import datetime

from app.i18n import gettext as _
from app.i18n import ngettext

EVERY_PAGE_SECONDS = 60
"""The window of the limit that stands on every page, whose refusal names no moment."""

HOUSE = "Saring"
"""Who stands behind a fact-check that no agency signed."""


def excerpt(text: str, limit: int) -> str:
    """Return the first `limit` characters of `text`, cut at a word, with an ellipsis where something is left out."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    head = flat[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:–-")
    return f"{head}…"


def wait_word(seconds: float) -> str:
    """Return how long somebody waits, in whole minutes or, from two hours on, in whole hours; never too short."""
    minutes = max(1, math.ceil(seconds / 60))
    if minutes < 120:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", math.ceil(minutes / 60))


def crowded_word(retry_after: datetime | int | None) -> str:
    """Return why a connection is stopped, when that ends (in seconds), and what to do where it is wrong."""
    seconds = retry_after if isinstance(retry_after, int) else EVERY_PAGE_SECONDS
    return _(
        "Your account or your connection did this more often than one person needs to. The limit keeps machines out "
        "and says nothing about you. You can go on in %(wait)s, by itself. If it stops honest work, for example of a "
        "school behind one connection, tell an administrator of Saring.",
        wait=wait_word(seconds),
    )


def pace_word(*, votes: int = 0, retry_after_seconds: int = 3600, **_f: object) -> str:
    """Return why an account may not judge at this moment, and when it may."""
    minutes = -(-retry_after_seconds // 60)
    return _(
        "That was %(votes)s assessments in a short time, and haste makes mistakes. Go on in %(minutes)s minutes.",
        votes=votes,
        minutes=minutes,
    )
