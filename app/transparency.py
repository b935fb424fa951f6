"""What the public may know of how the house works: counted over twelve months, and kept for a few minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Lock

from app.wiring import Saring
from publishing import overview
from verification.queries.transparency import Counts, Span, Worked, first_month, worked

MONTHS = 12
"""Months on the page."""

FRESH = timedelta(minutes=10)
"""How long counted figures are shown before they are counted again."""

KEPT = 24
"""Pages that a process remembers: two years of them."""


@dataclass(frozen=True, slots=True)
class Openness:
    """The figures of twelve months up to `months[-1]`; `earlier` and `later` are the last months of the neighbours."""

    months: tuple[date, ...]
    worked: Worked
    publications: Counts
    counted_at: datetime
    earlier: date | None
    later: date | None


class Books:
    """Counts on demand and remembers for `FRESH`, so that the page and its files show the same figures."""

    def __init__(self, saring: Saring) -> None:
        self._saring = saring
        self._kept: dict[date, Openness] = {}
        self._lock = Lock()

    def of(self, last: date | None) -> Openness:
        """Return the figures of the twelve months up to `last`; None and every later month mean the present one."""
        now = self._saring.clock.now()
        present = date(now.year, now.month, 1)
        month = min(last or present, present)
        with self._lock:
            known = self._kept.get(month)
            if known is None or now - known.counted_at >= FRESH:
                if len(self._kept) >= KEPT:
                    self._kept.clear()
                known = self._kept[month] = _count(self._saring, month, present=present, now=now)
            return known


def moved(month: date, by: int) -> date:
    """Return the first day of the month that is `by` months away."""
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)


def _count(saring: Saring, last: date, *, present: date, now: datetime) -> Openness:
    months = tuple(moved(last, back) for back in range(1 - MONTHS, 1))
    span = Span(_moment(months[0]), _moment(moved(last, 1)))
    with saring.database.read() as session:
        first = first_month(session)
        return Openness(
            months=months,
            worked=worked(session, span=span),
            publications=overview.states_by_month(session, start=span.start, end=span.end),
            counted_at=now,
            earlier=moved(last, -MONTHS) if first is not None and first < months[0] else None,
            later=min(moved(last, MONTHS), present) if last < present else None,
        )


def _moment(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=UTC)
