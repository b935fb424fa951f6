"""A message and a debunk taken apart once, for the features to compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from search.folding import fold, grams, words
from search.passages import body_words, head_words, sentences
from search.types import Folded

MOST_SENTENCES = 12
"""Sentences of a message compared one by one; the rest only counts as part of the whole."""
_REMEMBERED_DOCUMENTS = 20_000
_NAME = re.compile(r"(?<![.!?:\"'(] )(?<!^)\b[A-Z][\w'-]{2,}")
_SHOUTING_SHARE = 0.5
"""Share of capitalised words above which capitals no longer mark names: headlines and shouting."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a message, as written and as compared."""

    text: str
    words: frozenset[str]
    grams: frozenset[str]


@dataclass(frozen=True, slots=True)
class QueryText:
    """A message without its packaging. `ordered` keeps every word; sets are of folded words without stop words."""

    ordered: tuple[str, ...]
    words: frozenset[str]
    grams: frozenset[str]
    pairs: frozenset[Pair]
    numbers: frozenset[str]
    names: frozenset[str]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class DocumentText:
    """A debunk: its head says what it answers (title, claim), its body is the beginning of the explanation."""

    ordered: tuple[str, ...]
    head: frozenset[str]
    body: frozenset[str]
    grams: frozenset[str]
    head_pairs: frozenset[Pair]
    body_pairs: frozenset[Pair]
    numbers: frozenset[str]


def read_query(text: str) -> QueryText:
    """Take a message apart."""
    parts = sentences(text)
    folded = [words(fold(part)) for part in parts]
    ordered = tuple(word for part in folded for word in part)
    return QueryText(
        ordered=ordered,
        words=frozenset(ordered),
        grams=_grams(ordered),
        pairs=frozenset(pair for part in folded for pair in pairwise(part)),
        numbers=numbers(ordered),
        names=_names(parts) & frozenset(ordered),
        sentences=tuple(
            Sentence(part, frozenset(found), _grams(found))
            for part, found in list(zip(parts, folded, strict=True))[:MOST_SENTENCES]
            if found
        ),
    )


@lru_cache(maxsize=_REMEMBERED_DOCUMENTS)
def read_document(folded: Folded) -> DocumentText:
    """Take a debunk apart; remembered, for the same debunks are candidates again and again."""
    head, body = head_words(folded), body_words(folded)
    return DocumentText(
        ordered=tuple(head),
        head=frozenset(head),
        body=frozenset(body),
        grams=_grams(head),
        head_pairs=frozenset(pairwise(head)),
        body_pairs=frozenset(pairwise(body)),
        numbers=numbers(head),
    )


def numbers(found: Sequence[str]) -> frozenset[str]:
    """Return the words that are numbers of two digits or more, which tell one event from the next."""
    return frozenset(word for word in found if len(word) > 1 and word[0].isdigit())


def _grams(found: Sequence[str]) -> frozenset[str]:
    return frozenset(grams(" ".join(found)))


def _names(parts: Sequence[str]) -> frozenset[str]:
    """Return the folded words written as names: capitalised inside a sentence of a text that does not shout."""
    text = " ".join(parts)
    written = text.split()
    if sum(word[:1].isupper() for word in written) > _SHOUTING_SHARE * len(written):
        return frozenset()
    return frozenset(word for name in _NAME.findall(text) for word in words(fold(name)))
