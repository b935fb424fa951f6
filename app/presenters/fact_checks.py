"""A published fact-check: the card in a list, the page, and its ClaimReview record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.presenters.verdicts import VerdictView


@dataclass(frozen=True, slots=True)
class CardView:
    """A fact-check in a list, ours or another house's; `href` is its page here."""

    title: str
    href: str
    verdict: VerdictView
    published_on: date | None
    source: str
    summary: str = ""
    misinfo_type: str = ""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source: what it is, where it is, the words that count, and the copy that stays if the page goes."""

    title: str
    url: str
    quote: str = ""
    archive_url: str = ""
    retrieved_on: date | None = None
    supports: str = ""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of the page: when, what kind of change, and why."""

    at: datetime
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FactCheckPage:
    """Everything the public page says. `narrative` is the counter-narrative in order: heading and text of each part."""

    public_id: str
    title: str
    canonical_url: str
    verdict: VerdictView
    claim: str
    short_answer: str
    narrative: tuple[tuple[str, str], ...]
    sources: tuple[SourceView, ...]
    versions: tuple[VersionView, ...]
    published_at: datetime
    modified_at: datetime
    publisher: str
    judged_by: str
    rule: str
    demand: int
    language: str
    claim_review: dict[str, Any]
    misinfo_type: str = ""
    seen_at: str = ""
    retracted_because: str = ""
    related: tuple[CardView, ...] = ()
