"""The ranking at work: candidates in, hits with their reasons out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from search import weights
from search.adapter import Adapter
from search.guard import differences
from search.ranking.decision import COMPARED, context
from search.ranking.features import Matrix, best_passage, retrieval_features, shortlist, text_features
from search.ranking.frequencies import Background, Frequencies, NoFrequencies, weigh
from search.ranking.model import RankingModel
from search.ranking.texts import DocumentText, QueryText, read_document, read_query
from search.types import Candidate, Hit, Outcome, Retriever

MOST_TERMS = 8
"""Shared words that a hit names as its reason."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """The candidates worth reading, in features; row i of `rows` is `candidates[i]`, read as `documents[i]`."""

    query: QueryText
    candidates: tuple[Candidate, ...]
    documents: tuple[DocumentText, ...]
    rows: Matrix
    weights: dict[str, float]


class Ranker:
    """Ranks by the learned score. *Answered* is only said while the thresholds fit what produces the scores."""

    def __init__(self, model: RankingModel, background: Background, *, adapter: str) -> None:
        self.model = model
        self._background = background
        self.calibrated = model.fits(adapter)
        self.version = f"{model.origin.data}:{model.origin.adapter[:16]}:{model.origin.seed}"
        if not self.calibrated:
            _log.error(
                "search thresholds are of another adapter or other features: nothing will be called answered",
                extra={"adapter": adapter, "expected": model.origin.adapter},
            )

    @classmethod
    def bundled(cls, adapter: Adapter | None = None) -> Ranker:
        """Return the ranking that Saring ships, for the bundled adapter unless another one serves."""
        return cls.load(weights.RANKING, adapter or Adapter.bundled())

    @classmethod
    def load(cls, path: Path, adapter: Adapter) -> Ranker:
        """Return the ranking in `path`, for vectors carried over by `adapter`."""
        return cls(RankingModel.load(path), bundled_background(), adapter=adapter.fingerprint)

    def rank(
        self,
        query_text: str,
        candidates: Sequence[Candidate],
        *,
        limit: int,
        frequencies: Frequencies | None = None,
    ) -> tuple[Hit, ...]:
        """Return the best `limit` hits, best first."""
        if not candidates or limit <= 0:
            return ()
        found = describe(query_text, candidates, self._background, frequencies or NoFrequencies())
        scores = self.model.forest.score(found.rows)
        order = np.argsort(-scores, kind="stable")
        first = order[:COMPARED]
        placed = context(scores[first], [found.documents[row] for row in first])
        chances = self.model.decision.probabilities(np.hstack([placed, found.rows[first]]))
        chances = np.minimum.accumulate(chances)
        hits = [
            self._hit(query_text, found, int(row), float(chances[place]) if place < len(chances) else 0.0)
            for place, row in enumerate(order[:limit])
        ]
        return (*hits, *self._rest(query_text, candidates, found, limit - len(hits)))

    def _hit(self, query_text: str, found: Described, row: int, chance: float) -> Hit:
        candidate, text = found.candidates[row], found.documents[row]
        passage = best_passage(found.query, text, found.weights)
        shared = (passage.words if passage else found.query.words) & (text.head | text.body)
        outcome = self._outcome(chance)
        debunked = f"{candidate.document.title}. {candidate.document.claim}".strip(". ")
        matched = passage.text if passage else query_text
        apart = differences(query_text, matched, debunked) if outcome is not Outcome.NONE else ()
        return Hit(
            document=candidate.document,
            probability=chance,
            outcome=Outcome.SUGGESTED if apart and outcome is Outcome.ANSWERED else outcome,
            passage=matched,
            terms=tuple(sorted(shared, key=lambda word: (-found.weights.get(word, 0.0), word))[:MOST_TERMS]),
            retrievers=_retrievers(candidate),
            differences=apart,
        )

    def _outcome(self, chance: float) -> Outcome:
        decision = self.model.decision
        if chance >= decision.answered_from and self.calibrated:
            return Outcome.ANSWERED
        return Outcome.SUGGESTED if chance >= decision.suggested_from else Outcome.NONE

    def _rest(self, query_text: str, candidates: Sequence[Candidate], found: Described, wanted: int) -> list[Hit]:
        """Return what was found and not read closely, for those who ask for more than the short list: an evaluation."""
        if wanted <= 0:
            return []
        read = {candidate.document.key for candidate in found.candidates}
        shares = retrieval_features(candidates)[:, 1].tolist()
        order = sorted(range(len(candidates)), key=lambda place: (-shares[place], candidates[place].document.key))
        unread = [candidates[place] for place in order if candidates[place].document.key not in read]
        return [
            Hit(candidate.document, 0.0, Outcome.NONE, query_text, (), _retrievers(candidate))
            for candidate in unread[:wanted]
        ]


def describe(
    query_text: str, candidates: Sequence[Candidate], background: Background, frequencies: Frequencies
) -> Described:
    """Return the short list in features: what the ranking is trained on is what it ranks by."""
    retrieved = retrieval_features(candidates)
    kept = shortlist(retrieved)
    chosen = tuple(candidates[row] for row in kept)
    query = read_query(query_text)
    documents = tuple(read_document(candidate.folded) for candidate in chosen)
    telling = weigh(query.words.union(*(document.head for document in documents)), background, frequencies)
    rows = np.hstack([retrieved[kept], text_features(query, documents, telling)])
    return Described(query, chosen, documents, rows, telling)


def bundled_background() -> Background:
    """Return the word frequencies that Saring ships."""
    with np.load(weights.VOCABULARY) as stored:
        return Background.from_arrays(int(stored["documents"]), stored["keys"], stored["counts"])


def _retrievers(candidate: Candidate) -> tuple[Retriever, ...]:
    return tuple(retriever for retriever in Retriever if getattr(candidate, retriever.value) is not None)
