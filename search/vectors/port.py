"""What a vector index promises, whoever keeps it: FAISS in files of this host, or pgvector in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""float32, shape (n, dim), rows of unit length."""

Keys = npt.NDArray[np.int64]
"""int64, shape (n,): a document's id and a field's place in one number; see `key`."""

FIELD_BITS = 2
"""Room for four texts of a document in the low bits of a key."""


class Space(StrEnum):
    """The two ways in which vectors are compared: as the encoder made them, and through the learned adapter."""

    DENSE = "dense"
    ADAPTED = "adapted"


Transform = Callable[[Vectors], Vectors]
"""Carries documents' vectors into a space: (n, dim) → (n, dim), unit rows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What an index must agree on with its files before it believes them."""

    database: str
    model: str
    revision: str
    dim: int
    adapter: str
    """The fingerprint of the adapter, empty where there is none."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Keys with their inner products (cosines), best first; shorter than asked for where there are fewer."""

    keys: Keys
    scores: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VectorChange:
    """Keys that are void now and vectors that are valid now, true up to `change_id`. Removal comes first."""

    change_id: int
    removed: Keys
    keys: Keys
    vectors: Vectors


class VectorSource(Protocol):
    """The truth that an index is derived from."""

    def latest(self) -> int:
        """Return the change up to which an index has to be true now."""
        ...

    def count(self) -> int:
        """Return how many vectors there are."""
        ...

    def changes(self, since: int) -> Iterable[VectorChange]:
        """Yield the changes after `since`, in rising order."""
        ...

    def everything(self) -> Iterable[tuple[Keys, Vectors]]:
        """Yield all vectors in batches, by rising key."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by inner product. Safe to use from several threads; arguments are never changed."""

    @property
    def change_id(self) -> int:
        """Up to which change the index is true."""
        ...

    def __len__(self) -> int:
        """How many vectors can be found."""
        ...

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Add vectors; a key that is there already is replaced, and the last of several with one key wins.

        Raises `ValueError` when the shapes do not fit the index.
        """
        ...

    def remove(self, keys: Keys) -> None:
        """Remove vectors; unknown keys are none of its business."""
        ...

    def search(self, space: Space, vector: Vectors, *, limit: int) -> Neighbours:
        """Return the nearest keys in `space` to one query vector, shape (dim,), already carried into that space.

        Raises `ValueError` when the vector has another dimension.
        """
        ...

    def compare(self, space: Space, vector: Vectors, documents: Keys) -> Neighbours:
        """Return the exact inner products of one query vector with every vector of these documents, in any order."""
        ...

    def catch_up(self, source: VectorSource) -> None:
        """Become true up to what `source` holds now, or begin to, where that takes long; `change_id` tells how far."""
        ...

    def close(self) -> None:
        """Let go of threads and files."""
        ...


def key(document_id: int, field: int) -> int:
    """Return the key of a document's text number `field` (its place in `documents.ENCODED_FIELDS`)."""
    return document_id << FIELD_BITS | field


def document_ids(keys: Keys) -> npt.NDArray[np.int64]:
    """Return the documents that keys belong to."""
    return keys >> FIELD_BITS


def checked(keys: Keys, vectors: Vectors, dim: int) -> tuple[Keys, Vectors]:
    """Return contiguous arrays with the last of equal keys only, or say what does not fit."""
    if vectors.ndim != 2 or vectors.shape[1] != dim or keys.shape != (len(vectors),):
        raise ValueError(f"keys {keys.shape} and vectors {vectors.shape} do not fit an index of dimension {dim}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds a value that is no number")
    _, last = np.unique(keys[::-1], return_index=True)
    kept = np.sort(len(keys) - 1 - last)
    return np.ascontiguousarray(keys[kept], np.int64), np.ascontiguousarray(vectors[kept], np.float32)


def checked_query(vector: Vectors, dim: int) -> Vectors:
    """Return the query as a (1, dim) row, or say what does not fit."""
    if vector.shape != (dim,):
        raise ValueError(f"a query of shape {vector.shape} does not fit an index of dimension {dim}")
    return np.ascontiguousarray(vector[np.newaxis], np.float32)


def best(keys: Keys, scores: npt.NDArray[np.float32], limit: int) -> Neighbours:
    """Return the `limit` best, equal scores in the order of keys so that every adapter answers alike."""
    order = np.lexsort((keys, -scores))[:limit]
    return Neighbours(keys[order], scores[order])
