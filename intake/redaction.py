"""Takes personal numbers and addresses out of a message before anyone but its judges sees it (UU 27/2022).

Public hotlines stay, and so do amounts, dates and links: without them a claim loses its meaning. Each pattern scans in
linear time, whatever the text; what it finds is confirmed by the number's own structure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from intake.folding import INVISIBLE
from intake.personal_numbers import FEWEST_DIGITS, MOST_DIGITS, Kind, cue_before, holder_follows, is_public, kind_of


@dataclass(frozen=True, slots=True)
class Finding:
    """One personal datum: `text[start:end]` is to be replaced by the mark `kind`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits that stand together, with the sign or bracket before them."""

    start: int
    end: int
    digits: str


_LOCAL = r"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{0,63}"
_EMAIL = re.compile(rf"(?<![A-Za-z0-9.+_-]){_LOCAL}@(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}[A-Za-z]{{2,24}}(?![A-Za-z0-9])")
_URL = re.compile(r"(?:https?://|www\.|\bwa\.me/|\bapi\.whatsapp\.com/|\bt\.me/)[^\s<>\"]+", re.IGNORECASE)
_NUMBER_IN_URL = re.compile(r"(?:wa\.me/|t\.me/|[?&](?:phone|tel|wa|nomor)=)(?:\+|%2b)?(\d{9,15})(?!\d)", re.IGNORECASE)

_GAP = rf"[ \t\u00a0.()\u2010-\u2015{INVISIBLE}-]{{1,3}}"
_GROUP = rf"\d(?:{_GAP}\d(?!\d)){{6,18}}|\d+"  # "0 8 1 2 …", spelled out, is one group
_RUN = re.compile(rf"\+?\(?(?:{_GROUP})(?:{_GAP}(?:{_GROUP}))*")
_GROUP_IN_RUN = re.compile(rf"\+?\(?(?:{_GROUP})")
_MOST_GROUPS = 6
"""Groups that people write one number in: a tax number has six."""

_CUE_REACH = 48
"""Characters before a number in which a cue word is looked for: "transfer ke rekening Bank Mandiri nomor: "."""

_HOLDER_REACH = 16
"""Characters after a number in which "atas nama" must begin."""

_NO_DIGIT = re.compile(r"\D")
_PLAIN_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for code in (*range(0x660, 0x10000), *range(0x1D7CE, 0x1D800))
    if unicodedata.category(chr(code)) == "Nd"
}


def redact(text: str) -> str:
    """Return `text` with a typed mark in place of each personal number and address."""
    pieces: list[str] = []
    end_of_last = 0
    for finding in find_personal_data(text):
        pieces += (text[end_of_last : finding.start], finding.kind)
        end_of_last = finding.end
    return "".join((*pieces, text[end_of_last:]))


def find_personal_data(text: str) -> tuple[Finding, ...]:
    """Return what is to be hidden in `text`, in order and without overlap."""
    plain = text.translate(_PLAIN_DIGITS)  # one character for one: the places stay
    links = [(link.start(), link.end()) for link in _URL.finditer(plain)]
    found = list(_in_links(plain, links))
    found += (mail for mail in _emails(plain) if not any(mail.start < end and start < mail.end for start, end in links))
    found += _numbers(plain, sorted([*links, *((finding.start, finding.end) for finding in found)]))
    return tuple(sorted(found, key=lambda finding: finding.start))


def _in_links(text: str, links: list[tuple[int, int]]) -> Iterator[Finding]:
    for start, end in links:
        for number in _NUMBER_IN_URL.finditer(text, start, end):
            if not is_public(number[1]):
                yield Finding(Kind.PHONE, number.start(1), number.end(1))


def _emails(text: str) -> Iterator[Finding]:
    if "@" in text:
        for address in _EMAIL.finditer(text):
            yield Finding(Kind.EMAIL, address.start(), address.end())


def _numbers(text: str, taken: list[tuple[int, int]]) -> Iterator[Finding]:
    """Yield the personal numbers outside of the spans `taken`: links keep their numbers, or they would lead nowhere."""
    position = 0
    for start, end in [*taken, (len(text), len(text))]:
        for run in _RUN.finditer(text, position, max(start, position)):
            groups = [
                _Group(group.start(), group.end(), _NO_DIGIT.sub("", group[0]))
                for group in _GROUP_IN_RUN.finditer(text, *run.span())
            ]
            yield from _numbers_in_run(text, groups)
        position = max(end, position)


def _numbers_in_run(text: str, groups: list[_Group]) -> Iterator[Finding]:
    """Yield the numbers in one run of digit groups, where several numbers may stand side by side."""
    first = 0
    while first < len(groups):
        finding, used = _number_at(text, groups[first : first + _MOST_GROUPS])
        if finding:
            yield finding
        first += used


def _number_at(text: str, groups: list[_Group]) -> tuple[Finding | None, int]:
    """Return the number that begins with the first group, and how many groups it takes.

    One group that is a number by itself is one; else the longest join that makes sense, or is public.
    """
    joins = _joins(groups)
    if not joins:
        return None, 1
    start = groups[0].start
    cue = cue_before(text[max(0, start - _CUE_REACH) : start])
    glued = start > 0 and (text[start - 1].isalnum() or text[start - 1] in "_$#")
    for used, end, digits in joins:
        if is_public(digits):
            return None, used
        announced = cue or (Kind.ACCOUNT if holder_follows(text[end : end + _HOLDER_REACH]) else None)
        kind = kind_of(text[start:end], digits, announced)
        if kind and (not glued or kind is Kind.PHONE):
            return Finding(kind, start, end), used
    return None, 1


def _joins(groups: list[_Group]) -> list[tuple[int, int, str]]:
    """Return what the first groups can make, as (groups used, end, digits): the first alone, then the longest first."""
    joins: list[tuple[int, int, str]] = []
    digits = ""
    for used, group in enumerate(groups, start=1):
        digits += group.digits
        if len(digits) > MOST_DIGITS:
            break
        if len(digits) >= FEWEST_DIGITS:
            joins.append((used, group.end, digits))
    return sorted(joins, key=lambda join: (join[0] > 1, -join[0]))
