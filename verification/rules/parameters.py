"""Every number that judges, in one versioned table: value, unit and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

VERSION = "2026.1"
"""Changes with any value below; decisions keep it, so that each can be explained by the numbers of its day."""

_SECONDS = "seconds"


def _number(default: Any, unit: str, source: str) -> Any:
    return field(default=default, metadata={"unit": unit, "source": source})


@dataclass(frozen=True, slots=True)
class ConsensusNumbers:
    """Online Bayes taught by sign-off (CONSENSUS §5b)."""

    pool_prior: float = _number(50.0, "votes a verdict", "CONSENSUS §5b, a0")
    pool_prior_accuracy: float = _number(0.62, "share right, 0-1", "CONSENSUS §5b, acc0; one lay vote is .60-.73")
    class_prior: float = _number(20.0, "signed claims a verdict", "CONSENSUS §5b, cls0")
    class_floor: float = _number(0.25, "share of the largest class", "CONSENSUS §5b: each >= max/4")
    gain_prior: float = _number(4.0, "signed votes a verdict", "CONSENSUS §5b, n0")
    gain_cap: float = _number(3.0, "times an average rater", "CONSENSUS §5b, clip(0, 3)")
    reference_margin: float = _number(0.05, "share right above chance", "CONSENSUS §5b, 1/K + .05")
    pull_cap: float = _number(1.5, "natural log-odds a vote", "CONSENSUS §5b, clip to +-1.5")
    rho: float = _number(0.10, "correlation between votes", "CONSENSUS §5b, design effect")
    rho_choices: tuple[float, ...] = _number(
        (0.05, 0.075, 0.10, 0.125, 0.15, 0.175, 0.20), "correlation between votes", "CONSENSUS §5b, refit range"
    )
    rho_refit_every: int = _number(200, "signed claims", "CONSENSUS §5b")
    unproven_rater_weight: float = _number(0.5, "votes", "CONSENSUS §5b, w while n_r < 5")
    proven_after: int = _number(5, "signed votes", "CONSENSUS §5b, n_r >= 5")
    unblind_weight: float = _number(0.5, "votes", "own choice: a change of mind counts, an echo must not count in full")
    contested_from: float = _number(0.30, "share of votes wrong", "CONSENSUS §5b")
    contested_factor: float = _number(3.0, "times", "CONSENSUS §5b, m = 3")
    pool_votes_a_claim: float = _number(10.0, "votes", "CONSENSUS §5b, min(1, 10/n)")
    gold_weight: float = _number(1.0, "votes", "CONSENSUS §5c: gold votes enter C_r with m = 1")
    unproven_share: float = _number(0.5, "share of weight", "CONSENSUS §5b, BELUM_TERBUKTI")
    unproven_votes: int = _number(5, "votes", "CONSENSUS §5b, BELUM_TERBUKTI")


@dataclass(frozen=True, slots=True)
class LeaningNumbers:
    """When a leaning is shown, and when it is held back (CONSENSUS §5, decision rule)."""

    effective_votes: float = _number(5.0, "effective votes", "CONSENSUS §5, n_eff >= 5")
    weight: float = _number(3.0, "votes", "CONSENSUS §5, sum w >= 3")
    show_from: float = _number(0.80, "probability", "CONSENSUS §5")
    withdraw_below: float = _number(0.75, "probability", "CONSENSUS §5")
    proven_raters: int = _number(3, "raters", "CONSENSUS §5: if >= 3 proven")
    turnout_factor: float = _number(2.5, "times the median turnout", "CONSENSUS §5, hold")
    turnout_claims: int = _number(8, "signed claims", "CONSENSUS §5, hold: >= 8 of them")
    turnout_window: int = _number(50, "signed claims", "own choice: recent enough to follow growth")
    burst_votes: int = _number(10, "votes", "CONSENSUS §5, hold: more than 10 in 20 min")
    burst_seconds: float = _number(1200.0, _SECONDS, "CONSENSUS §5, hold: 20 min")
    linked_share: float = _number(1 / 3, "share of weight", "CONSENSUS §5, hold")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The whole table."""

    consensus: ConsensusNumbers = ConsensusNumbers()
    leaning: LeaningNumbers = LeaningNumbers()


PARAMETERS = Parameters()


@dataclass(frozen=True, slots=True)
class Row:
    """One number as the public page shows it."""

    group: str
    name: str
    value: Any
    unit: str
    source: str


def rows(parameters: Parameters = PARAMETERS) -> Iterator[Row]:
    """Yield every number of the table, group by group, in the order in which it is written."""
    for group in fields(parameters):
        numbers = getattr(parameters, group.name)
        for number in fields(numbers):
            yield Row(group.name, number.name, getattr(numbers, number.name), **number.metadata)
