"""Evaluating on the production path: a real `Search` over a temporary database, nothing of the installation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kernel.clock import SystemClock
from kernel.db import Base, Database
from search import documents
from search.adapter import Adapter
from search.encoder.port import EncoderSettings
from search.encoding import Progress
from search.evaluation.files import Collection
from search.evaluation.metrics import DecisionFigures, RankingFigures, is_hard, judge, measure
from search.service import Ranker, Search
from search.types import FIRST_STAGE_DEPTH, Candidate, Document, Hit, Outcome, Retriever

WRITE_BATCH = 1_000
PATIENT = EncoderSettings(wait_seconds=120.0)
"""An evaluation waits for the encoder: it measures quality, and a busy machine must not change it."""
START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a whole search, one query at a time, the encoding included."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a collection says of the matching. `retrievers` has a table for each retriever alone."""

    collection: str
    documents: int
    ranking: RankingFigures
    hard: RankingFigures
    retrievers: dict[str, RankingFigures]
    decision: DecisionFigures
    latency: Latency


@dataclass(frozen=True, slots=True)
class Asked:
    """One message's answer, kept for the figures."""

    candidates: tuple[Candidate, ...]
    hits: tuple[Hit, ...]
    milliseconds: float


def evaluate(
    collection: Collection,
    ranker: Ranker,
    *,
    adapter: Adapter | None,
    settings: EncoderSettings = PATIENT,
    run_out: Path | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure `ranker` on a collection; `run_out` receives the first 100 of each message as a TREC run."""
    with temporary_search(
        collection.documents, ranker, adapter=adapter, settings=settings, progress=progress
    ) as search:
        asked = [_ask(search, ranker, message.text) for message in collection.messages]
    if run_out is not None:
        run_out.write_text("".join(_trec_lines(collection, asked)), encoding="utf-8")
    return _figures(collection, asked)


@contextmanager
def temporary_search(
    corpus: Iterable[Document],
    ranker: Ranker,
    *,
    adapter: Adapter | None,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Iterator[Search]:
    """Open a search over a corpus in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="saring-evaluate-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'evaluate.sqlite3'}")
        search = Search(database, folder, settings, ranker, adapter=adapter)
        try:
            with database.write() as session:
                Base.metadata.create_all(session.connection())
            _fill(database, tuple(corpus))
            search.encode_pending(progress)
            search.start(wait_seconds=START_SECONDS)
            yield search
        finally:
            search.close()
            database.dispose()


def _fill(database: Database, corpus: Sequence[Document]) -> None:
    for start in range(0, len(corpus), WRITE_BATCH):
        with database.write() as session:
            documents.put_many(session, corpus[start : start + WRITE_BATCH], now=SystemClock().now())


def _ask(search: Search, ranker: Ranker, text: str) -> Asked:
    began = time.perf_counter()
    found = search.candidates(text)
    hits = ranker.rank(text, found.candidates, limit=FIRST_STAGE_DEPTH)
    return Asked(found.candidates, hits, 1_000 * (time.perf_counter() - began))


def _figures(collection: Collection, asked: Sequence[Asked]) -> Evaluation:
    relevant = [collection.answers[message.key] for message in collection.messages]
    titles = {document.key: document.title for document in collection.documents}
    hard = [
        is_hard(message.text, [titles[key] for key in keys])
        for message, keys in zip(collection.messages, relevant, strict=True)
    ]
    rankings = [[hit.document.key for hit in one.hits] for one in asked]
    first = [(one.hits[0], keys) for one, keys in zip(asked, relevant, strict=True) if one.hits]
    times = [one.milliseconds for one in asked] or [0.0]
    return Evaluation(
        collection=collection.fingerprint,
        documents=len(collection.documents),
        ranking=measure(rankings, relevant),
        hard=measure(
            [ranking for ranking, is_one in zip(rankings, hard, strict=True) if is_one],
            [keys for keys, is_one in zip(relevant, hard, strict=True) if is_one],
        ),
        retrievers={
            retriever.value: measure([_alone(one.candidates, retriever) for one in asked], relevant)
            for retriever in Retriever
        },
        decision=judge(
            np.array([hit.probability for hit, _ in first]),
            np.array([hit.document.key in keys for hit, keys in first], dtype=bool),
            np.array([hit.outcome is Outcome.ANSWERED for hit, _ in first], dtype=bool),
        ),
        latency=Latency(float(np.median(times)), float(np.percentile(times, 95))),
    )


def _alone(candidates: Sequence[Candidate], retriever: Retriever) -> list[str]:
    """Return the candidates as one retriever would rank them."""
    scored = [(getattr(candidate, retriever.value), candidate.document.key) for candidate in candidates]
    known = [(score, key) for score, key in scored if score is not None]
    return [key for _, key in sorted(known, key=lambda pair: (-pair[0], pair[1]))[:FIRST_STAGE_DEPTH]]


def _trec_lines(collection: Collection, asked: Sequence[Asked]) -> Iterator[str]:
    """Yield the run; the score falls with the rank, so that a tool that sorts by it keeps the order."""
    for message, one in zip(collection.messages, asked, strict=True):
        for rank, hit in enumerate(one.hits, start=1):
            yield f"{message.key} Q0 {hit.document.key} {rank} {hit.probability + 1 / rank:.6f} saring\n"
