"""What a fetched page says: its article without menus and advertisements, and what it states about itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin

import trafilatura
from trafilatura.settings import Document

from intake.debunks import date_of, text_of, url_of
from intake.fetching import Fetched

LONGEST_ARTICLE = 50_000
"""Characters kept; a claim is in the first pages or nowhere."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The readable part of a page. Every field may be empty; links are absolute http or https addresses."""

    title: str
    text: str
    published_on: date | None
    canonical_url: str
    image_url: str
    site_name: str


def page_text(page: Fetched) -> PageText:
    """Return what `page` says. A page without an article keeps its title; plain text is its own article."""
    if page.kind == "text/plain":
        text = text_of(page.body.decode("utf-8", errors="replace"), longest=LONGEST_ARTICLE)
        return PageText("", text, None, page.url, "", "")
    found = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True, include_comments=False)
    metadata = found if isinstance(found, Document) else trafilatura.extract_metadata(page.body, default_url=page.url)
    return PageText(
        title=text_of(metadata.title, longest=500),
        text=text_of(metadata.text, longest=LONGEST_ARTICLE),
        published_on=date_of(metadata.date),
        canonical_url=_absolute(page.url, metadata.url) or page.url,
        image_url=_absolute(page.url, metadata.image),
        site_name=text_of(metadata.sitename, longest=120),
    )


def _absolute(base: str, reference: str | None) -> str:
    return url_of(urljoin(base, reference)) if reference else ""
