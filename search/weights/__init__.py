"""The learned numbers that Saring ships, and where they lie. MODEL_CARD.md beside this file says what of."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
ADAPTER = FOLDER / "adapter.npz"
RANKING = FOLDER / "ranking.npz"
VOCABULARY = FOLDER / "vocabulary.npz"


def common_words() -> frozenset[int]:
    """Return the hashes (`frequencies.hash_of`) of words often written without a capital: no names."""
    with np.load(VOCABULARY) as stored:
        return frozenset(stored["common"].tolist())
