"""Who works on what: half of the ballots are given out by lot, because an attacker must not pick (CONSENSUS §5d)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from verification.rules.parameters import PARAMETERS, Parameters


def may_choose(*, by_lot: int, chosen: int, parameters: Parameters = PARAMETERS) -> bool:
    """Return whether somebody may pick one more case themselves, after so many that came by lot and by choice.

    What is handed over by a colleague counts as neither.
    """
    numbers = parameters.queue
    earned = by_lot * (1 - numbers.random_ballot_share) / numbers.random_ballot_share
    return chosen < earned + numbers.choices_ahead


def draw(weights: Sequence[float], chance: float) -> int:
    """Return the place that `chance` (in [0, 1)) falls on when each place is as wide as its weight (> 0).

    Raises ValueError on no weights.
    """
    if not weights:
        raise ValueError("nothing to draw from")
    sums = list(accumulate(weights))
    mark = chance * sums[-1]
    return next((place for place, end in enumerate(sums) if mark < end), len(weights) - 1)
