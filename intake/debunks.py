"""A prior debunk as other houses hand it over, and how single values of theirs are read."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from html import unescape

from intake.errors import BadUrl
from intake.language import language_of
from intake.links import parse_url

LONGEST_KEY = 160
LONGEST_LABEL = 120
LONGEST_NAME = 120
LONGEST_TITLE = 500
LONGEST_PROSE = 50_000
"""Characters; the first four are the widths of the columns that receive them."""

_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_DATE = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)")


@dataclass(frozen=True, slots=True)
class ImportedDebunk:
    """A fact-check of another house, ready to be taken over.

    `key` is stable and unique among imports. `claim` quotes what circulated, empty where the source does not.
    `original_label` is their rating untouched; `verdict` is set only where the file states one of Saring's own.
    """

    key: str
    title: str
    claim: str
    explanation: str
    original_label: str
    verdict: str | None
    misinfo_type: str | None
    language: str
    published_on: date | None
    url: str
    source_name: str
    topics: tuple[str, ...] = ()


class Unreadable(ValueError):
    """One entry of a file cannot be used; the message says why, for the person who imports."""


def text_of(value: object, *, longest: int = LONGEST_PROSE) -> str:
    """Return `value` as clean text without markup, empty if it is none; of a list the first, of an object `@value`."""
    if isinstance(value, list):
        return next((text for text in (text_of(item, longest=longest) for item in value) if text), "")
    if isinstance(value, dict):
        return text_of(value.get("@value"), longest=longest)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = _NOT_TEXT.sub("", unescape(_TAG.sub(" ", str(value)))) if isinstance(value, str) else str(value)
    return re.sub(r"[ \t\xa0]+", " ", text).strip()[:longest].rstrip()


def date_of(value: object) -> date | None:
    """Return the day at the head of an ISO date or time, None for anything else and for years before 1900."""
    found = _DATE.match(text_of(value))
    if not found:
        return None
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        return None
    return day if day.year >= 1900 else None


def url_of(value: object) -> str:
    """Return the web address in `value`, empty when it is none: a `javascript:` link must never reach a page."""
    try:
        return parse_url(text_of(value))
    except BadUrl:
        return ""


def language_tag(value: object, sample: str) -> str:
    """Return the two-letter code in `value`, or what `sample` is written in."""
    tag = text_of(value).lower()
    found = re.match(r"[a-z]{2}(?![a-z])", tag)
    return found[0] if found else {"indonesian": "id", "english": "en"}.get(tag, language_of(sample).value)


def short_key(prefix: str, *parts: str) -> str:
    """Return a stable key for an entry that brings none."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    return f"{prefix}:{digest[:32]}"
