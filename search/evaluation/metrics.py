"""The figures: ranking quality with bootstrap intervals, and how honest the probability is."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.folding import fold, tokens, words
from search.ranking.decision import STATED_PRECISION

CUT = 5
"""MAP@5, as CLEF CheckThat! ranks systems."""
RESAMPLES = 1_000
INTERVAL_PERCENT = 95
HARD_SHARE = 0.5
"""A message is hard where fewer of the title's words occur in it."""
BINS = 10

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its bootstrap interval over messages."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Quality of a ranking over `messages` messages."""

    messages: int
    mrr: Interval
    map5: Interval
    hp1: Interval
    hp5: Interval
    hp10: Interval


@dataclass(frozen=True, slots=True)
class DecisionFigures:
    """Is the first hit an answer? Measured over first hits.

    `recall_at_95` is the share of all messages that are answered rightly at the loosest threshold of precision .95;
    `answered_*` are those of the shipped threshold, the guard included. `curve` holds (threshold, precision, recall).
    """

    average_precision: float
    recall_at_95: float
    ece: float
    answered_precision: float
    answered_share: float
    curve: tuple[tuple[float, float, float], ...]


def is_hard(message: str, titles: Sequence[str]) -> bool:
    """Whether the message holds fewer than half of the words of every title that answers it."""
    held = set(tokens(fold(message)))
    shares = []
    for title in titles:
        asked = set(words(fold(title)))
        shares.append(len(asked & held) / len(asked) if asked else 0.0)
    return max(shares, default=0.0) < HARD_SHARE


def measure(
    rankings: Sequence[Sequence[str]], relevant: Sequence[AbstractSet[str]], *, seed: int = 0
) -> RankingFigures:
    """Return the figures of rankings, each a list of document keys, best first."""
    table = np.array([_row(*pair) for pair in zip(rankings, relevant, strict=True)], dtype=np.float64).reshape(-1, 5)
    return RankingFigures(len(table), *_intervals(table, seed))


def judge(chances: Figures, right: NDArray[np.bool_], answered: NDArray[np.bool_]) -> DecisionFigures:
    """Return the figures of the decision from each first hit's probability, truth and outcome."""
    if not len(chances):
        return DecisionFigures(0.0, 0.0, 0.0, 0.0, 0.0, ())
    order = np.argsort(-chances, kind="stable")
    found = np.cumsum(right[order])
    precision = found / np.arange(1, len(found) + 1)
    recall = found / len(found)
    sure = np.flatnonzero(precision >= STATED_PRECISION)
    marks = np.unique(np.linspace(0, len(order) - 1, 21).astype(int))
    return DecisionFigures(
        average_precision=float((precision * right[order]).sum() / max(right.sum(), 1)),
        recall_at_95=float(recall[sure[-1]]) if len(sure) else 0.0,
        ece=_calibration_error(chances, right),
        answered_precision=float(right[answered].mean()) if answered.any() else 0.0,
        answered_share=float(answered.mean()),
        curve=tuple((float(chances[order[at]]), float(precision[at]), float(recall[at])) for at in marks),
    )


def _row(ranking: Sequence[str], relevant: AbstractSet[str]) -> tuple[float, ...]:
    ranks = [rank for rank, key in enumerate(ranking, start=1) if key in relevant]
    first = ranks[0] if ranks else 0
    gained = sum(found / rank for found, rank in enumerate(ranks, start=1) if rank <= CUT)
    average = gained / min(len(relevant), CUT) if relevant else 0.0
    return (1 / first if first else 0.0, average, *(float(0 < first <= depth) for depth in (1, 5, 10)))


def _intervals(table: Figures, seed: int) -> list[Interval]:
    if not len(table):
        return [Interval(0.0, 0.0, 0.0)] * table.shape[1]
    random = np.random.default_rng(seed)
    means = np.array([table[random.integers(0, len(table), len(table))].mean(axis=0) for _ in range(RESAMPLES)])
    tail = (100 - INTERVAL_PERCENT) / 2
    low, high = np.percentile(means, [tail, 100 - tail], axis=0)
    return [Interval(*(float(part) for part in parts)) for parts in zip(table.mean(axis=0), low, high, strict=True)]


def _calibration_error(chances: Figures, right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins of probability."""
    place = np.minimum((chances * BINS).astype(int), BINS - 1)
    parts = [place == number for number in range(BINS)]
    return float(sum(part.mean() * abs(chances[part].mean() - right[part].mean()) for part in parts if part.any()))
