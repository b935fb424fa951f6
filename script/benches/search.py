"""What a search costs beside its encoder, and how that grows: `script/bench search [SIZE…]`, by default 10000 100000.

Each size is a database of made-up debunks in a temporary folder, searched on the production path with the shipped
weights; the encoder is stood for by ready vectors, and the real one is timed in the same run. A size of 1000000 takes
half an hour and 5 GB of disk.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import faiss
import numpy as np

from kernel.db import Base, Database
from script.benches.parts.corpus import QUERY_WORDS, Corpus, write
from search.encoder.nano import NanoEncoder
from search.encoder.port import Encoder, EncoderSettings, Matrix
from search.folding import fold, grams, words
from search.service import Search
from search.serving import serving
from search.types import Document
from search.vectors.port import Space, Vectors, document_ids

QUERIES = 100
RECALL_QUERIES = 200
CHANGES = 10_000
WAIT_SECONDS = 3_600.0
IMPORTED = 192
"""Texts encoded through the database and without it."""


@dataclass
class ReadyVectors:
    """An encoder that has the vectors already. It bears the real one's name, so that the shipped adapter fits it."""

    vectors: Vectors
    name: str = NanoEncoder.name
    revision: str = "bench"
    dim: int = 384
    asked: int = field(default=0)

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        self.asked += len(texts)
        return self.vectors[np.arange(self.asked - len(texts), self.asked) % len(self.vectors)]

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return self.encode_queries(texts)


def main(sizes: list[int]) -> None:
    faiss.omp_set_num_threads(1)
    real = NanoEncoder()
    _print_import(real)
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="saring-bench-") as folder:
            _print_size(size, real, Path(folder))


def _print_size(size: int, real: Encoder, folder: Path) -> None:
    corpus = Corpus(size, real.dim)
    queries = corpus.titles(QUERIES, seed=7, words=QUERY_WORDS)
    encoder = ReadyVectors(corpus.vectors(RECALL_QUERIES, seed=8))
    database = _filled(corpus, encoder, folder)
    print(f"\n{size:,} debunks", flush=True)
    first, seconds = _started(database, folder, encoder)
    print(f"  built from the database in {seconds:.1f} s")
    search, seconds = _started(database, folder, encoder)
    print(f"  cold start from files     {seconds:8.2f} s")

    encode = _timed(lambda text: real.encode_queries([text]), queries)
    beside = _timed(search.search, queries)
    _print_row("one query encode", encode, encode)
    _print_row("all else", beside, encode)
    for name, stage in _stages(search).items():
        _print_row(f"  {name}", _timed(stage, queries), encode)
    _print_rivals(corpus, queries, encoder, encode)
    print(f"  recall@10 of the dense index {_recall(search, corpus, encoder):.4f}")
    _print_freshness(database, corpus, encoder, [first, search])
    first.close()
    search.close()
    database.dispose()


def _filled(corpus: Corpus, encoder: Encoder, folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'bench.sqlite'}")
    Base.metadata.create_all(database.engine)
    for start, titles, vectors in corpus.batches():
        write(database, encoder, start, titles, vectors)
    return database


def _started(database: Database, folder: Path, encoder: Encoder) -> tuple[Search, float]:
    """Start search in what stands for a process, and time it until both indexes are true."""
    served = serving(folder / "weights")
    search = Search(
        database, folder, EncoderSettings(), served.ranker, adapter=served.adapter, load_encoder=lambda _: encoder
    )  # fmt: skip
    begun = time.perf_counter()
    if not search.start(wait_seconds=WAIT_SECONDS):
        raise SystemExit("search did not come up")
    return search, time.perf_counter() - begun


def _stages(search: Search) -> dict[str, Callable[[str], object]]:
    """Return the stages that can be asked for alone; the rest is fetching and ranking."""
    indexes = search._indexes  # noqa: SLF001 - a bench may look inside
    return {
        "words and grams": lambda text: indexes.find_words(fold(text)),
        "vectors, both spaces": lambda text: indexes.ask((text,))().nearest(),
        "candidates": search.candidates,
    }


def _print_rivals(corpus: Corpus, queries: list[str], encoder: ReadyVectors, encode: list[float]) -> None:
    import bm25s

    vectors = np.concatenate([batch for _, _, batch in corpus.batches()])
    flat = _timed(lambda text: faiss.knn(encoder.encode_queries([text]), vectors, 10, metric=1), queries)
    _print_row("plain FAISS flat, one space", flat, encode)
    for name, terms in (("words", words), ("grams", grams)):
        model = bm25s.BM25(k1=1.2, b=0.75)
        texts = [terms(title) for _, titles, _ in corpus.batches() for title in titles]
        model.index(texts, show_progress=False)
        one = _timed(
            lambda text, model=model, terms=terms: model.retrieve([terms(fold(text))], k=10, show_progress=False),
            queries,
        )
        _print_row(f"bm25s over {name}", one, encode)


def _recall(search: Search, corpus: Corpus, encoder: ReadyVectors) -> float:
    dense = search._indexes._dense  # noqa: SLF001 - a bench may look inside
    assert dense is not None  # noqa: S101 - it has been searched
    best = faiss.ResultHeap(RECALL_QUERIES, 10, keep_max=True)
    for start, _, vectors in corpus.batches():
        scores, places = faiss.knn(encoder.vectors, vectors, 10, metric=faiss.METRIC_INNER_PRODUCT)
        best.add_result(scores, places + start)
    best.finalize()
    found = [document_ids(dense.index.search(Space.DENSE, query, limit=10).keys) - 1 for query in encoder.vectors]
    return float(np.mean([np.isin(true, mine).mean() for true, mine in zip(best.I, found, strict=True)]))


def _print_freshness(database: Database, corpus: Corpus, encoder: Encoder, everywhere: list[Search]) -> None:
    title = "zamrud kuarsa obsidian"
    begun = time.perf_counter()
    write(database, encoder, corpus.size, [title], corpus.vectors(1, seed=9))
    committed = time.perf_counter()
    for search in everywhere:
        while not (hits := search.search(title).hits) or hits[0].document.title != title:
            pass
    done = time.perf_counter()
    print(
        f"  a new debunk: written in {committed - begun:.3f} s, found by every process {done - committed:.3f} s later"
    )
    write(database, encoder, corpus.size + 1, corpus.titles(CHANGES, seed=10), corpus.vectors(CHANGES, seed=11))
    begun = time.perf_counter()
    everywhere[0].catch_up()
    print(f"  catch-up of {CHANGES:,} new debunks with vectors {time.perf_counter() - begun:.2f} s", flush=True)


def _print_import(real: Encoder) -> None:
    """Encode the same texts through the database and without it."""
    corpus = Corpus(IMPORTED, real.dim)
    texts = corpus.titles(IMPORTED, seed=12, words=QUERY_WORDS)
    with tempfile.TemporaryDirectory(prefix="saring-bench-") as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite")
        Base.metadata.create_all(database.engine)
        served = serving(Path(folder))
        search = Search(database, Path(folder), EncoderSettings(), served.ranker, load_encoder=lambda _: real)
        alone, through = [], []
        for half in range(2):  # in turn, because the machine is not ours alone
            part = texts[half * IMPORTED // 2 : (half + 1) * IMPORTED // 2]
            begun = time.perf_counter()
            real.encode_documents(part)
            alone.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            _put(database, part, half)
            search.encode_pending()
            through.append(time.perf_counter() - begun)
        print(
            f"import: {IMPORTED / sum(through):.1f} texts/s, {sum(alone) / sum(through):.0%} of the encoder's own speed"
        )
        database.dispose()


def _put(database: Database, texts: list[str], half: int) -> None:
    from datetime import UTC, datetime

    from search import documents

    rows = [Document(key=f"{half}:{place}", title=text) for place, text in enumerate(texts)]
    with database.write() as session:
        documents.put_many(session, rows, now=datetime.now(UTC))


def _timed(work: Callable[[str], object], texts: list[str]) -> list[float]:
    """Return milliseconds for each text, the first ten being practice."""
    taken = []
    for text in (*texts[:10], *texts):
        begun = time.perf_counter()
        work(text)
        taken.append(1_000 * (time.perf_counter() - begun))
    return taken[10:]


def _print_row(name: str, taken: list[float], encode: list[float]) -> None:
    middle, high = np.median(taken), np.quantile(taken, 0.95)
    ratio = middle / np.median(encode), high / np.quantile(encode, 0.95)
    print(
        f"  {name:28} median {middle:8.2f} ms  p95 {high:8.2f} ms   x encode {ratio[0]:.2f} / {ratio[1]:.2f}",
        flush=True,
    )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
