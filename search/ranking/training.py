"""Training the score and the probability. Needs lightgbm and scikit-learn; what they learn runs without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from search.ranking.decision import (
    COMPARED,
    FAR,
    JUDGED,
    JUDGED_WITHOUT_ERROR,
    STATED_PRECISION,
    Decision,
    Scores,
    context,
)
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
MORE_ROUNDS = 40
"""Trees added to a base; more of them forget what many thousands of messages had taught."""
PENALTY = 0.1
"""scikit-learn's C of the logistic model: strong, for its features are correlated."""
RESERVE = 0.01
"""Precision asked for beyond the stated one when a threshold is chosen: new debunks are harder than old ones."""
LEAST_ANSWERED = 0.9
"""No probability below this is called answered, whatever a sample says: on debunks later than any that were learned
from, .8 was right 93 times in 100 where it had been 96 in the sample."""
SUGGESTED_FROM = 0.2
"""Probability from which a hit is worth a reviewer's look: one in five is right at least."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One message's short list in features, with the truth.

    `fold` keeps the messages of one debunk together; `is_latest` marks those that stand for what comes next.
    """

    rows: Matrix
    right: NDArray[np.bool_]
    documents: tuple[DocumentText, ...]
    fold: int
    is_latest: bool = False


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


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What is learned on where there is too little to begin anew: more trees over `forest`, `decision` recalibrated."""

    forest: Forest
    decision: Decision


def train(judged: Sequence[Judged], *, seed: int, base: Base | None = None) -> Trained:
    """Learn score and probability, anew or on a base."""
    folds = np.array([one.fold for one in judged])
    scores: list[Scores] = [np.zeros(0)] * len(judged)
    for fold in np.unique(folds).tolist():
        forest = _boost([one for one in judged if one.fold != fold], seed, base)
        for place in np.flatnonzero(folds == fold).tolist():
            scores[place] = forest.score(judged[place].rows)
    hits = [_first_hits(one, score) for one, score in zip(judged, scores, strict=True)]
    chances, right = np.zeros(len(judged)), np.array([bool(one[1][0]) for one in hits])
    for fold in np.unique(folds).tolist():
        decision = _judge([hit for hit, other in zip(hits, folds, strict=True) if other != fold], 1.0, base)
        for place in np.flatnonzero(folds == fold).tolist():
            chances[place] = decision.probabilities(hits[place][0][:1])[0]
    answered_from = safe_threshold(chances, right, np.array([one.is_latest for one in judged], dtype=bool))
    return Trained(_boost(judged, seed, base), _judge(hits, answered_from, base), tuple(scores), chances, right)


def first_chance(one: Judged, scores: Scores, decision: Decision) -> float:
    """Return the probability that the first hit of a message is an answer; 0 where nothing was found."""
    return float(decision.probabilities(_first_hits(one, scores)[0][:1])[0]) if len(scores) else 0.0


def safe_threshold(chances: Scores, right: NDArray[np.bool_], latest: NDArray[np.bool_]) -> float:
    """Return the probability from which first hits are called answered: precise over all and over the latest alone."""
    asked = STATED_PRECISION + RESERVE
    over_all = threshold(chances, right, asked)
    over_latest = threshold(chances[latest], right[latest], asked) if latest.any() else 0.0
    return max(over_all, over_latest, LEAST_ANSWERED)


def threshold(chances: Scores, right: NDArray[np.bool_], precision: float) -> float:
    """Return the least probability from which first hits are right with `precision`; above 1 where none is."""
    order = np.argsort(-chances, kind="stable")
    reached = np.flatnonzero(np.cumsum(right[order]) / np.arange(1, len(order) + 1) >= precision)
    return float(chances[order][reached[-1]]) if len(reached) else 1.1


def _boost(judged: Sequence[Judged], seed: int, base: Base | None) -> Forest:
    rows = np.concatenate([one.rows for one in judged])
    data = lightgbm.Dataset(
        rows,
        np.concatenate([one.right for one in judged]).astype(np.float32),
        group=[len(one.rows) for one in judged],
        init_score=base.forest.score(rows) if base else None,
    )
    rounds = MORE_ROUNDS if base else ROUNDS
    trees = from_lightgbm([lightgbm.train({**RANKING_SETTINGS, "seed": seed}, data, rounds).dump_model()])
    return base.forest.with_more(trees) if base else trees


def _first_hits(one: Judged, scores: Scores) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return what the probability looks at for a message's first hits, and which of them are right."""
    order = np.argsort(-scores, kind="stable")[:COMPARED]
    placed = context(scores[order], [one.documents[row] for row in order])
    return np.hstack([placed, one.rows[order]])[:JUDGED_WITHOUT_ERROR], one.right[order][:JUDGED_WITHOUT_ERROR]


def _judge(
    hits: Sequence[tuple[Matrix, NDArray[np.bool_]]], answered_from: float, base: Base | None = None
) -> Decision:
    depth = JUDGED if len({bool(hit[1][0]) for hit in hits}) > 1 else JUDGED_WITHOUT_ERROR
    found = np.concatenate([hit[0][:depth] for hit in hits])
    right = np.concatenate([hit[1][:depth] for hit in hits])
    if base:
        return _recalibrated(base.decision, found, right, answered_from)
    rows = found.astype(np.float64)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    model = LogisticRegression(C=PENALTY, max_iter=3_000).fit(np.clip((rows - mean) / spread, -FAR, FAR), right)
    weight = cast("NDArray[np.float64]", model.coef_[0])
    return Decision(mean, spread, weight, float(model.intercept_[0]), answered_from, SUGGESTED_FROM)


def _recalibrated(base: Decision, rows: Matrix, right: NDArray[np.bool_], answered_from: float) -> Decision:
    """Fit two numbers, slope and shift of the log-odds (Platt); too few to be wrong about on a few hundred hits."""
    chances = np.clip(base.probabilities(rows), 1e-6, 1 - 1e-6)
    odds = np.log(chances / (1 - chances))
    model = LogisticRegression().fit(odds[:, None], right)
    slope, shift = float(model.coef_[0][0]), float(model.intercept_[0])
    return Decision(
        base.mean, base.spread, base.weight * slope, base.bias * slope + shift, answered_from, base.suggested_from
    )
