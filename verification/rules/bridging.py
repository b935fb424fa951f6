"""Which counter-narratives help people across camps, not only one camp (CONSENSUS §5e; Wojcik et al. 2022).

A rating is mean + rater's intercept + narrative's intercept + rater's factor x narrative's factor. What the factor
explains is a camp's taste; what is left in the intercept is help that crosses camps. Below a floor of ratings there is
nothing to fit, and narratives are ordered by a plain smoothed share.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from verification.rules.parameters import PARAMETERS, BridgingNumbers, Parameters

Vector = NDArray[np.float64]
Index = NDArray[np.intp]


class Help(StrEnum):
    """An answer to "does this help?"."""

    YES = "yes"
    SOMEWHAT = "somewhat"
    NO = "no"

    @property
    def number(self) -> float:
        """The answer as the model has it, 0-1."""
        return {Help.YES: 1.0, Help.SOMEWHAT: 0.5, Help.NO: 0.0}[self]


@dataclass(frozen=True, slots=True)
class HelpRating:
    """One person's rating of one counter-narrative."""

    rater: int
    narrative: int
    help: Help


class Badge(StrEnum):
    """What the ranking says of a narrative aloud. Neither publishes nor removes anything."""

    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"


class Method(StrEnum):
    """Which rule ranked: the page shows the switch."""

    SMOOTHED_SHARE = "smoothed_share"
    BRIDGING = "bridging"


@dataclass(frozen=True, slots=True)
class RankedNarrative:
    """A narrative's place: `score` orders, the rest explains it. Intercept and factor are None without a fit."""

    narrative: int
    score: float
    ratings: int
    intercept: float | None = None
    factor: float | None = None
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """All rated narratives, best first, with the method and how many ratings it still lacks for bridging."""

    method: Method
    missing_ratings: int
    narratives: tuple[RankedNarrative, ...]


def rank(
    ratings: Sequence[HelpRating],
    *,
    distrusted: Collection[int] = (),
    had_badge: Mapping[int, Badge] | None = None,
    parameters: Parameters = PARAMETERS,
) -> Ranking:
    """Rank every narrative in `ratings`, one rating a rater and narrative.

    `distrusted` raters (gain 0, or suspended) do not count. `had_badge` is last night's result: a helpful badge is kept
    until the intercept falls below the lower border.
    """
    numbers = parameters.bridging
    trusted = [rating for rating in ratings if rating.rater not in set(distrusted)]
    per_rater = Counter(rating.rater for rating in trusted)
    fit_for = [rating for rating in trusted if per_rater[rating.rater] >= numbers.rater_ratings]
    missing = max(0, numbers.floor_ratings - len(fit_for))
    if missing:
        ranked = _by_share(trusted)
    else:
        ranked = _by_bridging(fit_for, had_badge or {}, numbers)
        fitted = {one.narrative for one in ranked}
        # Nothing is known yet of what only newcomers rated; ridge would put it at 0, the average narrative.
        unknown = Counter(rating.narrative for rating in trusted if rating.narrative not in fitted)
        ranked += [RankedNarrative(one, 0.0, count) for one, count in unknown.items()]
    ordered = sorted(ranked, key=lambda one: (-one.score, one.narrative))
    return Ranking(Method.SMOOTHED_SHARE if missing else Method.BRIDGING, missing, tuple(ordered))


def _by_share(ratings: Sequence[HelpRating]) -> list[RankedNarrative]:
    votes = Counter(rating.narrative for rating in ratings)
    helped = dict.fromkeys(votes, 0.0)
    for rating in ratings:
        helped[rating.narrative] += rating.help.number
    return [RankedNarrative(one, (helped[one] + 2) / (count + 4), count) for one, count in votes.items()]


def _by_bridging(
    ratings: Sequence[HelpRating], had_badge: Mapping[int, Badge], numbers: BridgingNumbers
) -> list[RankedNarrative]:
    raters = {rater: place for place, rater in enumerate(sorted({rating.rater for rating in ratings}))}
    narratives = {one: place for place, one in enumerate(sorted({rating.narrative for rating in ratings}))}
    fit = factorise(
        np.array([raters[rating.rater] for rating in ratings], dtype=np.intp),
        np.array([narratives[rating.narrative] for rating in ratings], dtype=np.intp),
        np.array([rating.help.number for rating in ratings]),
        numbers,
    )
    count = Counter(rating.narrative for rating in ratings)
    lean = float(fit.rater_factors.mean())
    ranked = []
    for one, place in narratives.items():
        intercept, factor = float(fit.intercepts[place]), float(fit.factors[place])
        badge = give_badge(intercept, factor, count[one], had_badge.get(one), numbers)
        ranked.append(RankedNarrative(one, intercept + lean * factor, count[one], intercept, factor, badge))
    return ranked


def give_badge(
    intercept: float, factor: float, ratings: int, had: Badge | None, numbers: BridgingNumbers = PARAMETERS.bridging
) -> Badge | None:
    """Return the badge for a narrative's fit, given the one it `had` before."""
    if ratings < numbers.badge_ratings:
        return None
    border = numbers.helpful_until if had is Badge.HELPFUL else numbers.helpful_from
    if intercept >= border and abs(factor) < numbers.helpful_factor:
        return Badge.HELPFUL
    if intercept < numbers.unhelpful_intercept + numbers.unhelpful_slope * abs(factor):
        return Badge.NOT_HELPFUL
    return None


@dataclass(frozen=True, slots=True)
class Fit:
    """A factorisation: the narratives' intercepts and factors, the raters' factors, and the loss that it reached."""

    mean: float
    intercepts: Vector
    factors: Vector
    rater_intercepts: Vector
    rater_factors: Vector
    loss: float


def factorise(rater: Index, narrative: Index, value: Vector, numbers: BridgingNumbers = PARAMETERS.bridging) -> Fit:
    """Fit the model by alternating ridge regression from several random starts and return the best.

    `rater` and `narrative` are dense indices from 0, `value` in [0, 1], all of one length. The loss is the mean squared
    error plus lambda times the *mean* square of each kind of parameter, as Community Notes' code has it.
    """
    fits = (_sweep(rater, narrative, value, numbers, np.random.default_rng(seed)) for seed in range(numbers.seeds))
    return min(fits, key=lambda fit: fit.loss)


def _sweep(rater: Index, narrative: Index, value: Vector, numbers: BridgingNumbers, random: np.random.Generator) -> Fit:
    raters, narratives, total = int(rater.max()) + 1, int(narrative.max()) + 1, len(value)
    mean = float(value.mean())
    rater_intercepts, intercepts = np.zeros(raters), np.zeros(narratives)
    rater_factors = random.normal(0, 0.1, raters)
    factors = random.normal(0, 0.1, narratives)
    for _ in range(numbers.sweeps):
        residual = value - mean - rater_intercepts[rater]
        intercepts, factors = _ridge(narrative, rater_factors[rater], residual, narratives, numbers)
        residual = value - mean - intercepts[narrative]
        rater_intercepts, rater_factors = _ridge(rater, factors[narrative], residual, raters, numbers)
        explained = rater_intercepts[rater] + intercepts[narrative] + rater_factors[rater] * factors[narrative]
        mean = float((value - explained).sum() / (total * (1 + numbers.intercept_ridge)))
    error = value - mean - explained
    loss = float((error**2).mean()) + numbers.intercept_ridge * mean**2
    for intercept, factor in ((rater_intercepts, rater_factors), (intercepts, factors)):
        loss += numbers.intercept_ridge * float((intercept**2).mean())
        loss += numbers.factor_ridge * float((factor**2).mean())
    return Fit(mean, intercepts, factors, rater_intercepts, rater_factors, loss)


def _ridge(group: Index, slope: Vector, target: Vector, groups: int, numbers: BridgingNumbers) -> tuple[Vector, Vector]:
    """Solve target ~ intercept + factor x slope within each group, all groups at once (2 x 2 normal equations)."""
    # Mean form: the ridge on one parameter is lambda x ratings / parameters of its kind.
    scale = len(target) / groups
    count = np.bincount(group, minlength=groups) + numbers.intercept_ridge * scale
    square = np.bincount(group, slope * slope, minlength=groups) + numbers.factor_ridge * scale
    cross = np.bincount(group, slope, minlength=groups)
    plain = np.bincount(group, target, minlength=groups)
    tilted = np.bincount(group, slope * target, minlength=groups)
    determinant = count * square - cross * cross
    return (square * plain - cross * tilted) / determinant, (count * tilted - cross * plain) / determinant
