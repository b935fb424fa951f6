"""From what an organisation's wall clock will show to the moment that it means. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from publishing.errors import PastMoment, UnknownLocalTime

SLACK = timedelta(minutes=1)
"""What a wall clock without seconds may lie behind."""


def require_ahead(moment: datetime, *, now: datetime) -> None:
    """Raise PastMoment where a moment lies behind us."""
    if moment < now - SLACK:
        raise PastMoment(field="not_before")


def moment_of(local: datetime, time_zone: str) -> datetime:
    """Return the moment at which the clocks of a zone show `local` (naive); the first one where they show it twice.

    Raises UnknownLocalTime where they are put forward over it, and for a time that carries a zone of its own.
    """
    if local.tzinfo is not None:
        raise UnknownLocalTime(field="not_before")
    zone = ZoneInfo(time_zone)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise UnknownLocalTime(field="not_before", local=local.isoformat(), time_zone=time_zone)
    return moment


def local_time(moment: datetime, time_zone: str) -> datetime:
    """Return what the clocks of a zone show at a moment, aware."""
    return moment.astimezone(ZoneInfo(time_zone))
