"""The month in which an organisation publishes: each day with what is due or went out on it, by its own clocks."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import format_date
from sqlalchemy.orm import Session

from app.boards import Board
from app.presenters.board import BoardRow
from publishing import overview
from publishing.overview import Entry
from publishing.scheduling import moment_of


@dataclass(frozen=True, slots=True)
class DayView:
    """One day. `title` names it in full; `others` belong to the month before or after and stay empty."""

    day: date
    number: int
    title: str
    other: bool
    today: bool
    entries: tuple[tuple[str, BoardRow], ...]


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month by weeks, from Monday on, and the addresses of its neighbours."""

    title: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[DayView, ...], ...]
    earlier: str
    later: str
    empty: bool


def month_view(session: Session, board: Board, *, word: str, now: datetime) -> MonthView:
    """Return the month named by `word` (as 2026-11), or the present one."""
    zone = ZoneInfo(board.organisation.time_zone)
    today = now.astimezone(zone).date()
    first = _month(word) or today.replace(day=1)
    following = _shift(first, 1)
    start, end = (moment_of(datetime.combine(day, time.min), zone.key) for day in (first, following))
    by_day: dict[date, list[tuple[str, BoardRow]]] = {}
    for entry in overview.between(session, board.organisation.id, start=start, end=end):
        local = _moment(entry).astimezone(zone)
        by_day.setdefault(local.date(), []).append((local.strftime("%H.%M"), board.row(entry)))
    days = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return MonthView(
        title=format_date(first, "MMMM y"),
        weekdays=tuple(format_date(day, "EEE") for day in days[0]),
        weeks=tuple(tuple(_day(day, first, today, by_day) for day in week) for week in days),
        earlier=url_for("publications.calendar", bulan=_shift(first, -1).strftime("%Y-%m")),
        later=url_for("publications.calendar", bulan=following.strftime("%Y-%m")),
        empty=not by_day,
    )


def _day(day: date, first: date, today: date, by_day: dict[date, list[tuple[str, BoardRow]]]) -> DayView:
    return DayView(
        day=day,
        number=day.day,
        title=format_date(day, "full"),
        other=day.month != first.month,
        today=day == today,
        entries=tuple(by_day.get(day, ())),
    )


def _moment(entry: Entry) -> datetime:
    return entry.publication.published_at or entry.publication.not_before


def _month(word: str) -> date | None:
    try:
        return datetime.strptime(word, "%Y-%m").date()  # noqa: DTZ007 - a month of a wall calendar has no zone
    except ValueError:
        return None


def _shift(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
