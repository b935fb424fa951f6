"""The adapter at work: two matrices and two means, numpy only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from search import weights

Vectors = NDArray[np.float32]
"""float32, shape (n, dim) or (dim,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Adapter:
    """Carries vectors of the encoder `model_id` over; messages and debunks each have their own way.

    A vector has its side's mean taken off, is scaled to unit length, multiplied by its side's (dim, dim) matrix and
    scaled again: the inner product of what comes out is a cosine.
    """

    model_id: str
    query_mean: Vectors
    query_matrix: Vectors
    document_mean: Vectors
    document_matrix: Vectors

    @classmethod
    def bundled(cls) -> Adapter:
        """Return the adapter that Saring ships (weights/MODEL_CARD.md)."""
        return cls.load(weights.ADAPTER)

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read an adapter that `save` wrote. Raises OSError, KeyError or ValueError on what is none."""
        with np.load(path) as stored:
            arrays = (stored[name].astype(np.float32) for name in _ARRAYS)
            return cls(str(stored["model_id"]), *arrays)

    def save(self, path: Path) -> None:
        """Write the adapter, in half precision: a cosine moves by less than .001."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        np.savez_compressed(path, allow_pickle=False, model_id=np.array(self.model_id), **arrays)

    @property
    def fingerprint(self) -> str:
        """Names the weights: equal for equal weights, on any machine."""
        digest = hashlib.sha256(self.model_id.encode())
        for name in _ARRAYS:
            digest.update(getattr(self, name).astype("<f2").tobytes())
        return digest.hexdigest()[:16]

    def query(self, vector: Vectors) -> Vectors:
        """Carry messages' vectors over; shape kept, rows of unit length."""
        return _carry(vector, self.query_mean, self.query_matrix)

    def document(self, vectors: Vectors) -> Vectors:
        """Carry debunks' vectors over; shape kept, rows of unit length."""
        return _carry(vectors, self.document_mean, self.document_matrix)


_ARRAYS = ("query_mean", "query_matrix", "document_mean", "document_matrix")


def _carry(vectors: Vectors, mean: Vectors, matrix: Vectors) -> Vectors:
    return unit(unit(vectors - mean) @ matrix)


def unit(vectors: Vectors) -> Vectors:
    """Return the rows scaled to unit length; a row of zeros stays one."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(length, np.float32(1e-9))
    return scaled
