"""Vectors and a truth to derive indexes from, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from search.vectors.port import FIELD_BITS, Keys, VectorChange, Vectors

DIM = 24


def unit_rows(count: int, *, seed: int, dim: int = DIM) -> Vectors:
    """Return random unit vectors, shape (count, dim)."""
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def turned(vectors: Vectors) -> Vectors:
    """Carry vectors into a second space, as an adapter would: a rotation by rolling."""
    return np.roll(vectors, 1, axis=1)


@dataclass
class Ledger:
    """A `VectorSource` in memory: rows by key, and what was written in which change."""

    dim: int = DIM
    rows: dict[int, Vectors] = field(default_factory=dict)
    log: list[tuple[int, int]] = field(default_factory=list)
    reads: int = 0

    def put(self, keys: Keys, vectors: Vectors) -> None:
        for key, vector in zip(keys.tolist(), vectors, strict=True):
            self.rows[key] = vector
            self._note(key)

    def drop(self, keys: Keys) -> None:
        for key in keys.tolist():
            del self.rows[key]
            self._note(key)

    def latest(self) -> int:
        return len(self.log)

    def count(self) -> int:
        return len(self.rows)

    def changes(self, since: int) -> Iterator[VectorChange]:
        """Yield one change for each page of fifty, as the database does for each page of its own."""
        for start in range(since, len(self.log), 50):
            page = self.log[start : start + 50]
            touched = sorted({key for _, key in page})
            keys = [key for key in touched if key in self.rows]
            yield VectorChange(page[-1][0], np.array(touched, np.int64), *self._some(keys))

    def everything(self) -> Iterator[tuple[Keys, Vectors]]:
        """Yield all rows by rising key."""
        self.reads += 1
        keys = sorted(self.rows)
        for start in range(0, len(keys), 1_000):
            yield self._some(keys[start : start + 1_000])

    def _note(self, key: int) -> None:
        self.log.append((len(self.log) + 1, key))

    def _some(self, keys: list[int]) -> tuple[Keys, Vectors]:
        rows = [self.rows[key] for key in keys]
        return np.array(keys, np.int64), np.array(rows, np.float32).reshape(-1, self.dim)


def keys_of(*documents: int, field: int = 0) -> Keys:
    """Return the keys of one text of each document."""
    return np.array([document << FIELD_BITS | field for document in documents], np.int64)
