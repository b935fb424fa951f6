"""What the learned score looks at: one row of numbers for each candidate of one message.

Every feature is a share, a cosine, a rank or a small count, so that it means the same in both languages and at any size
of the installation. None tells how old, how long or how popular a debunk is, or whether it has an explanation at all:
on the development data those would predict the data set, not the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from search.ranking.texts import DocumentText, QueryText, Sentence
from search.types import Candidate

Matrix = NDArray[np.float32]

RETRIEVERS: Final = ("dense", "adapted", "words", "grams")
_RETRIEVER_FEATURES: Final = ("score", "share", "lead", "z", "rank")
_TEXT_FEATURES: Final = (
    "query_in_head", "head_in_query", "head_balance", "head_plain", "query_in_all", "query_in_body", "shared_weight",
    "grams_in_query", "grams_in_head", "grams_balance", "pairs_in_query", "pairs_in_body", "longest_run",
    "sentence_balance", "sentence_head", "sentence_grams", "sentence_body",
    "rarest_shared", "rarest_missing", "query_rarest_found", "names_found",
    "numbers_shared", "numbers_missing", "numbers_extra", "query_length", "head_length", "length_ratio",
)  # fmt: skip
FEATURES: Final = (
    *(f"{retriever}_{feature}" for retriever in RETRIEVERS for feature in _RETRIEVER_FEATURES),
    "found_by",
    *_TEXT_FEATURES,
)
"""Names of the columns, in order. Part of the model's fingerprint."""

_ABSENT_RANK = 200
_RANK_SMOOTHING = 5
_RAREST = 3
_UNKNOWN = -1.0
"""The value of a share of nothing: no names, no numbers."""


SHORTLIST = 64
"""Candidates whose texts are compared; of the development answers found at all, few stand further back."""


def shortlist(retrieval: Matrix) -> NDArray[np.intp]:
    """Return the rows worth reading, best first: by the mean of each retriever's share of its best."""
    shares = [FEATURES.index(f"{retriever}_share") for retriever in RETRIEVERS]
    return np.argsort(-retrieval[:, shares].sum(axis=1), kind="stable")[:SHORTLIST]


def retrieval_features(candidates: Sequence[Candidate]) -> Matrix:
    """Return (n, 21): for each retriever score, share, lead over the best other, z-score, rank."""
    columns: list[NDArray[np.float64]] = []
    found = np.zeros(len(candidates))
    for retriever in RETRIEVERS:
        given = [getattr(candidate, retriever) for candidate in candidates]
        known = np.array([score is not None for score in given], dtype=bool)
        columns.extend(_columns(np.array([score or 0.0 for score in given], dtype=np.float64), known))
        found += known
    columns.append(found)
    return np.stack(columns, axis=1).astype(np.float32)


def text_features(query: QueryText, documents: Sequence[DocumentText], weights: Mapping[str, float]) -> Matrix:
    """Return (n, 27): how message and debunk cover each other. `weights` knows every word of message and heads."""
    reader = _Comparison(query, weights)
    rows = [reader.row(document) for document in documents]
    return np.array(rows, dtype=np.float32).reshape(len(documents), len(_TEXT_FEATURES))


def _columns(scores: NDArray[np.float64], known: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    if not known.any():
        return [np.zeros(len(scores)) for _ in _RETRIEVER_FEATURES]
    floor = scores[known].min()
    filled = np.where(known, scores, floor)
    best = filled.max()
    second = np.partition(filled, -2)[-2] if len(filled) > 1 else floor
    span = max(best - floor, 1e-6)
    lead = filled - np.where(filled >= best, second, best)
    spread = max(float(filled.std()), 1e-6)
    order = np.empty(len(filled), dtype=np.int64)
    order[np.argsort(-filled, kind="stable")] = np.arange(len(filled))
    rank = np.where(known, order, _ABSENT_RANK)
    return [
        np.where(known, scores, 0.0),
        (filled - floor) / span,
        lead,
        (filled - filled.mean()) / spread,
        _RANK_SMOOTHING / (_RANK_SMOOTHING + rank),
    ]


class _Comparison:
    """One message, ready to be compared with many debunks."""

    def __init__(self, query: QueryText, weights: Mapping[str, float]) -> None:
        self.query = query
        self.weights = weights
        self.total = self.weight(query.words)
        self.sentence_totals = [self.weight(sentence.words) for sentence in query.sentences]
        self.rarest = frozenset(sorted(query.words, key=lambda word: -weights[word])[:_RAREST])
        self.names_total = self.weight(query.names)

    def weight(self, words: AbstractSet[str]) -> float:
        weights = self.weights
        return sum([weights[word] for word in words])

    def row(self, document: DocumentText) -> tuple[float, ...]:
        query = self.query
        head_shared = query.words & document.head
        body_shared = (query.words & document.body) - head_shared
        head_weight = self.weight(document.head)
        head_found, body_found = self.weight(head_shared), self.weight(body_shared)
        query_in_head, head_in_query = _share(head_found, self.total), _share(head_found, head_weight)
        grams_found = len(query.grams & document.grams)
        grams_in_query = _share(grams_found, len(document.grams))
        grams_in_head = _share(grams_found, len(query.grams))
        missing = document.head - head_shared
        return (
            query_in_head,
            head_in_query,
            _balance(query_in_head, head_in_query),
            _share(len(head_shared), len(document.head)),
            _share(head_found + body_found, self.total),
            _share(self.weight(query.words & document.body), self.total),
            min(head_found + body_found, 20.0),
            grams_in_query,
            grams_in_head,
            _balance(grams_in_query, grams_in_head),
            _share(len(query.pairs & document.head_pairs), len(document.head_pairs)),
            _share(len(query.pairs & document.body_pairs), len(query.pairs)),
            _share(_longest_run(document.ordered, query.pairs, query.words), len(document.ordered)),
            *self.best_sentence(document, head_weight),
            max([self.weights[word] for word in head_shared], default=0.0),
            max([self.weights[word] for word in missing], default=0.0),
            _share(len(self.rarest & (document.head | document.body)), len(self.rarest)),
            self.names_found(document),
            *_numbers(query, document),
            math.log1p(len(query.ordered)),
            math.log1p(len(document.ordered)),
            _share(len(document.head), len(document.head) + len(query.words)),
        )

    def best_sentence(self, document: DocumentText, head_weight: float) -> tuple[float, float, float, float]:
        balance = head = gram = body = 0.0
        for sentence, total in zip(self.query.sentences, self.sentence_totals, strict=True):
            shared = self.weight(sentence.words & document.head)
            balance = max(balance, _balance(_share(shared, total), _share(shared, head_weight)))
            head = max(head, _share(shared, head_weight))
            gram = max(
                gram, 2 * len(sentence.grams & document.grams) / (len(sentence.grams) + len(document.grams) or 1)
            )
            if document.body:
                body = max(body, _share(self.weight(sentence.words & document.body), total))
        return balance, head, gram, body

    def names_found(self, document: DocumentText) -> float:
        if not self.names_total:
            return _UNKNOWN
        return self.weight(self.query.names & (document.head | document.body)) / self.names_total


def best_passage(query: QueryText, document: DocumentText, weights: Mapping[str, float]) -> Sentence | None:
    """Return the sentence of the message that the debunk answers most exactly; None for a message without words."""

    def fit(sentence: Sentence) -> float:
        shared = sum(weights.get(word, 0.0) for word in sentence.words & (document.head | document.body))
        total = sum(weights.get(word, 0.0) for word in sentence.words)
        gram = 2 * len(sentence.grams & document.grams) / (len(sentence.grams) + len(document.grams) or 1)
        return _share(shared, total) * min(shared, 2.0) + gram

    return max(query.sentences, key=fit, default=None)


def _longest_run(ordered: Sequence[str], pairs: AbstractSet[tuple[str, str]], words: AbstractSet[str]) -> int:
    """Return how many words of the head, one after another, the message has one after another."""
    longest = run = 0
    previous = ""
    for word in ordered:
        run = run + 1 if run and (previous, word) in pairs else int(word in words)
        longest = max(longest, run)
        previous = word
    return longest


def _numbers(query: QueryText, document: DocumentText) -> tuple[float, float, float]:
    shared = len(query.numbers & document.numbers)
    extra = _share(len(query.numbers & document.body), len(query.numbers)) if query.numbers else _UNKNOWN
    return float(shared), float(len(document.numbers) - shared), extra


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _balance(left: float, right: float) -> float:
    return 2 * left * right / (left + right) if left + right else 0.0
