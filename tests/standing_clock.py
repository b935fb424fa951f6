"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""When every test begins: a Tuesday morning, 16:00 in Jakarta."""


class StandingClock:
    """A `kernel.clock.Clock` whose time only `set` and `advance` change."""

    def __init__(self, moment: datetime = START) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def set(self, moment: datetime) -> None:
        """Jump to an aware moment."""
        if moment.tzinfo is None:
            raise ValueError(f"naive datetime {moment!r}")
        self._moment = moment.astimezone(UTC)

    def advance(self, delta: timedelta | None = None, /, **parts: float) -> datetime:
        """Move on by a timedelta, or by its parts (`hours=2`), and return the new moment."""
        self._moment += delta if delta is not None else timedelta(**parts)
        return self._moment
