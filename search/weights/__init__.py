"""The learned numbers that Saring ships, and where they lie. MODEL_CARD.md beside this file says what of."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
ADAPTER = FOLDER / "adapter.npz"
RANKING = FOLDER / "ranking.npz"
VOCABULARY = FOLDER / "vocabulary.npz"


def common_words() -> frozenset[int]:
    """Return the hashes (`hash_of`) of words often written without a capital: no names."""
    with np.load(VOCABULARY) as stored:
        return frozenset(stored["common"].tolist())


def hash_of(word: str) -> int:
    """Return the name of a folded word in the shipped tables: they hold how common words are and quote nobody."""
    return zlib.crc32(word.encode())
