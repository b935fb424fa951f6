"""The house in figures: each chart with its table, and the same figures as lines of a file.

Everything on the page is a `Figure`, and the files hold those figures and no others.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import quantiles
from typing import Any

from flask_babel import format_date

from app.i18n import gettext as _
from app.transparency import Openness
from publishing.models import PublicationState
from verification.queries.transparency import Counts

FEWEST = 5
"""Below so many, figures about people who do not stand on the public record are withheld, and so are middle values."""

WIDTH, HEIGHT, TOP = 640, 170, 20
"""The drawing's own units; the page scales it."""

MIDDLES = frozenset({"quarter", "median", "three_quarters", "median_hours", "agreement_percent"})
"""Figures that are no counts; below `FEWEST` cases there is none."""

Number = int | float | None
"""None is withheld, because it would speak of fewer than `FEWEST`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of a table: `series` names its column in files, `shown` is the number in the reader's language."""

    series: str
    value: Number

    @property
    def shown(self) -> str:
        """The cell's text. A withheld wait or share is no small number: the cases behind it are too few to tell."""
        if self.value is not None:
            return str(self.value).removesuffix(".0")
        return _("too few") if self.series in MIDDLES else _("< %(number)s", number=FEWEST)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the drawing's units; `tone` counts the columns from 1."""

    x: str
    y: str
    width: str
    height: str
    tone: int


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A line of the table: `period` is the ISO month, `label` the same in words."""

    period: str
    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart with its table: see components/month_chart.html."""

    id: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[MonthRow, ...]
    bars: tuple[Bar, ...]
    top: str


@dataclass(frozen=True, slots=True)
class Summed:
    """One figure over the whole span, with its name."""

    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class TransparencyView:
    """The page. `period` is the span as ISO months."""

    charts: tuple[ChartView, ...]
    summary: tuple[Summed, ...]
    period: str
    first: str
    last: str
    counted_at: datetime
    earlier: str
    later: str

    def lines(self) -> list[dict[str, Any]]:
        """Return every figure on the page, one a line, as the files hold them."""
        whole = [("summary", self.period, one.figure) for one in self.summary]
        by_month = [(chart.id, row.period, one) for chart in self.charts for row in chart.rows for one in row.figures]
        return [
            {"chart": chart, "period": period, "series": figure.series, "value": figure.value}
            for chart, period, figure in (*whole, *by_month)
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the file for machines; `value` is null where it is withheld."""
        return {"period": self.period, "counted_at": self.counted_at.isoformat(), "figures": self.lines()}

    def to_csv(self) -> str:
        """Return the file for spreadsheets (RFC 4180); an empty value is withheld."""
        file = io.StringIO()
        writer = csv.DictWriter(file, ("chart", "period", "series", "value"))
        writer.writeheader()
        writer.writerows(self.lines())
        return file.getvalue()


def transparency_view(openness: Openness) -> TransparencyView:
    """Return the page of these figures."""
    months = openness.months
    return TransparencyView(
        charts=_charts(openness),
        summary=_summary(openness),
        period=f"{_iso(months[0])}/{_iso(months[-1])}",
        first=_label(months[0]),
        last=_label(months[-1]),
        counted_at=openness.counted_at,
        earlier=_iso(openness.earlier) if openness.earlier else "",
        later=_iso(openness.later) if openness.later else "",
    )


def month_in(word: str) -> date | None:
    """Return the month that an address names, as 2026-11; None where it names none."""
    try:
        return datetime.strptime(word, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return None


def _charts(openness: Openness) -> tuple[ChartView, ...]:
    did, months = openness.worked, openness.months
    signed = {"published": _("Published"), "confirmed": _("Confirmed anew"), "corrected": _("Corrected")}
    signed["retracted"] = _("Withdrawn")
    answered = {"filed": _("Filed"), "upheld": _("Upheld"), "rejected": _("Rejected")}
    agreed = {"same": _("Same verdict"), "other": _("Another verdict"), "undecided": _("Volunteers undecided")}
    return (
        _counted("decisions", _("Decisions that two people signed"), _("Each is on the record of decisions."),
                 signed, did.decisions, months),
        _waits(openness),
        _counted("agreement", _("Volunteers and signers"),
                 _("What the volunteers' votes said before publication, against the verdict that was signed."),
                 agreed, did.agreement, months),
        _counted("objections", _("Objections"), _("By the month in which they were filed, and decided."),
                 answered, did.objections, months),
        _counted("flags", _("Flags of abuse"), _("By the month in which they were filed, and decided."),
                 answered, did.flags, months, private={"filed"}),
        _counted("held", _("Cases held back"),
                 _("Cases whose votes looked odd, so that a senior verifier had to look first."),
                 {"held": _("Cases")}, did.held, months),
        _counted("publications", _("Posts on official accounts"),
                 _("By the month of their approval; where they stand today."),
                 _fates(), _by_fate(openness.publications), months),
        _counted("reports", _("Reports received"), _("From everybody, with an account or without."),
                 {"received": _("Reports")}, did.reports, months, private={"received"}),
    )  # fmt: skip


def _fates() -> dict[str, str]:
    return {
        "published": _("Live"),
        "waiting": _("Waiting"),
        "unclear": _("Needs a person"),
        "cancelled": _("Cancelled"),
    }


def _by_fate(publications: Counts) -> Counts:
    fates = {
        PublicationState.PUBLISHED: "published",
        PublicationState.CANCELLED: "cancelled",
        PublicationState.UNKNOWN: "unclear",
        PublicationState.FAILED: "unclear",
        PublicationState.NEEDS_REAUTH: "unclear",
    }
    found: Counts = {}
    for (month, state), number in publications.items():
        key = month, fates.get(PublicationState(state), "waiting")
        found[key] = found.get(key, 0) + number
    return found


def _counted(
    name: str,
    title: str,
    note: str,
    columns: dict[str, str],
    counts: Counts,
    months: Iterable[date],
    *,
    private: Iterable[str] = (),
) -> ChartView:
    def cell(month: date, series: str) -> Number:
        number = counts.get((month, series), 0)
        return None if series in private and 0 < number < FEWEST else number

    return _chart(name, title, note, columns, months, cell)


def _waits(openness: Openness) -> ChartView:
    waits = openness.worked.waits
    columns = {"quarter": _("A quarter within"), "median": _("Half within (median)")}
    columns |= {"three_quarters": _("Three quarters within"), "answers": _("Answers")}

    def cell(month: date, series: str) -> Number:
        seconds = waits.get(month, ())
        return len(seconds) if series == "answers" else _spread(seconds).get(series)

    note = _("Hours from the first report to publication, by the month of publication.")
    return _chart("time_to_answer", _("Time to an answer"), note, columns, openness.months, cell, undrawn={"answers"})


def _summary(openness: Openness) -> tuple[Summed, ...]:
    did = openness.worked
    decided = _total(did.decisions, "published", "confirmed", "corrected", "retracted")
    mended = _total(did.decisions, "corrected", "retracted")
    compared = _total(did.agreement, "same", "other")
    share = round(100 * _total(did.agreement, "same") / compared) if compared >= FEWEST else None
    every = tuple(sorted(second for seconds in did.waits.values() for second in seconds))
    return (
        Summed(_("decisions signed"), Figure("decisions", decided)),
        Summed(_("corrections and withdrawals"), Figure("mended", mended)),
        Summed(_("hours to an answer (median)"), Figure("median_hours", _spread(every).get("median"))),
        Summed(_("percent of verdicts as the volunteers said"), Figure("agreement_percent", share)),
    )


def _spread(seconds: tuple[float, ...]) -> dict[str, float]:
    """Return the quartiles in hours; nothing for fewer than FEWEST."""
    if len(seconds) < FEWEST:
        return {}
    cuts = quantiles(seconds, n=4, method="inclusive")
    return {name: round(cut / 3600, 1) for name, cut in zip(("quarter", "median", "three_quarters"), cuts, strict=True)}


def _total(counts: Counts, *kinds: str) -> int:
    return sum(number for (_month, kind), number in counts.items() if kind in kinds)


def _chart(
    name: str,
    title: str,
    note: str,
    columns: dict[str, str],
    months: Iterable[date],
    cell: Callable[[date, str], Number],
    *,
    undrawn: Iterable[str] = (),
) -> ChartView:
    rows = tuple(
        MonthRow(_iso(month), _label(month), tuple(Figure(series, cell(month, series)) for series in columns))
        for month in months
    )
    drawn = [[one.value or 0 for one in row.figures if one.series not in undrawn] for row in rows]
    top = max((value for values in drawn for value in values), default=0)
    shown = Figure("top", top).shown if top else _("nothing to show yet")
    return ChartView(name, title, note, tuple(columns.values()), rows, _bars(drawn, top or 1), shown)


def _bars(drawn: list[list[int | float]], top: float) -> tuple[Bar, ...]:
    pitch = WIDTH / len(drawn)
    bars = []
    for place, values in enumerate(drawn):
        width = pitch * 0.8 / len(values)
        for number, value in enumerate(values):
            x, height = place * pitch + pitch * 0.1 + number * width, (HEIGHT - TOP) * value / top
            bars.append(Bar(f"{x:.1f}", f"{HEIGHT - height:.1f}", f"{width * 0.9:.1f}", f"{height:.1f}", number + 1))
    return tuple(bars)


def _iso(month: date) -> str:
    return f"{month:%Y-%m}"


def _label(month: date) -> str:
    return str(format_date(month, "MMM y"))
