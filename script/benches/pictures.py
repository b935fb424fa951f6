"""What finding a picture again costs, and how that grows: `script/bench pictures [SIZE…]`, by default 10000 100000.

Each size is a database of random PDQ hashes in a temporary folder. Every question is a kept hash with some bits turned,
beside a plain scan by numpy over the same hashes in the same run; one that is lost counts against the recall.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert

from kernel.db import Base, Database
from search import changes
from search.models import SearchPicture
from search.pictures import HASH_BYTES, SAME_WITHIN, PictureIndex, put_picture

QUESTIONS = 200
TURNED = 25
"""Bits that a question differs in from the hash that is to be found."""
CHANGES = 1_000
BATCH = 10_000

Hashes = NDArray[np.uint8]


def main(sizes: list[int]) -> None:
    faiss.omp_set_num_threads(1)
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="saring-bench-") as folder:
            _print_size(size, Path(folder))


def _print_size(size: int, folder: Path) -> None:
    kept = np.random.default_rng(1).integers(0, 256, (size, HASH_BYTES), np.uint8)
    database = Database(f"sqlite:///{folder / 'bench.sqlite'}")
    Base.metadata.create_all(database.engine)
    for start in range(0, size, BATCH):
        _write(database, kept[start : start + BATCH], start)
    index = PictureIndex(database)
    begun = time.perf_counter()
    index.count()
    print(f"\n{size:,} pictures: read from the database in {time.perf_counter() - begun:.2f} s", flush=True)

    places = np.random.default_rng(2).integers(0, size, QUESTIONS)
    asked = [_turned(kept[place]) for place in places]
    found = [index.find_same(question.tobytes(), quality=100) for question in asked]
    right = [f"p{place}" in {same.key for same in hits} for place, hits in zip(places, found, strict=True)]
    scan = _timed(lambda question: _scan(kept, question), asked)
    _print_row("plain scan by numpy", scan, scan)
    _print_row("find_same", _timed(lambda question: index.find_same(question.tobytes(), quality=100), asked), scan)
    print(f"  recall within {SAME_WITHIN} bits {np.mean(right):.4f}")

    _write(database, np.random.default_rng(3).integers(0, 256, (CHANGES, HASH_BYTES), np.uint8), size)
    begun = time.perf_counter()
    index.count()
    print(f"  catch-up of {CHANGES:,} new pictures {1_000 * (time.perf_counter() - begun):.1f} ms")
    with database.write() as session:
        put_picture(session, "late", pdq=bytes(HASH_BYTES))
    begun = time.perf_counter()
    hits = index.find_same(bytes(HASH_BYTES), quality=100)
    taken = 1_000 * (time.perf_counter() - begun)
    print(f"  a new picture: {'found' if hits else 'NOT found'} by the next question, {taken:.1f} ms")
    database.dispose()


def _write(database: Database, hashes: Hashes, start: int) -> None:
    with database.write() as session:
        changes.lock(session)
        first = changes.draw(session, len(hashes))
        rows = [
            {"key": f"p{start + place}", "pdq": row.tobytes(), "deleted": False, "change_id": first + place}
            for place, row in enumerate(hashes)
        ]
        session.execute(insert(SearchPicture), rows)


def _turned(row: Hashes) -> Hashes:
    bits = np.unpackbits(row)
    bits[np.random.default_rng(int(row[0])).choice(len(bits), TURNED, replace=False)] ^= 1
    return np.packbits(bits)


def _scan(kept: Hashes, question: Hashes) -> NDArray[np.intp]:
    return np.flatnonzero(np.bitwise_count(kept ^ question).sum(axis=1) <= SAME_WITHIN)


def _timed(work: Callable[[Hashes], object], questions: Sequence[Hashes]) -> list[float]:
    """Return milliseconds for each question, the first ten being practice."""
    taken = []
    for question in (*questions[:10], *questions):
        begun = time.perf_counter()
        work(question)
        taken.append(1_000 * (time.perf_counter() - begun))
    return taken[10:]


def _print_row(name: str, taken: list[float], scan: list[float]) -> None:
    middle, high = np.median(taken), np.quantile(taken, 0.95)
    ratio = middle / np.median(scan)
    print(f"  {name:22} median {middle:8.2f} ms  p95 {high:8.2f} ms   x scan {ratio:.2f}", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
