"""Building the files of a base from the truth, in one pass and little memory, and measuring how well it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

import faiss
import numpy as np
import numpy.typing as npt

from search.vectors.base import KEYS_FILE, PROPOSALS, codes_file, lists_file, matrix_file, rows_file
from search.vectors.port import Space, Transform, Vectors, VectorSource

FLAT_UP_TO = 30_000
"""Vectors that are scanned exactly; beyond it codes are faster (docs/adr/0011)."""

BOTH_ROWS_UP_TO = 300_000
"""Vectors of which the rows of every space are kept; beyond it all but the dense ones are computed, to save memory."""

LISTS_PER_ROOT = 2
"""Lists: twice the root of the vectors, to the power of two below."""

LISTS_SEARCHED = 0.6
"""Share of the lists that a search goes through. Forwards do not lie among debunks: with a quarter of the lists real
ones miss 5 % of their ten nearest, with this 1 %; HNSW, which walks from near to near, misses 6 % in twice the time."""

DIMENSIONS_A_CODE = 3
"""Dimensions that share four bits of a code: 64 bytes for 384 dimensions."""

TRAINING_ROWS_A_LIST = 48
TRAINING_ROUNDS = 8
"""Enough for stable lists and codes, at a third of the time of FAISS's own defaults and the same recall."""

RECALL_AT = 10
SAMPLE_QUERIES = 128
SAMPLE_NOISE = 1.0
"""Recall is measured with vectors of the base, each pushed aside by so much of its own length."""

CHUNK = 20_000
SEED = 20_261_124


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: `listed` False is exact. `recall` is recall@10 of each space as measured."""

    count: int
    listed: bool
    recall: Mapping[Space, float] = field(default_factory=dict)


def build(folder: Path, source: VectorSource, transforms: Mapping[Space, Transform], dim: int) -> Built:
    """Write the files of a base into `folder`, an empty one. Raises `OSError` when there is no room."""
    expected = source.count()
    if expected <= FLAT_UP_TO:
        return Built(_write_rows(folder, source, transforms, matrix_file, "<f4"), listed=False)
    kept = transforms if expected <= BOTH_ROWS_UP_TO else {Space.DENSE: transforms[Space.DENSE]}
    count = _write_rows(folder, source, kept, rows_file, "<f2")
    halves = np.memmap(folder / rows_file(Space.DENSE), "<f2", mode="r").reshape(count, dim)
    recall = {
        space: _write_lists(folder / lists_file(space), halves, transform) for space, transform in transforms.items()
    }
    return Built(count, listed=True, recall=recall)


def _write_rows(
    folder: Path,
    source: VectorSource,
    transforms: Mapping[Space, Transform],
    name: Callable[[Space], str],
    dtype: str,
) -> int:
    """Write keys, and the rows of each space; return how many."""
    count = 0
    with _Files(folder / KEYS_FILE, *(folder / name(space) for space in transforms)) as files:
        for keys, vectors in source.everything():
            files.write(keys.astype("<i8"), *(carry(vectors).astype(dtype) for carry in transforms.values()))
            count += len(keys)
    return count


def _write_lists(path: Path, halves: npt.NDArray[np.float16], transform: Transform) -> float:
    """Train, fill and write the lists of one space; return the recall measured."""
    count, dim = halves.shape
    chance = np.random.default_rng(SEED)
    index = _untrained(dim, 1 << int(np.log2(LISTS_PER_ROOT * np.sqrt(count))))
    index.train(transform(_sample(halves, min(count, index.nlist * TRAINING_ROWS_A_LIST), chance)))
    queries = _aside(transform(_sample(halves, min(count, SAMPLE_QUERIES), chance)), chance)
    truth = faiss.ResultHeap(len(queries), RECALL_AT, keep_max=True)
    for start in range(0, count, CHUNK):
        rows = np.ascontiguousarray(transform(halves[start : start + CHUNK].astype(np.float32)), np.float32)
        index.add(rows)
        scores, places = faiss.knn(queries, rows, RECALL_AT, metric=faiss.METRIC_INNER_PRODUCT)
        truth.add_result(scores, places + start)
    truth.finalize()
    _move_codes(index, path.with_name(codes_file(path)))
    faiss.write_index(index, str(path))
    _, found = index.search(queries, min(count, PROPOSALS))
    return float(np.mean([np.isin(true, mine).mean() for true, mine in zip(truth.I, found, strict=True)]))


def _move_codes(index: faiss.IndexIVFPQFastScan, path: Path) -> None:
    """Move the codes into a file that every process maps, instead of each holding a copy.

    FAISS maps lists of plain codes only. These come in packed blocks, and a list as long as its blocks holds them.
    """
    packed: Any = faiss.downcast_InvertedLists(index.invlists)  # type: ignore[arg-type]  # it was filled
    bytes_each = packed.block_size // packed.n_per_block
    mapped: Any = faiss.OnDiskInvertedLists()
    lists: Any = faiss.OnDiskOneListVector()  # type: ignore[attr-defined]  # its stubs forget it
    with path.open("wb") as file:
        for number in range(packed.nlist):
            one = faiss.OnDiskOneList()
            one.size = packed.list_size(number)
            one.capacity = -(-one.size // packed.n_per_block) * packed.n_per_block
            one.offset = file.tell()
            lists.push_back(one)
            if one.size:
                ids = np.zeros(one.capacity, "<i8")
                ids[: one.size] = faiss.rev_swig_ptr(packed.get_ids(number), one.size)
                file.write(faiss.rev_swig_ptr(packed.get_codes(number), one.capacity * bytes_each).data)
                file.write(ids.data)
        mapped.totsize = file.tell()
    mapped.nlist, mapped.code_size, mapped.lists = packed.nlist, bytes_each, lists
    mapped.filename, mapped.read_only = str(path), True
    mapped.do_mmap()
    mapped.filename = path.name  # is written into the index; whoever reads it knows the folder
    index.replace_invlists(mapped, own=True)
    mapped.this.disown()  # the index frees it


def _untrained(dim: int, lists: int) -> faiss.IndexIVFPQFastScan:
    parts = next(size for size in range(max(1, dim // DIMENSIONS_A_CODE), 0, -1) if dim % size == 0)
    index = faiss.IndexIVFPQFastScan(faiss.IndexFlatIP(dim), dim, lists, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.by_residual = True  # what is left after the nearest centre: a third more exact than the whole vector
    index.cp.niter = TRAINING_ROUNDS
    index.cp.spherical = True
    index.nprobe = max(1, round(lists * LISTS_SEARCHED))
    return index


def _sample(halves: npt.NDArray[np.float16], size: int, chance: np.random.Generator) -> Vectors:
    places = np.sort(chance.choice(len(halves), size, replace=False))
    return halves[places].astype(np.float32)


def _aside(vectors: Vectors, chance: np.random.Generator) -> Vectors:
    noise = chance.standard_normal(vectors.shape).astype(np.float32)
    noise *= SAMPLE_NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    moved = vectors + noise
    return np.ascontiguousarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


class _Files:
    """Several files that grow together. Written plainly, not through a memory map, where a full disk is a signal."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._files: list[BinaryIO] = [self._open.enter_context(path.open("wb")) for path in self._paths]
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def write(self, *arrays: npt.NDArray[Any]) -> None:
        for file, array in zip(self._files, arrays, strict=True):
            file.write(np.ascontiguousarray(array).data)
