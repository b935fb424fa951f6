"""How long a text is by each network's own rule (source: docs/channels.md, and the samples in the tests)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import regex

_GRAPHEME = regex.compile(r"\X")
_URL = regex.compile(r"https?://[^\s<>\"']+", regex.IGNORECASE)
_X_URL = regex.compile(
    r"(?<![@#$\w.])(?P<scheme>https?://)?(?:[\p{Latin}\p{Cyrillic}0-9_-]+\.)+[a-z]{2,}(?::\d+)?"
    r"(?:/(?:[\p{Latin}\p{Cyrillic}0-9!*';:=+,.$/%#\[\]~@|&()_–-]*[\p{Latin}\p{Cyrillic}0-9=_#/+-])?)?"
    r"(?:\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]*[a-z0-9_&=#/-])?",
    regex.IGNORECASE,
)
_X_LIGHT = regex.compile(r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]")
_REMOTE_MENTION = regex.compile(r"(?<![\w/])@([\w.-]+)@[\w.-]+\w")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\uFE0F")

X_URL_WEIGHT = 23
"""What any link weighs on X (its configuration version 3)."""

MASTODON_URL_LENGTH = 23
"""Characters that a URL of any length costs on Mastodon, unless the instance says otherwise."""


class Unit(StrEnum):
    """What a network counts."""

    GRAPHEMES = "graphemes"
    MASTODON = "mastodon"
    X_WEIGHT = "x_weight"
    UTF16 = "utf16"
    THREADS = "threads"
    CODE_POINTS = "code_points"


@dataclass(frozen=True, slots=True)
class Count:
    """How much of the room a text takes; `used` over `limit` means that it does not fit."""

    used: int
    limit: int

    @property
    def fits(self) -> bool:
        return self.used <= self.limit

    @property
    def left(self) -> int:
        return self.limit - self.used


@dataclass(frozen=True, slots=True)
class TextRule:
    """A network's limit: so many `unit`, and, where `byte_limit` is set, so many bytes of UTF-8 as well."""

    limit: int
    unit: Unit
    byte_limit: int | None = None
    url_length: int = MASTODON_URL_LENGTH

    def count(self, text: str) -> Count:
        """Return the count that leaves the least room."""
        by_unit = Count(measure(text, self.unit, url_length=self.url_length), self.limit)
        if self.byte_limit is None:
            return by_unit
        by_bytes = Count(len(text.encode()), self.byte_limit)
        return by_unit if by_bytes.fits and by_unit.left <= by_bytes.left else min(by_unit, by_bytes, key=_room)


def measure(text: str, unit: Unit, *, url_length: int = MASTODON_URL_LENGTH) -> int:
    """Return the length of `text` in `unit`. Line ends are counted as one, as the networks store them."""
    text = text.replace("\r\n", "\n")
    match unit:
        case Unit.GRAPHEMES:
            return sum(1 for _ in graphemes(text))
        case Unit.MASTODON:
            shortened = _REMOTE_MENTION.sub(r"@\1", _URL.sub("x" * url_length, text))
            return sum(1 for _ in graphemes(shortened))
        case Unit.X_WEIGHT:
            return _x_weight(unicodedata.normalize("NFC", text))
        case Unit.UTF16:
            return len(text.encode("utf-16-le")) // 2
        case Unit.THREADS:
            return sum(_threads_weight(cluster) for cluster in graphemes(text))
        case Unit.CODE_POINTS:
            return len(text)


def graphemes(text: str) -> Iterator[str]:
    """Yield what a reader takes for one character: a ZWJ family or a Balinese syllable comes out whole."""
    return (match.group() for match in _GRAPHEME.finditer(text))


def shorten(text: str, rule: TextRule, *, room_for: str = "") -> str:
    """Return `text` cut at a word so that it fits together with `room_for`, ending in an ellipsis where it was cut.

    No grapheme is ever split. Returns an empty text where not even one word fits.
    """
    if rule.count(text + room_for).fits:
        return text
    words = text.split(" ")
    low, high = 0, len(words) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if rule.count(_cut(words, middle) + room_for).fits:
            low = middle
        else:
            high = middle - 1
    return _cut(words, low) if low else ""


def _cut(words: list[str], keep: int) -> str:
    return " ".join(words[:keep]).rstrip(" ,;:.–—-") + "…"


def _x_weight(text: str) -> int:
    """Return the weight of an NFC text on X: links 23, emoji and most other scripts 2 a character, Latin and kin 1.

    A bare domain may or may not become a link there, as its ending is a real one; the heavier reading is counted.
    """
    weight, end = 0, 0
    for link in _X_URL.finditer(text):
        written = _x_text_weight(link.group())
        weight += _x_text_weight(text[end : link.start()])
        weight += X_URL_WEIGHT if link.group("scheme") else max(X_URL_WEIGHT, written)
        end = link.end()
    return weight + _x_text_weight(text[end:])


def _x_text_weight(text: str) -> int:
    return sum(2 if _EMOJI.search(cluster) else _x_letters(cluster) for cluster in graphemes(text))


def _x_letters(cluster: str) -> int:
    return sum(1 if _X_LIGHT.match(letter) else 2 for letter in cluster)


def _threads_weight(cluster: str) -> int:
    return len(cluster.encode()) if _EMOJI.search(cluster) else len(cluster)


def _room(count: Count) -> int:
    return count.left
