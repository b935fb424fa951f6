"""Old answers that are asked for again, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.fact_checks import CardView, card_view
from verification.queries.resurfacing import AlertRow, ClosedRow
from verification.rules.parameters import PARAMETERS


@dataclass(frozen=True, slots=True)
class AlertView:
    """One wave; `wave` says how high it is, `done` what was made of it, empty while it is open."""

    alert_id: int
    card: CardView
    wave: str
    raised_at: datetime
    done: str


def alert_views(rows: Iterable[AlertRow]) -> tuple[AlertView, ...]:
    """Return open alerts as they are shown."""
    return tuple(
        AlertView(
            row.alert.id, card_view(row.fact_check), _wave(row.alert.recent, row.alert.usual), row.alert.raised_at, ""
        )
        for row in rows
    )


def closed_views(rows: Iterable[ClosedRow]) -> tuple[AlertView, ...]:
    """Return what became of alerts."""
    return tuple(
        AlertView(
            row.alert.id,
            card_view(row.fact_check),
            _wave(row.alert.recent, row.alert.usual),
            row.alert.raised_at,
            _done(row.alert.outcome or "", row.closed_by),
        )
        for row in rows
    )


def _wave(recent: int, usual: float) -> str:
    days = PARAMETERS.resurfacing.window_days
    asked = ngettext("asked once", "asked %(num)d times", recent)
    return _("%(asked)s in %(days)s days; usual are %(usual)s", asked=asked, days=days, usual=f"{usual:.0f}")


def _done(outcome: str, alias: str) -> str:
    if outcome == "shared":
        return _("Shared again by %(alias)s", alias=alias)
    return _("Set aside by %(alias)s", alias=alias)
