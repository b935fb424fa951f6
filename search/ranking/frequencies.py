"""How telling a word is: rare among the installation's debunks and in a bundled background, so that ten will do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.weights import hash_of


class Frequencies(Protocol):
    """What the lexical index knows of its words."""

    @property
    def documents(self) -> int:
        """The number of debunks counted."""

    def document_frequency(self, word: str) -> int:
        """Return in how many debunks a folded word occurs."""


@dataclass(frozen=True, slots=True)
class NoFrequencies:
    """The counts of an installation that has none yet."""

    documents: int = 0

    def document_frequency(self, word: str) -> int:
        """Return 0: nothing was counted."""
        return 0


@dataclass(frozen=True, slots=True)
class Background:
    """Document frequencies of Indonesian and English words in the development debunks, keyed by CRC-32 of the word.

    Hashes, not words: the table says how common a word is and quotes nobody.
    """

    documents: int
    counts: Mapping[int, int] = field(repr=False)

    @classmethod
    def from_arrays(cls, documents: int, keys: NDArray[np.uint32], counts: NDArray[np.uint16]) -> Background:
        """Build the table from its stored form."""
        return cls(documents, dict(zip(keys.tolist(), counts.tolist(), strict=True)))

    def document_frequency(self, word: str) -> int:
        """Return in how many debunks of the background a folded word occurs; 0 for a word unknown to it."""
        return self.counts.get(hash_of(word), 0)


def weigh(words: Iterable[str], background: Background, corpus: Frequencies) -> dict[str, float]:
    """Return each word's inverse document frequency over background and corpus together, as a share in (0, 1].

    1 is a word never seen. A share, so that a feature means the same on ten debunks and on a million.
    """
    total = background.documents + corpus.documents + 1
    scale = math.log(total + 1)
    return {
        word: math.log((total + 1) / (background.document_frequency(word) + corpus.document_frequency(word) + 1))
        / scale
        for word in words
    }
