"""Whether a quote stands in a page: the proof that nobody put words into a source's mouth."""

from __future__ import annotations

import re

from verification.rules.words import tokens

_LEFT_OUT = re.compile(r"\[?(?:…|\.\.\.)\]?")
"""How a quote says that words were left out."""


_NEGATIONS = frozenset(["tidak", "tak", "bukan", "belum", "jangan", "tanpa", "not", "no", "never"])


def stands_in(quote: str, page: str) -> bool:
    """Return whether each part of `quote` stands in `page` word for word and in order.

    Typography, case and line breaks may differ. An ellipsis divides the quote into parts. A part that begins right
    after a negation does not stand there: "ada larangan" is not what "tidak ada larangan" says.
    """
    words = tokens(page)
    parts = [tokens(part) for part in _LEFT_OUT.split(quote)]
    parts = [part for part in parts if part]
    start = 0
    for part in parts:
        found = _find(part, words, start)
        if found < 0:
            return False
        start = found + len(part)
    return bool(parts)


def _find(part: list[str], words: list[str], start: int) -> int:
    last = len(words) - len(part)
    return next((at for at in range(start, last + 1) if _is_at(part, words, at)), -1)


def _is_at(part: list[str], words: list[str], at: int) -> bool:
    return words[at : at + len(part)] == part and (at == 0 or words[at - 1] not in _NEGATIONS)
