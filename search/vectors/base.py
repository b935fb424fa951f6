"""The read-only part of a FAISS index, memory-mapped from a snapshot so that all processes share its pages.

Small bases are exact: each space is a float32 matrix that FAISS scans. In large ones short codes propose neighbours and
float16 rows decide between them (docs/adr/0011).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

from search.vectors.port import Keys, Neighbours, Space, Transform, Vectors, best

KEYS_FILE = "keys.i64"

PROPOSALS = 1_000
"""Neighbours by code that are compared exactly: of the true ten nearest of real forwards, .99 are among them."""


class Base(Protocol):
    """Vectors that never change. Every search takes one unit query, shape (1, dim)."""

    @property
    def keys(self) -> Keys:
        """The keys, sorted; a vector's place is that of its key."""
        ...

    def search(self, space: Space, query: Vectors, limit: int) -> Neighbours:
        """Return at most `limit` neighbours, best first."""
        ...

    def rows(self, space: Space, places: npt.NDArray[np.intp]) -> Vectors:
        """Return the vectors at these places of `keys`, carried into `space`."""
        ...


@dataclass(frozen=True, slots=True)
class FlatBase:
    """Exact: one float32 matrix a space, shape (n, dim)."""

    keys: Keys
    spaces: Mapping[Space, Vectors]

    def search(self, space: Space, query: Vectors, limit: int) -> Neighbours:
        limit = min(limit, len(self.keys))
        if not limit:
            return Neighbours(self.keys[:0], np.empty(0, np.float32))
        scores, places = faiss.knn(query, self.spaces[space], limit, metric=faiss.METRIC_INNER_PRODUCT)
        return best(self.keys[places[0]], scores[0], limit)

    def rows(self, space: Space, places: npt.NDArray[np.intp]) -> Vectors:
        return self.spaces[space][places]


@dataclass(frozen=True, slots=True)
class ListedBase:
    """Approximate, then exact: short codes in lists, a set for each space, and float16 rows.

    Rows of a space that are not kept are computed from those of the dense one.
    """

    keys: Keys
    halves: Mapping[Space, npt.NDArray[np.float16]]
    lists: Mapping[Space, faiss.IndexIVFPQFastScan]
    transforms: Mapping[Space, Transform]

    def search(self, space: Space, query: Vectors, limit: int) -> Neighbours:
        _, found = self.lists[space].search(query, min(len(self.keys), max(PROPOSALS, limit)))
        places = found[0][found[0] >= 0]  # FAISS fills up with -1 where the lists hold too few
        return best(self.keys[places], self.rows(space, places) @ query[0], limit)

    def rows(self, space: Space, places: npt.NDArray[np.intp]) -> Vectors:
        if space in self.halves:
            return self.halves[space][places].astype(np.float32)
        return self.transforms[space](self.halves[Space.DENSE][places].astype(np.float32))


def map_keys(folder: Path) -> Keys:
    """Memory-map the keys of a snapshot."""
    keys: Keys = _map(folder / KEYS_FILE, "<i8", ())
    return keys


def map_flat(folder: Path, spaces: Mapping[Space, Transform], dim: int) -> FlatBase:
    """Memory-map an exact base."""
    matrices = {space: _map(folder / matrix_file(space), "<f4", (dim,)) for space in spaces}
    return FlatBase(map_keys(folder), matrices)


def map_listed(folder: Path, transforms: Mapping[Space, Transform], dim: int) -> ListedBase:
    """Memory-map the rows and codes of an approximate base."""
    rows = {space: folder / rows_file(space) for space in transforms}
    halves = {space: _map(path, "<f2", (dim,)) for space, path in rows.items() if path.exists()}
    lists = {space: _read_lists(folder / lists_file(space)) for space in transforms}
    return ListedBase(map_keys(folder), halves, lists, transforms)


def rows_file(space: Space) -> str:
    """Name the float16 rows of a space."""
    return f"{space}.f16"


def matrix_file(space: Space) -> str:
    """Name the float32 matrix of a space."""
    return f"{space}.f32"


def lists_file(space: Space) -> str:
    """Name the quantised lists of a space: their centres, and where each has its codes."""
    return f"{space}.faiss"


def codes_file(lists: Path) -> str:
    """Name the file of the codes beside these lists."""
    return f"{lists.stem}.codes"


def _read_lists(path: Path) -> faiss.IndexIVFPQFastScan:
    lists = faiss.read_index(str(path), faiss.IO_FLAG_SKIP_IVF_DATA | faiss.IO_FLAG_READ_ONLY)
    if not isinstance(lists, faiss.IndexIVFPQFastScan):
        raise TypeError(f"{path} holds no lists of packed codes")
    codes = faiss.downcast_InvertedLists(lists.invlists)  # type: ignore[arg-type]  # an index that was read has some
    if not isinstance(codes, faiss.OnDiskInvertedLists):
        raise TypeError(f"{path} does not leave its codes on disk")
    codes.filename = str(path.with_name(codes_file(path)))
    codes.do_mmap()
    return lists


def _map(path: Path, dtype: str, row: tuple[int, ...]) -> npt.NDArray[Any]:
    if path.stat().st_size == 0:  # an empty file cannot be mapped
        return np.empty((0, *row), dtype)
    return np.asarray(np.memmap(path, dtype, mode="r")).reshape(-1, *row)
