"""Training the score and the probability. Needs lightgbm and scikit-learn; what they learn runs without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from search.evaluation.metrics import STATED_PRECISION
from search.ranking.decision import COMPARED, FAR, JUDGED, Decision, Scores, context
from search.ranking.features import Matrix
from search.ranking.texts import DocumentText
from search.ranking.trees import Forest, from_lightgbm

ROUNDS = 400
RANKING_SETTINGS: dict[str, Any] = {
    "objective": "lambdarank", "learning_rate": 0.04, "num_leaves": 15, "min_data_in_leaf": 50, "feature_fraction": 0.5,
    "bagging_fraction": 0.7, "bagging_freq": 1, "lambda_l2": 5.0, "lambdarank_truncation_level": 10, "verbosity": -1,
    "deterministic": True, "num_threads": 1,
}  # fmt: skip
"""Small trees, many of them, each seeing half of the features: 300 to 600 rounds were alike on the development data."""
FOLDS = 5
PENALTY = 0.1
"""scikit-learn's C of the logistic model: strong, for its features are correlated."""
RESERVE = 0.01
"""Precision asked for beyond the stated one when a threshold is chosen: new debunks are harder than old ones."""
LEAST_ANSWERED = 0.8
"""No probability below this is called answered, whatever a small sample says."""
SUGGESTED_FROM = 0.2
"""Probability from which a hit is worth a reviewer's look: one in five is right at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One message's short list in features, with the truth. `fold` keeps the messages of one debunk together."""

    rows: Matrix
    right: NDArray[np.bool_]
    documents: tuple[DocumentText, ...]
    fold: int


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What was learned on everything, and each message's scores by a model that did not see its fold."""

    forest: Forest
    decision: Decision
    scores: tuple[Scores, ...]
    chances: Scores
    """The probability of each message's first hit, out of fold."""
    right: NDArray[np.bool_]
    """Whether that first hit is an answer."""


def train(judged: Sequence[Judged], *, seed: int) -> Trained:
    """Learn score and probability."""
    folds = np.array([one.fold for one in judged])
    scores: list[Scores] = [np.zeros(0)] * len(judged)
    for fold in range(FOLDS):
        forest = _boost([one for one in judged if one.fold != fold], seed)
        for place in np.flatnonzero(folds == fold).tolist():
            scores[place] = forest.score(judged[place].rows)
    hits = [_first_hits(one, score) for one, score in zip(judged, scores, strict=True)]
    chances, right = np.zeros(len(judged)), np.array([bool(one[1][0]) for one in hits])
    for fold in range(FOLDS):
        decision = _judge([hit for hit, other in zip(hits, folds, strict=True) if other != fold], 1.0)
        for place in np.flatnonzero(folds == fold).tolist():
            chances[place] = decision.probabilities(hits[place][0][:1])[0]
    answered_from = max(threshold(chances, right, STATED_PRECISION + RESERVE), LEAST_ANSWERED)
    return Trained(_boost(judged, seed), _judge(hits, answered_from), tuple(scores), chances, right)


def threshold(chances: Scores, right: NDArray[np.bool_], precision: float) -> float:
    """Return the least probability from which first hits are right with `precision`; above 1 where none is."""
    order = np.argsort(-chances, kind="stable")
    reached = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision)
    return float(chances[order][reached[-1]]) if len(reached) else 1.1


def _boost(judged: Sequence[Judged], seed: int) -> Forest:
    data = lightgbm.Dataset(
        np.concatenate([one.rows for one in judged]),
        np.concatenate([one.right for one in judged]).astype(np.float32),
        group=[len(one.rows) for one in judged],
    )
    return from_lightgbm([lightgbm.train({**RANKING_SETTINGS, "seed": seed}, data, ROUNDS).dump_model()])


def _first_hits(one: Judged, scores: Scores) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return what the probability looks at for a message's first hits, and which of them are right."""
    order = np.argsort(-scores, kind="stable")[:COMPARED]
    placed = context(scores[order], [one.documents[row] for row in order])
    return np.hstack([placed, one.rows[order]])[:JUDGED], one.right[order][:JUDGED]


def _judge(hits: Sequence[tuple[Matrix, NDArray[np.bool_]]], answered_from: float) -> Decision:
    rows = np.concatenate([hit[0] for hit in hits]).astype(np.float64)
    right = np.concatenate([hit[1] for hit in hits])
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=PENALTY, max_iter=3_000).fit(np.clip((rows - mean) / spread, -FAR, FAR), right)
    weight = cast("NDArray[np.float64]", model.coef_[0])
    return Decision(mean, spread, weight, float(model.intercept_[0]), answered_from, SUGGESTED_FROM)
