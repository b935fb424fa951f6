"""Names that stand in each other's place: "Jokowi" in the message where the debunk has "Prabowo"."""

from __future__ import annotations

import re
from functools import cache

from search.folding import clean, fold, tokens
from search.guard import places
from search.guard.dates import without_dates
from search.stopwords import CARRIERS, STOP_WORDS
from search.types import Difference
from search.weights import common_words, hash_of

_WRITTEN = re.compile(r"[^\W\d_][\w'’-]*")
_MOST_APART = 4
"""Content words that either side has for itself; where more differs, nothing is in place of anything."""
_LEAST_SHARED = 2
"""Content words that both sides have; with fewer there is no place to stand in."""
_NAME_LETTERS = 3


def compare(message: str, passage: str, debunked: str) -> Difference | None:
    """Report names of either side that the other has not, where all else is nearly the same."""
    here, there = _read(passage), _read(debunked)
    shared = here.keys() & there.keys()
    if len(shared) < _LEAST_SHARED:
        return None
    stated = frozenset(tokens(fold(message)))
    own = {word: written for word, written in here.items() if word not in shared}
    theirs = {word: written for word, written in there.items() if word not in shared}
    if max(len(own), len(theirs)) > _MOST_APART:
        return None
    left = tuple(written for word, written in own.items() if is_name(word, written))
    right = tuple(written for word, written in theirs.items() if is_name(word, written) and word not in stated)
    return Difference("name", left, right) if left and right else None


def _read(text: str) -> dict[str, str]:
    """Return the content words by their folded form, as written; places and dates have checks of their own."""
    named = {word for place in places.spellings(text) for word in place.split()}
    found: dict[str, str] = {}
    for written in _WRITTEN.findall(without_dates(clean(text))):
        word = fold(written)
        if (word not in STOP_WORDS or word in CARRIERS) and word not in named:
            found.setdefault(word, written)
    return found


def is_name(word: str, written: str) -> bool:
    """A capital, and no word of the language: in a headline every word has a capital."""
    return written[0].isupper() and len(word) >= _NAME_LETTERS and hash_of(word) not in _language()


@cache
def _language() -> frozenset[int]:
    return common_words()
