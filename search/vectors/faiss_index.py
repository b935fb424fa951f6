"""Vectors in this process: a read-only base that was built once, and a small delta of what was written since."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

import faiss
import numpy as np

from search.vectors.port import (
    Keys,
    Neighbours,
    Space,
    Transform,
    VectorChanges,
    Vectors,
    best,
    checked,
    checked_query,
    document_ids,
)


@dataclass(frozen=True, slots=True)
class _State:
    """All that a search needs, replaced as one so that readers need no lock."""

    change_id: int
    keys: Keys
    spaces: Mapping[Space, Vectors]


class FaissIndex:
    """The `VectorIndex` on FAISS."""

    def __init__(self, dim: int, transforms: Mapping[Space, Transform]) -> None:
        self._dim = dim
        self._transforms = transforms
        self._guard = threading.Lock()
        self._state = _State(0, np.empty(0, np.int64), {space: np.empty((0, dim), np.float32) for space in transforms})

    @property
    def change_id(self) -> int:
        return self._state.change_id

    def __len__(self) -> int:
        return len(self._state.keys)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        with self._guard:
            self._add(keys, vectors)

    def remove(self, keys: Keys) -> None:
        with self._guard:
            self._remove(keys)

    def search(self, space: Space, vector: Vectors, *, limit: int) -> Neighbours:
        query = checked_query(vector, self._dim)
        state = self._state
        faiss.omp_set_num_threads(1)
        scores, places = faiss.knn(
            query, state.spaces[space], min(limit, len(state.keys)), metric=faiss.METRIC_INNER_PRODUCT
        )
        return best(state.keys[places[0]], scores[0], limit)

    def compare(self, space: Space, vector: Vectors, documents: Keys) -> Neighbours:
        query = checked_query(vector, self._dim)
        state = self._state
        places = np.flatnonzero(np.isin(document_ids(state.keys), documents))
        return Neighbours(state.keys[places], state.spaces[space][places] @ query[0])

    def catch_up(self, changes: VectorChanges, *, latest: int) -> bool:
        with self._guard:
            if self.change_id != latest:
                for change in changes(self.change_id):
                    self._remove(change.removed)
                    self._add(change.keys, change.vectors)
                    self._state = replace(self._state, change_id=change.change_id)
            return self.change_id >= latest

    def _add(self, keys: Keys, vectors: Vectors) -> None:
        keys, vectors = checked(keys, vectors, self._dim)
        self._remove(keys)
        state = self._state
        spaces = {
            space: np.concatenate((state.spaces[space], transform(vectors)))
            for space, transform in self._transforms.items()
        }
        self._state = replace(state, keys=np.concatenate((state.keys, keys)), spaces=spaces)

    def _remove(self, keys: Keys) -> None:
        state = self._state
        kept = ~np.isin(state.keys, keys)
        if not kept.all():
            spaces = {space: vectors[kept] for space, vectors in state.spaces.items()}
            self._state = replace(state, keys=state.keys[kept], spaces=spaces)
