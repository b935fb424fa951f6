"""Learning from confirmed links: adapter, score and probability anew, installed only where they are better."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernel.errors import Conflict, Invalid
from search.adapter import Adapter
from search.adapter.linear import Vectors
from search.adapter.training import Corpus
from search.adapter.training import train as train_adapter
from search.encoder.port import Encoder
from search.evaluation.metrics import DecisionFigures, RankingFigures, judge, measure
from search.folding import clean
from search.lessons import Link
from search.passages import EXPLANATION_CHARACTERS, passages
from search.ranking.decision import Scores
from search.ranking.features import SHORTLIST
from search.ranking.frequencies import NoFrequencies
from search.ranking.model import Origin, RankingModel, feature_fingerprint
from search.ranking.ranker import Described, bundled_background, describe
from search.ranking.training import FOLDS, Judged
from search.ranking.training import train as train_ranking
from search.service import Search
from search.serving import Serving
from search.types import Candidate, Document

LEAST_LINKS = 200
"""Confirmed links below which nothing is learned: the shipped weights know more."""


class TooFewLinks(Invalid):
    """There is too little to learn from."""

    code = "too_few_links"


class NotBetter(Conflict):
    """What was learned is no better than what serves; nothing was installed."""

    code = "not_better"


@dataclass(frozen=True, slots=True)
class Learned:
    """What training did. Both tables are of the same messages, by models that had not seen them."""

    before: RankingFigures
    after: RankingFigures
    decision: DecisionFigures
    data: str
    seed: int


def train(
    links: Iterable[Link],
    corpus: Sequence[Document],
    search: Search,
    encoder: Encoder,
    serving: Serving,
    *,
    folder: Path,
    seed: int = 1,
) -> Learned:
    """Learn from links and write `adapter.npz` and `ranking.npz` into `folder`.

    `search` holds the corpus; its candidates are what the ranking learns on, with the cosines of an adapter that had
    not seen the message. Raises `TooFewLinks`, and `NotBetter` where what serves ranks the same messages as well.
    """
    answers = _by_message(links)
    confirmed = sum(len(keys) for keys in answers.values())
    if confirmed < LEAST_LINKS:
        raise TooFewLinks(links=confirmed, needed=LEAST_LINKS)
    school = _School(corpus, encoder)
    lessons = [school.lesson(search, message, keys) for message, keys in answers.items() if passages(message)]
    blind = [school.train_adapter(lessons, seed=seed, without=fold) for fold in range(FOLDS)]
    adapter = school.train_adapter(lessons, seed=seed)
    background = bundled_background()
    described = [
        describe(one.message, school.adapted(one, blind[one.fold]), background, NoFrequencies()) for one in lessons
    ]
    trained = train_ranking([_judged(*pair) for pair in zip(lessons, described, strict=True)], seed=seed)
    relevant = [one.answers for one in lessons]
    after = measure([_ranked(*pair) for pair in zip(described, trained.scores, strict=True)], relevant)
    before = measure([_served(serving, school.adapted(one, serving.adapter), one) for one in lessons], relevant)
    decision = judge(trained.chances, trained.right, trained.chances >= trained.decision.answered_from)
    if after.mrr.mean <= before.mrr.mean:
        raise NotBetter(before=before.mrr.mean, after=after.mrr.mean)
    data = _fingerprint(answers)
    figures = {"mrr": after.mrr.mean, "map5": after.map5.mean, "hp5": after.hp5.mean, "ece": decision.ece}
    origin = Origin(data, adapter.fingerprint, feature_fingerprint(), seed, figures)
    folder.mkdir(parents=True, exist_ok=True)
    adapter.save(folder / "adapter.npz")
    RankingModel(trained.forest, trained.decision, origin).save(folder / "ranking.npz")
    return Learned(before, after, decision, data, seed)


@dataclass(frozen=True, slots=True, eq=False)
class _Lesson:
    """A message with its truth; `rows` are its debunks' vectors, `fold` is the same for all messages of a debunk."""

    message: str
    answers: frozenset[str]
    fold: int
    vector: Vectors
    rows: NDArray[np.int64]
    candidates: tuple[Candidate, ...]


class _School:
    """The corpus in vectors."""

    def __init__(self, corpus: Sequence[Document], encoder: Encoder) -> None:
        texts = [
            (document.key, text)
            for document in corpus
            for text in (document.title, document.claim, document.explanation[:EXPLANATION_CHARACTERS])
            if text.strip()
        ]
        self._encoder = encoder
        self._vectors = encoder.encode_documents([clean(text) for _, text in texts])
        self._rows: dict[str, list[int]] = {}
        for row, (key, _) in enumerate(texts):
            self._rows.setdefault(key, []).append(row)

    def lesson(self, search: Search, message: str, answers: frozenset[str]) -> _Lesson:
        """Look a message up; its vector is the one that the search made, or is made now."""
        found = search.candidates(message)
        vector = found.vector or self._encoder.encode_queries([passages(message)[0]])[0]
        rows = [row for key in sorted(answers) for row in self._rows.get(key, ())]
        return _Lesson(
            message,
            answers,
            _fold_of(answers),
            np.asarray(vector, np.float32),
            np.array(rows, np.int64),
            found.candidates,
        )

    def train_adapter(self, lessons: Sequence[_Lesson], *, seed: int, without: int | None = None) -> Adapter:
        """Train on the lessons of all folds but one, stopped where the one left out is answered best."""
        taught = [one for one in lessons if one.fold != without and len(one.rows)]
        held = [one for one in lessons if one.fold == without and len(one.rows)]
        corpus = Corpus(np.stack([one.vector for one in taught]), self._vectors, [one.rows for one in taught])
        watch = (lambda adapter: self._nearness(adapter, held)) if held else None
        return train_adapter([corpus], model_id=self._encoder.name, seed=seed, watch=watch)

    def adapted(self, lesson: _Lesson, adapter: Adapter) -> list[Candidate]:
        """Return the candidates with the cosines that an adapter gives them."""
        asked = adapter.query(lesson.vector)
        changed = []
        for one in lesson.candidates:
            rows = self._rows.get(one.document.key)
            cosine = float((adapter.document(self._vectors[rows]) @ asked).max()) if rows else None
            changed.append(replace(one, adapted=cosine))
        return changed

    def _nearness(self, adapter: Adapter, held: Sequence[_Lesson]) -> float:
        """Return the share of messages that lie nearest to a debunk of their own."""
        carried = adapter.document(self._vectors)
        asked = adapter.query(np.stack([one.vector for one in held]))
        nearest = (asked @ carried.T).argmax(axis=1)
        return float(np.mean([row in one.rows for row, one in zip(nearest, held, strict=True)]))


def _by_message(links: Iterable[Link]) -> dict[str, frozenset[str]]:
    """Gather the confirmed debunks of each message. A rejected one is a negative by not being among them."""
    gathered: dict[str, set[str]] = {}
    for link in links:
        if link.confirmed:
            gathered.setdefault(link.message, set()).add(link.document_key)
    return {message: frozenset(keys) for message, keys in sorted(gathered.items())}


def _fold_of(answers: frozenset[str]) -> int:
    """Return the fold of a message: by its first debunk, so that no debunk is learned and tested on."""
    return int(hashlib.sha256(min(answers).encode()).hexdigest(), 16) % FOLDS


def _judged(lesson: _Lesson, described: Described) -> Judged:
    right = np.array([one.document.key in lesson.answers for one in described.candidates], dtype=bool)
    return Judged(described.rows, right, described.documents, lesson.fold)


def _ranked(described: Described, scores: Scores) -> list[str]:
    return [described.candidates[row].document.key for row in np.argsort(-scores, kind="stable")]


def _served(serving: Serving, candidates: Sequence[Candidate], lesson: _Lesson) -> list[str]:
    hits = serving.ranker.rank(lesson.message, candidates, limit=SHORTLIST)
    return [hit.document.key for hit in hits]


def _fingerprint(answers: Mapping[str, frozenset[str]]) -> str:
    digest = hashlib.sha256()
    for message, keys in answers.items():
        digest.update("\x1f".join((message, *sorted(keys))).encode())
    return digest.hexdigest()[:16]
