"""Amounts of money, percentages and counts, whatever way they are written: `Rp 1,5 juta` is `1.500.000`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from search.folding import clean
from search.guard.dates import without_dates
from search.stopwords import STOP_WORDS
from search.types import Difference

_MAGNITUDES = {
    "ribu": 3, "rb": 3, "k": 3, "thousand": 3, "juta": 6, "jt": 6, "million": 6, "mio": 6, "mn": 6,
    "miliar": 9, "milyar": 9, "billion": 9, "bn": 9, "triliun": 12, "trilyun": 12, "trillion": 12, "t": 12,
}  # fmt: skip
_CURRENCIES = {
    "rp": "rupiah", "idr": "rupiah", "rupiah": "rupiah", "$": "dollar", "us$": "dollar", "usd": "dollar",
    "dollar": "dollar", "dollars": "dollar", "dolar": "dollar", "€": "euro", "euro": "euro", "euros": "euro",
    "£": "pound", "pound": "pound", "pounds": "pound", "rm": "ringgit", "ringgit": "ringgit", "riyal": "riyal",
}  # fmt: skip
_SPELT = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9,
    "sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000, "sejuta": 1_000_000,
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "hundred": 100,
}  # fmt: skip
_UNITS = {
    "people": "orang", "persons": "orang", "warga": "orang", "jiwa": "orang", "korban": "orang", "days": "hari",
    "day": "hari", "years": "tahun", "year": "tahun", "months": "bulan", "month": "bulan", "hours": "jam",
    "hour": "jam", "percent": "%", "persen": "%", "pct": "%", "children": "anak", "minutes": "menit", "minute": "menit",
    "sr": "magnitudo",
}  # fmt: skip

_NUMBER = r"\d{1,3}(?:[.,]\d{3})+(?![\d])|\d+(?:[.,]\d+)?"
_QUANTITY = re.compile(
    rf"(?P<before>rp\.?|idr|us\$|usd|\$|€|£|rm)?\s*(?P<number>{_NUMBER}|\b(?:{'|'.join(_SPELT)})\b)\s*"
    rf"(?P<magnitude>\b(?:{'|'.join(_MAGNITUDES)})\b|(?<=\d)(?:{'|'.join(_MAGNITUDES)})\b)?\s*(?P<after>%|[^\W\d_]+)?",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_JUNK = re.compile(
    r"https?://\S+|\S*@\S+|\b\d[\d\s-]{8,}\d\b|\b(?!(?:rp|rm|us|usd|idr)\d)[a-z]+-?\d+\b|\b\d+(?:[.:]\d\d){1,2}\s*(?:wib|wita|wit|am|pm)\b",
    re.IGNORECASE,
)
"""Numbers that count nothing: links, telephone numbers, names such as Covid-19, times of day."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value and what it counts; `unit` is a currency, `%`, a counted thing or empty. `written` is as it stood."""

    value: Decimal
    unit: str
    written: str

    @property
    def is_money(self) -> bool:
        """Whether it is an amount of money."""
        return self.unit in _CURRENCIES.values()


def compare(message: str, passage: str, debunked: str) -> tuple[Difference | None, Difference | None]:
    """Report amounts of one currency, and counts of one thing, of which the two sides share none."""
    stated, held, answered = (tuple(read(text)) for text in (message, passage, debunked))
    return tuple(  # type: ignore[return-value] # a pair by construction
        _compare(
            kind,
            *([quantity for quantity in side if quantity.is_money == money] for side in (stated, held, answered)),
        )
        for kind, money in (("amount", True), ("number", False))
    )


def read(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a text in order; dates, times and telephone numbers are none."""
    plain = _JUNK.sub(" ", without_dates(clean(text)))
    for found in _QUANTITY.finditer(plain):
        number = found["number"].lower()
        value = Decimal(_SPELT[number]) if number in _SPELT else _value(number)
        magnitude = (found["magnitude"] or "").lower()
        if magnitude:
            value = value.scaleb(_MAGNITUDES[magnitude])
        before, after = (found["before"] or "").lower().rstrip("."), (found["after"] or "").lower()
        unit = _CURRENCIES.get(before) or _CURRENCIES.get(after) or _UNITS.get(after, after)
        yield Quantity(value.normalize(), "" if unit in STOP_WORDS else unit, found.group().strip())


def _value(number: str) -> Decimal:
    if _GROUPED.fullmatch(number):
        return Decimal(number.replace(".", "").replace(",", ""))
    return Decimal(number.replace(",", "."))


def _compare(kind: str, stated: list[Quantity], held: list[Quantity], answered: list[Quantity]) -> Difference | None:
    known = {quantity.value for quantity in stated}
    for there in answered:
        rivals = [
            here
            for here in held
            if here.unit == there.unit and here.value not in {other.value for other in answered}
        ]  # fmt: skip
        if rivals and there.value not in known:
            return Difference(kind, tuple(dict.fromkeys(rival.written for rival in rivals)), (there.written,))
    return None
