"""Evaluating on the production path: a real `Search` over a temporary database, nothing of the installation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernel.clock import SystemClock
from kernel.db import Base, Database
from search import documents
from search.adapter import Adapter
from search.encoder import choice
from search.encoder.port import EncoderSettings, LoadEncoder
from search.encoding import Progress
from search.evaluation.files import Collection
from search.evaluation.metrics import DecisionFigures, RankingFigures, is_hard, judge, measure
from search.passages import passages
from search.ranking.features import retrieval_features, shortlist
from search.service import Ranker, Search
from search.serving import Serving
from search.types import FIRST_STAGE_DEPTH, Candidate, Document, Hit, Outcome, Retriever

WRITE_BATCH = 1_000
PATIENT = EncoderSettings(wait_seconds=120.0)
"""An evaluation waits for the encoder: it measures quality, and a busy machine must not change it."""
START_SECONDS = 300.0
TIMED = 200
"""Messages of which latency is measured."""
SHOWN = 10
"""Hits that a page shows; more of them cost more."""
REPORTED_EVERY = 100
PLAIN_MEAN = "plain mean"


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    median: float
    p95: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Of `messages` messages, one at a time: a whole search, and its two parts. They overlap in a web process."""

    messages: int
    whole: Spread
    encoding: Spread
    beside: Spread


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a collection says of the matching. `retrievers` has a table for each retriever alone and their plain mean.

    `learned_from` messages are among those that the weights learned from: on them it looks better than it is.
    """

    collection: str
    weights: str
    learned_from: int
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


def evaluate(
    collection: Collection,
    serving: Serving,
    *,
    load_encoder: LoadEncoder = choice.load,
    settings: EncoderSettings = PATIENT,
    run_out: Path | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Measure what serves on a collection; `run_out` receives the first 100 of each message as a TREC run.

    `load_encoder` may use every core and remember (search.encoder.remembering). Latency is measured apart, on
    `TIMED` messages, with the encoder and the queue that a web process has.
    """
    ranker = serving.ranker
    with temporary_search(
        collection.documents, ranker, adapter=serving.adapter, load_encoder=load_encoder, settings=settings,
        progress=progress,
    ) as search:  # fmt: skip
        asked = []
        for done, message in enumerate(collection.messages, start=1):
            asked.append(_ask(search, ranker, message.text))
            if progress and done % REPORTED_EVERY == 0:
                progress(done, len(collection.messages))
        latency = _latency(search, ranker, collection, settings)
    if run_out is not None:
        run_out.write_text("".join(_trec_lines(collection, asked)), encoding="utf-8")
    return _figures(collection, serving, asked, latency)


@contextmanager
def temporary_search(
    corpus: Iterable[Document],
    ranker: Ranker,
    *,
    adapter: Adapter | None,
    load_encoder: LoadEncoder = choice.load,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Iterator[Search]:
    """Open a search over a corpus in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="saring-evaluate-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'evaluate.sqlite3'}")
        search = Search(database, folder, settings, ranker, adapter=adapter, load_encoder=load_encoder)
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
    found = search.candidates(text)
    return Asked(found.candidates, ranker.rank(text, found.candidates, limit=FIRST_STAGE_DEPTH))


def _latency(search: Search, ranker: Ranker, collection: Collection, settings: EncoderSettings) -> Latency:
    """Time some messages one by one, spread over the collection: everything but the encoder, then the encoder."""
    timed = collection.messages[:: max(1, len(collection.messages) // TIMED)][:TIMED]
    bare = choice.load(settings)
    beside, encoding = [], []
    for message in timed:
        began = time.perf_counter()
        ranker.rank(message.text, search.candidates(message.text).candidates, limit=SHOWN)
        beside.append(1_000 * (time.perf_counter() - began))
        began = time.perf_counter()
        bare.encode_queries(passages(message.text))
        encoding.append(1_000 * (time.perf_counter() - began))
    return Latency(len(timed), _spread(np.add(beside, encoding)), _spread(encoding), _spread(beside))


def _spread(taken: Sequence[float] | NDArray[np.float64]) -> Spread:
    return Spread(float(np.median(taken)), float(np.quantile(taken, 0.95))) if len(taken) else Spread(0.0, 0.0)


def _figures(collection: Collection, serving: Serving, asked: Sequence[Asked], latency: Latency) -> Evaluation:
    relevant = [collection.answers[message.key] for message in collection.messages]
    titles = {document.key: document.title for document in collection.documents}
    hard = [
        is_hard(message.text, [titles[key] for key in keys])
        for message, keys in zip(collection.messages, relevant, strict=True)
    ]
    rankings = [[hit.document.key for hit in one.hits] for one in asked]
    first = [(one.hits[0], keys) for one, keys in zip(asked, relevant, strict=True) if one.hits]
    learned_from = [serving.reciprocal_rank(message.text) is not None for message in collection.messages]
    return Evaluation(
        collection=collection.fingerprint,
        weights=serving.ranker.model.origin.data,
        learned_from=sum(learned_from),
        documents=len(collection.documents),
        ranking=measure(rankings, relevant),
        hard=measure(
            [ranking for ranking, is_one in zip(rankings, hard, strict=True) if is_one],
            [keys for keys, is_one in zip(relevant, hard, strict=True) if is_one],
        ),
        retrievers={
            **{
                retriever.value: measure([alone(one.candidates, retriever) for one in asked], relevant)
                for retriever in Retriever
            },
            PLAIN_MEAN: measure([plain_mean(one.candidates) for one in asked], relevant),
        },
        decision=judge(
            np.array([hit.probability for hit, _ in first]),
            np.array([hit.document.key in keys for hit, keys in first], dtype=bool),
            np.array([hit.outcome is Outcome.ANSWERED for hit, _ in first], dtype=bool),
        ),
        latency=latency,
    )


def alone(candidates: Sequence[Candidate], retriever: Retriever) -> list[str]:
    """Return the candidates as one retriever would rank them."""
    scored = [(getattr(candidate, retriever.value), candidate.document.key) for candidate in candidates]
    known = [(score, key) for score, key in scored if score is not None]
    return [key for _, key in sorted(known, key=lambda pair: (-pair[0], pair[1]))[:FIRST_STAGE_DEPTH]]


def plain_mean(candidates: Sequence[Candidate]) -> list[str]:
    """Return the candidates by the mean of each retriever's share of its best: fusion without learning."""
    if not candidates:
        return []
    return [candidates[row].document.key for row in shortlist(retrieval_features(candidates))]


def _trec_lines(collection: Collection, asked: Sequence[Asked]) -> Iterator[str]:
    """Yield the run; the score falls with the rank, so that a tool that sorts by it keeps the order."""
    for message, one in zip(collection.messages, asked, strict=True):
        for rank, hit in enumerate(one.hits, start=1):
            yield f"{message.key} Q0 {hit.document.key} {rank} {hit.probability + 1 / rank:.6f} saring\n"
