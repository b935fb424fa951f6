"""Made-up debunks of any number: words by Zipf's law, vectors in heaps inside a narrow cone, as those of e5 lie."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from sqlalchemy import insert

from app.documents import key_of
from kernel.db import Database
from search import changes, embedding
from search.documents import FOLDING_VERSION
from search.encoder.port import Encoder
from search.models import SearchDocument, SearchVector
from search.vectors.port import Vectors

NOW = datetime(2026, 11, 24, tzinfo=UTC)
VOCABULARY = 40_000
TITLE_WORDS = 10
QUERY_WORDS = 30
"""A forward of about 200 characters."""

HEAP = 20
"""Vectors that lie together, on average."""

CONE = 1.9
SPREAD = 0.7
"""Length of what all vectors share and of what each has for itself, beside its heap's direction of length one: random
pairs then have a cosine of about .75, as with e5."""

BATCH = 10_000


@dataclass(frozen=True)
class Corpus:
    """`size` debunks; the same ones for the same size."""

    size: int
    dim: int

    @cached_property
    def words(self) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
        syllables = [first + second for first in "bcdfghjklmnprstw" for second in "aiueo"]
        chance = np.random.default_rng(1)
        return np.array(["".join(chance.choice(syllables, 2 + number % 3)) for number in range(VOCABULARY)])

    @cached_property
    def _likelihood(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        weights = 1.0 / np.arange(10, VOCABULARY + 10)
        return np.asarray(weights / weights.sum())

    @cached_property
    def _heaps(self) -> Vectors:
        chance = np.random.default_rng(2)
        return chance.standard_normal((max(1, self.size // HEAP), self.dim), np.float32) / np.sqrt(self.dim)

    @cached_property
    def _axis(self) -> Vectors:
        axis = np.random.default_rng(3).standard_normal(self.dim).astype(np.float32)
        return axis * np.float32(CONE / np.linalg.norm(axis))

    def titles(self, count: int, *, seed: int, words: int = TITLE_WORDS) -> list[str]:
        """Return made-up texts."""
        chosen = np.random.default_rng(seed).choice(self.words, (count, words), p=self._likelihood)
        return [" ".join(row) for row in chosen]

    def vectors(self, count: int, *, seed: int) -> Vectors:
        """Return unit vectors, shape (count, dim); queries are drawn as debunks are."""
        chance = np.random.default_rng(seed)
        rows = self._heaps[chance.integers(0, len(self._heaps), count)] + self._axis
        rows += chance.standard_normal(rows.shape, np.float32) * np.float32(SPREAD / np.sqrt(self.dim))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def batches(self) -> Iterator[tuple[int, list[str], Vectors]]:
        """Yield (first number, titles, vectors), batch by batch."""
        for start in range(0, self.size, BATCH):
            count = min(BATCH, self.size - start)
            yield start, self.titles(count, seed=1_000 + start), self.vectors(count, seed=2_000 + start)


def write(database: Database, encoder: Encoder, start: int, titles: list[str], vectors: Vectors) -> None:
    """Write debunks with their vectors as `search.documents` and `search.embedding` do, in bulk."""
    with database.write() as session:
        changes.lock(session)
        model = embedding.enrol(session, encoder, now=NOW)
        first = changes.draw(session, 2 * len(titles))
        empty = {"claim": "", "explanation": "", "folded_claim": "", "folded_explanation": "", "url": ""}
        facts = {"language": "id", "verdict": "false", "source": "bench", "topics": [], "updated_at": NOW}
        session.execute(
            insert(SearchDocument),
            [
                {
                    "id": start + place + 1, "key": key_of(start + place + 1), "title": title, "folded_title": title,
                    "folding_version": FOLDING_VERSION, "deleted": False, "change_id": first + place, **empty, **facts,
                }
                for place, title in enumerate(titles)
            ],
        )  # fmt: skip
        session.execute(
            insert(SearchVector),
            [
                {
                    "document_id": start + place + 1, "field": "title", "model_id": model.id,
                    "data": vector.astype("<f4").tobytes(), "change_id": first + len(titles) + place,
                }
                for place, vector in enumerate(vectors)
            ],
        )  # fmt: skip
