"""Vectors on FAISS: a read-only base that all processes of a host share, and a small delta of what came since."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import faiss
import numpy as np

from search.vectors.base import Base, FlatBase
from search.vectors.port import (
    FIELD_BITS,
    Keys,
    Neighbours,
    Space,
    Transform,
    Vectors,
    VectorSource,
    best,
    checked,
    checked_query,
)
from search.vectors.snapshot import Snapshot, Snapshots

DELTA_MOST = 10_000
DELTA_SHARE = 0.05
"""A delta larger than either, in vectors and as a share of the base, is folded into a new base."""

CLOSING_SECONDS = 5.0
"""How long `close` waits for a rebuild; one that is cut off leaves a folder that the next one sweeps away."""

RETRY_SECONDS = 600.0
"""After a failed rebuild (a full disk) the next one waits so long; the delta serves meanwhile."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _State:
    """All that a search reads, replaced as one, so that readers need no lock.

    `base` was true up to `base_change`; `hidden` are its keys that are void since then; `delta` lies over it.
    """

    change_id: int
    base_change: int
    base: Base
    hidden: Keys
    delta: FlatBase

    def without(self, keys: Keys) -> _State:
        """The same with these keys gone."""
        in_base = keys[_is_in(self.base.keys, keys)]
        hidden = np.union1d(self.hidden, in_base) if len(in_base) else self.hidden
        kept = ~np.isin(self.delta.keys, keys)
        delta = self.delta
        if not kept.all():
            delta = FlatBase(delta.keys[kept], {space: rows[kept] for space, rows in delta.spaces.items()})
        return replace(self, hidden=hidden, delta=delta)

    def with_more(self, keys: Keys, vectors: Vectors, transforms: Mapping[Space, Transform]) -> _State:
        """The same with these vectors in place of whatever had their keys."""
        below = self.without(keys)
        every = np.concatenate((below.delta.keys, keys))
        order = np.argsort(every)
        rows = {
            space: np.concatenate((below.delta.spaces[space], transform(vectors)))[order]
            for space, transform in transforms.items()
        }
        return replace(below, delta=FlatBase(every[order], rows))


class FaissIndex:
    """The `VectorIndex` on FAISS. Without `snapshots` it lives in memory alone.

    With `background` a rebuild runs in a thread of its own and is taken over when it is done.
    """

    def __init__(
        self,
        dim: int,
        transforms: Mapping[Space, Transform],
        snapshots: Snapshots | None = None,
        *,
        background: bool = False,
    ) -> None:
        self._dim = dim
        self._transforms = transforms
        self._snapshots = snapshots
        self._background = background
        self._guard = threading.RLock()
        self._builder: threading.Thread | None = None
        self._rest_until = 0.0
        self._state = self._empty()

    @property
    def change_id(self) -> int:
        return self._state.change_id

    def __len__(self) -> int:
        state = self._state
        return len(state.base.keys) - len(state.hidden) + len(state.delta.keys)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        keys, vectors = checked(keys, vectors, self._dim)
        with self._guard:
            self._state = self._state.with_more(keys, vectors, self._transforms)

    def remove(self, keys: Keys) -> None:
        with self._guard:
            self._state = self._state.without(np.unique(keys))

    def search(self, space: Space, vector: Vectors, *, limit: int) -> Neighbours:
        query = checked_query(vector, self._dim)
        faiss.omp_set_num_threads(1)  # kept by each calling thread; two threads on two busy cores were 20 times slower
        state = self._state
        old, new = self._visible(state, space, query, limit), state.delta.search(space, query, limit)
        return best(np.concatenate((old.keys, new.keys)), np.concatenate((old.scores, new.scores)), limit)

    def compare(self, space: Space, vector: Vectors, documents: Keys) -> Neighbours:
        query = checked_query(vector, self._dim)
        state = self._state
        below = _places(state.base.keys, documents)
        below = below[~_is_in(state.hidden, state.base.keys[below])]
        above = _places(state.delta.keys, documents)
        return Neighbours(
            np.concatenate((state.base.keys[below], state.delta.keys[above])),
            np.concatenate((state.base.rows(space, below) @ query[0], state.delta.rows(space, above) @ query[0])),
        )

    def catch_up(self, source: VectorSource) -> None:
        with self._guard:
            if self._snapshots is not None and not self._state.base_change:
                self._take_newest(source)
            if self._is_far_behind(source) and self._rebuild(source):
                return
            self._state = self._applied(self._state, source)
            if self._delta_is_large() and not self._take_newest(source):
                self._rebuild(source)

    def close(self) -> None:
        if self._builder is not None:
            self._builder.join(CLOSING_SECONDS)

    def _empty(self) -> _State:
        nothing = FlatBase(
            np.empty(0, np.int64), {space: np.empty((0, self._dim), np.float32) for space in self._transforms}
        )
        return _State(0, 0, nothing, np.empty(0, np.int64), nothing)

    def _visible(self, state: _State, space: Space, query: Vectors, limit: int) -> Neighbours:
        """Search the base deeper until enough of what is found is not hidden, or all was seen."""
        depth = limit + min(limit, len(state.hidden))
        while True:
            found = state.base.search(space, query, depth)
            seen = ~_is_in(state.hidden, found.keys)
            if seen.sum() >= limit or len(found.keys) < depth:
                return Neighbours(found.keys[seen], found.scores[seen])
            depth *= 4

    def _applied(self, state: _State, source: VectorSource) -> _State:
        for change in source.changes(state.change_id):
            keys, vectors = checked(change.keys, change.vectors, self._dim)
            after = state.without(change.removed).with_more(keys, vectors, self._transforms)
            state = replace(after, change_id=change.change_id)
        return state

    def _is_far_behind(self, source: VectorSource) -> bool:
        """Whether so much was written that a new base is quicker than a delta."""
        return (
            self._snapshots is not None
            and source.latest() - self.change_id > self._most()
            and source.count() - len(self) > self._most()
        )

    def _delta_is_large(self) -> bool:
        state = self._state
        return self._snapshots is not None and len(state.delta.keys) + len(state.hidden) > self._most()

    def _most(self) -> int:
        return max(DELTA_MOST, int(DELTA_SHARE * len(self._state.base.keys)))

    def _take_newest(self, source: VectorSource) -> bool:
        """Stand on a snapshot that some process wrote after ours, if there is one that this database knows of."""
        newest = self._snapshots.newest(after=self._state.base_change) if self._snapshots else None
        if newest is None or newest.change_id > source.latest():
            return False
        self._stand_on(newest, source)
        return True

    def _stand_on(self, snapshot: Snapshot, source: VectorSource) -> None:
        """Change the base, with what was written since: readers never see less than they saw before."""
        fresh = replace(self._empty(), change_id=snapshot.change_id, base_change=snapshot.change_id, base=snapshot.base)
        self._state = self._applied(fresh, source)

    def _rebuild(self, source: VectorSource) -> bool:
        """Have a new base built, here or in a thread; False if that cannot be now, and changes must do."""
        if self._snapshots is None or time.monotonic() < self._rest_until:
            return False
        if not self._background:
            return self._build(self._snapshots, source)
        if self._builder is None or not self._builder.is_alive():
            work = (self._snapshots, source)
            self._builder = threading.Thread(target=self._build, args=work, name="search-rebuild", daemon=True)
            self._builder.start()
        return True

    def _build(self, snapshots: Snapshots, source: VectorSource) -> bool:
        try:
            built = snapshots.rebuild(source)
        except OSError:
            _log.exception("the vector snapshot could not be written; what there is goes on serving")
            self._rest_until = time.monotonic() + RETRY_SECONDS
            return False
        if built is not None:  # else another process is building one, and a later round finds it
            with self._guard:
                self._stand_on(built, source)
        return True


def _is_in(known: Keys, keys: Keys) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which of `keys` are in the sorted `known`, without sorting it again as `np.isin` would."""
    if not len(known):
        return np.zeros(len(keys), np.bool_)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = known[places] == keys
    return found


def _places(known: Keys, documents: Keys) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return where in the sorted `known` the keys of these documents lie."""
    every = np.concatenate([(documents << FIELD_BITS) + field for field in range(1 << FIELD_BITS)])
    return np.searchsorted(known, every[_is_in(known, every)])
