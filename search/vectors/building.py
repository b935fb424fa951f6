"""Building the files of a base from the truth, in one pass and little memory, and measuring how well it finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self

import faiss
import numpy as np
import numpy.typing as npt

from search.vectors.base import KEYS_FILE, REFINE_LEAST, ROWS_FILE, lists_file, matrix_file
from search.vectors.port import Space, Transform, Vectors, VectorSource

FLAT_UP_TO = 30_000
"""Vectors that are scanned exactly; beyond it the lists are several times faster (docs/adr/0005)."""

LISTS_PER_ROOT = 4
"""Lists of an inverted file: four times the root of the vectors, to the power of two below."""

CODE_BYTES = 48
"""A vector's code in a list: one byte for each eight dimensions of 384."""

TRAINING_ROWS_A_LIST = 48
TRAINING_ROUNDS = 8
TRAINING_ROWS_A_CENTROID = 64
"""Enough for stable lists and codes, a ninth of the time of FAISS's own defaults at the same recall."""

RECALL_AT = 10
RECALL_WANTED = 0.99
"""Share of the true ten nearest that is found; the deepening below stops there."""

PROBES = (8, 16, 32, 64, 128, 256)
SAMPLE_QUERIES = 128
SAMPLE_NOISE = 1.0
"""Queries to measure with: vectors of the base, each pushed aside by so much of its own length:
a forward is rarely nearer to its debunk."""

CHUNK = 20_000
SEED = 20_261_124


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: `listed` False is exact. Probes and recall@10 are those of each space."""

    count: int
    listed: bool
    probes: Mapping[Space, int] = field(default_factory=dict)
    recall: Mapping[Space, float] = field(default_factory=dict)


def build(folder: Path, source: VectorSource, transforms: Mapping[Space, Transform], dim: int) -> Built:
    """Write the files of a base into `folder`, an empty one. Raises `OSError` when there is no room."""
    if source.count() <= FLAT_UP_TO:
        matrices = {space: folder / matrix_file(space) for space in transforms}
        return Built(_write_rows(folder, source, matrices, transforms), listed=False)
    count = _write_halves(folder, source)
    halves = np.memmap(folder / ROWS_FILE, "<f2", mode="r").reshape(count, dim)
    probes, recall = {}, {}
    for space, transform in transforms.items():
        probes[space], recall[space] = _write_lists(folder / lists_file(space), halves, transform)
    return Built(count, listed=True, probes=probes, recall=recall)


def _write_rows(
    folder: Path, source: VectorSource, matrices: Mapping[Space, Path], transforms: Mapping[Space, Transform]
) -> int:
    count = 0
    with _Files(folder / KEYS_FILE, *matrices.values()) as files:
        for keys, vectors in source.everything():
            files.write(keys.astype("<i8"), *(transforms[space](vectors).astype("<f4") for space in matrices))
            count += len(keys)
    return count


def _write_halves(folder: Path, source: VectorSource) -> int:
    count = 0
    with _Files(folder / KEYS_FILE, folder / ROWS_FILE) as files:
        for keys, vectors in source.everything():
            files.write(keys.astype("<i8"), vectors.astype("<f2"))
            count += len(keys)
    return count


def _write_lists(path: Path, halves: npt.NDArray[np.float16], transform: Transform) -> tuple[int, float]:
    """Train, fill and write the lists of one space; return how deep to probe and the recall measured there."""
    count, dim = halves.shape
    chance = np.random.default_rng(SEED)
    lists = 1 << int(np.log2(LISTS_PER_ROOT * np.sqrt(count)))
    index = _untrained(dim, lists)
    index.train(transform(_sample(halves, min(count, lists * TRAINING_ROWS_A_LIST), chance)))
    queries = _aside(transform(_sample(halves, min(count, SAMPLE_QUERIES), chance)), chance)
    truth = faiss.ResultHeap(len(queries), RECALL_AT, keep_max=True)
    for start, rows in _chunks(halves, transform):
        index.add(rows)
        scores, places = faiss.knn(queries, rows, RECALL_AT, metric=faiss.METRIC_INNER_PRODUCT)
        truth.add_result(scores, places + start)
    truth.finalize()
    recall = _deepen(index, queries, truth.I)
    faiss.write_index(index, str(path))
    return int(index.nprobe), recall


def _untrained(dim: int, lists: int) -> faiss.IndexIVFPQ:
    quantiser = faiss.IndexFlatIP(dim)
    index = faiss.IndexIVFPQ(quantiser, dim, lists, _code_bytes(dim), 8, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = index.pq.cp.niter = TRAINING_ROUNDS
    index.pq.cp.max_points_per_centroid = TRAINING_ROWS_A_CENTROID
    # Sorting the code book for Hamming filters, which we do not use, would take twenty times as long as all the rest.
    index.do_polysemous_training = False  # type: ignore[attr-defined]  # missing in FAISS's own stubs
    return index


def _deepen(index: faiss.IndexIVFPQ, queries: Vectors, truth: npt.NDArray[np.int64]) -> float:
    """Probe so many lists that `RECALL_WANTED` is reached, and return the recall@10 that was measured.

    What the codes propose is compared exactly later, so a true neighbour counts when it is among `REFINE_LEAST`.
    """
    recall = 0.0
    for index.nprobe in PROBES:
        _, found = index.search(queries, REFINE_LEAST)
        recall = float(np.mean([np.isin(true, mine).mean() for true, mine in zip(truth, found, strict=True)]))
        if recall >= RECALL_WANTED:
            break
    return recall


def _code_bytes(dim: int) -> int:
    """Return the largest divisor of `dim` up to `CODE_BYTES`: product quantisation cuts a vector into equal parts."""
    return next(size for size in range(min(CODE_BYTES, dim), 0, -1) if dim % size == 0)


def _sample(halves: npt.NDArray[np.float16], size: int, chance: np.random.Generator) -> Vectors:
    places = np.sort(chance.choice(len(halves), size, replace=False))
    return halves[places].astype(np.float32)


def _aside(vectors: Vectors, chance: np.random.Generator) -> Vectors:
    noise = chance.standard_normal(vectors.shape).astype(np.float32)
    noise *= SAMPLE_NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    moved = vectors + noise
    return np.ascontiguousarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def _chunks(halves: npt.NDArray[np.float16], transform: Transform) -> Iterator[tuple[int, Vectors]]:
    for start in range(0, len(halves), CHUNK):
        yield start, np.ascontiguousarray(transform(halves[start : start + CHUNK].astype(np.float32)), np.float32)


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
