"""Signs of coordinated voting."""

from __future__ import annotations

from collections.abc import Sequence


def busiest_window(times: Sequence[float], seconds: float) -> int:
    """Return the most moments of `times` that fall within any `seconds` (both ends included)."""
    ordered = sorted(times)
    most = start = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[start] > seconds:
            start += 1
        most = max(most, end - start + 1)
    return most
