"""The newest fact-checks as feed readers want them (RFC 4287, JSON Feed 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.i18n import choose_language
from app.i18n import gettext as _
from app.presenters.fact_checks import CardView, card_view
from verification.models import FactCheck


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `url` is also its permanent identifier; the readable part of an address may change, so it has none."""

    identifier: str
    url: str
    card: CardView
    published_at: datetime
    modified_at: datetime
    language: str

    @property
    def title(self) -> str:
        """The verdict and the title, as headlines carry them."""
        return f"[{self.card.verdict.word}] {self.card.title}"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed; `updated_at` is that of its newest entry, or the present moment while it has none."""

    title: str
    home: str
    url: str
    language: str
    updated_at: datetime
    entries: tuple[EntryView, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the feed as JSON Feed 1.1 spells it."""
        items = [
            {
                "id": entry.identifier,
                "url": entry.url,
                "title": entry.title,
                "content_text": entry.card.summary,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.modified_at.isoformat(),
                "language": entry.language,
                "authors": [{"name": entry.card.source}],
                "tags": [entry.card.verdict.id] if entry.card.verdict.id else [],
            }
            for entry in self.entries
        ]
        return {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self.home,
            "feed_url": self.url,
            "language": self.language,
            "items": items,
        }


def feed_of(rows: Sequence[FactCheck], *, site: str, path: str, now: datetime) -> Feed:
    """Return the feed of `rows`; `site` is the public address, `path` the feed's own."""
    entries = tuple(_entry(row, site) for row in rows)
    return Feed(
        title=_("Fact-checks of Saring"),
        home=f"{site}/",
        url=site + path,
        language=choose_language(),
        updated_at=max((entry.modified_at for entry in entries), default=now),
        entries=entries,
    )


def _entry(row: FactCheck, site: str) -> EntryView:
    card = card_view(row)
    return EntryView(
        identifier=f"{site}/cek/{row.public_id}",
        url=site + card.href,
        card=card,
        published_at=row.published_at,
        modified_at=row.modified_at,
        language=row.language,
    )
