"""Two texts compared word by word, in runs of (kind, text) as components/diff.html shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from itertools import groupby

Runs = tuple[tuple[str, str], ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text and the spaces between them; joined they are the text again."""
    return re.findall(r"\s+|\S+", text)


def compared(
    old: Sequence[str], new: Sequence[str], *, plain: Callable[[str], str] = str, least: float = 0.0
) -> tuple[list[str], list[str]]:
    """Return for each word of both sides its kind, `same`, `removed` or `added`; `plain` says what is compared.

    Sides of which less than `least` (a share, 0-1) is alike are the same throughout: marks on all of it say nothing.
    """
    matcher = SequenceMatcher(None, list(map(plain, old)), list(map(plain, new)), autojunk=False)
    left, right = ["same"] * len(old), ["same"] * len(new)
    if matcher.ratio() < least:
        return left, right
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            left[a:b], right[c:d] = ["removed"] * (b - a), ["added"] * (d - c)
    return left, right


def runs_of(words: Sequence[str], kinds: Sequence[str]) -> Runs:
    """Return neighbours of one kind as one run."""
    pairs = zip(kinds, words, strict=True)
    return tuple((kind, "".join(word for _, word in run)) for kind, run in groupby(pairs, key=lambda pair: pair[0]))
