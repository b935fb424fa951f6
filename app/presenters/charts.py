"""Counts over time as lines that the server draws; the same figures stand beside them in a table."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import gettext as _
from app.presenters.publishing import local_moment
from publishing.models import MetricSnapshot

WIDTH, HEIGHT = 640, 160
"""The drawing's own units; the page scales it."""


@dataclass(frozen=True, slots=True)
class TrendView:
    """One count over time: see components/trend.html. `points` are SVG's, `rows` the same figures in words."""

    name: str
    title: str
    latest: int
    top: int
    points: str
    first: str
    last: str
    rows: tuple[tuple[str, int], ...]


def trend_views(snapshots: list[MetricSnapshot], *, time_zone: str) -> tuple[TrendView, ...]:
    """Return one line for each count that the network gives, in the order in which they matter."""
    names = {
        "views": _("Views"),
        "likes": _("Likes"),
        "reposts": _("Reposts"),
        "replies": _("Replies"),
        "quotes": _("Quotes"),
    }
    return tuple(view for name, title in names.items() if (view := _trend(name, title, snapshots, time_zone=time_zone)))


def _trend(name: str, title: str, snapshots: list[MetricSnapshot], *, time_zone: str) -> TrendView | None:
    known = [(row.at, getattr(row, name)) for row in snapshots if getattr(row, name) is not None]
    if not known:
        return None
    start, end = known[0][0], known[-1][0]
    span = (end - start).total_seconds() or 1.0
    top = max(count for _at, count in known) or 1
    points = [
        ((at - start).total_seconds() / span * WIDTH, HEIGHT - count / top * (HEIGHT - 20)) for at, count in known
    ]
    if len(points) == 1:
        points.append((float(WIDTH), points[0][1]))
    return TrendView(
        name=name,
        title=title,
        latest=known[-1][1],
        top=top,
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        first=local_moment(start, time_zone),
        last=local_moment(end, time_zone),
        rows=tuple((local_moment(at, time_zone), count) for at, count in known),
    )
