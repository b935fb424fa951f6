"""Dates in words and figures: the same hoax of another year is another event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.folding import clean
from search.types import Difference

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan", "februari february feb", "maret march mar", "april apr", "mei may", "juni june jun",
            "juli july jul", "agustus august agu agt aug", "september sep sept", "oktober october okt oct",
            "november nov nopember", "desember december des dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
_DATES = (
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<month>{_NAME})\b\.?,?(?:\s+(?P<year>{_YEAR})\b)?", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<month>{_NAME})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?:\s+(?P<year>{_YEAR})\b)?", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<month>{_NAME})\b\.?,?\s+(?P<year>{_YEAR})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>{_YEAR})\b"),
    re.compile(rf"\b(?P<year>{_YEAR})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})\b"),
    re.compile(rf"(?<![\d.,$])(?P<year>{_YEAR})(?![\d%]|[.,]\d|\s*(?:orang|people|rupiah|juta|ribu))"),
)


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """A date as far as it is stated: 0 for a part left out."""

    year: int
    month: int
    day: int
    written: str

    def agrees(self, other: WrittenDate) -> bool:
        """Whether no part that both state differs."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(not left or not right or left == right for left, right in pairs)

    def is_comparable(self, other: WrittenDate) -> bool:
        """Whether both state a year, or both a month."""
        return bool((self.year and other.year) or (self.month and other.month))


def compare(message: str, passage: str, debunked: str) -> Difference | None:
    """Report dates of which the two sides share none."""
    stated, held, answered = (list(read(text)) for text in (message, passage, debunked))
    for there in answered:
        rivals = [here for here in held if here.is_comparable(there)]
        if rivals and not any(there.agrees(here) for here in stated) and not _meets(rivals, answered):
            return Difference("date", tuple(dict.fromkeys(here.written for here in rivals)), (there.written,))
    return None


def read(text: str) -> Iterator[WrittenDate]:
    """Yield the dates of a text, the fullest form of each."""
    rest = clean(text)
    for pattern in _DATES:
        for found in pattern.finditer(rest):
            parts = found.groupdict()
            month = parts.get("month") or "0"
            yield WrittenDate(
                year=int(parts.get("year") or 0),
                month=int(month) if month.isdigit() else _MONTHS[month.lower()],
                day=int(parts.get("day") or 0),
                written=found.group().strip(" ,"),
            )
        rest = pattern.sub(" ", rest)


def without_dates(text: str) -> str:
    """Return the text with its dates taken out, for those who count."""
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return text


def _meets(rivals: list[WrittenDate], answered: list[WrittenDate]) -> bool:
    return all(any(here.agrees(there) for there in answered) for here in rivals)
