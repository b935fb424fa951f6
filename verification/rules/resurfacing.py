"""When an old answer is asked for again: the same hoax goes round once more, and its debunk is worth sharing anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from verification.rules.parameters import PARAMETERS, Parameters


@dataclass(frozen=True, slots=True)
class Wave:
    """How often an answer was asked for lately, against what is usual in as many days."""

    recent: int
    usual: float


def find_wave(
    asked: Mapping[date, int], *, published_on: date, today: date, parameters: Parameters = PARAMETERS
) -> Wave | None:
    """Return the new wave of an old answer, or None when it is young, or asked for as ever.

    `asked` counts questions a day; days without one may be missing. What is usual is the mean of the windows before the
    present one, as far as the answer was public then, and the present one must stand out from it by a factor and by
    more than chance: counts vary by their square root.
    """
    numbers = parameters.resurfacing
    if (today - published_on).days < numbers.old_after_days:
        return None
    recent = _sum(asked, today, numbers.window_days)
    public_days = (today - published_on).days - numbers.window_days
    windows = min(numbers.windows_before, max(1, public_days // numbers.window_days))
    begin = today - timedelta(days=numbers.window_days)
    usual = _sum(asked, begin, windows * numbers.window_days) / windows
    stands_out = recent >= numbers.factor * usual and recent >= usual + numbers.spread * math.sqrt(max(usual, 1.0))
    return Wave(recent, usual) if recent >= numbers.least and stands_out else None


def _sum(asked: Mapping[date, int], last_day: date, days: int) -> int:
    first_day = last_day - timedelta(days=days - 1)
    return sum(count for day, count in asked.items() if first_day <= day <= last_day)
