"""The kill switch in words: what is stopped, by whom and why, and who has asked to let it go on."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from accounts.models import Person
from app.i18n import gettext as _
from app.presenters.publishing import local_moment
from publishing.claims import GLOBAL_SCOPE
from publishing.models import KillSwitch


@dataclass(frozen=True, slots=True)
class BrakeView:
    """One freeze. `asked_by_id` is 0 until somebody has asked for the release."""

    switch_id: int
    everybody: bool
    title: str
    reason: str
    frozen_by: str
    frozen_at: str
    asked_by: str
    asked_by_id: int
    asked_at: str
    released_by: str
    released_at: str


def brake_views(session: Session, switches: list[KillSwitch], *, time_zone: str) -> tuple[BrakeView, ...]:
    """Return freezes as they are shown; the names of people are for the staff only."""
    return tuple(_brake_view(session, switch, time_zone) for switch in switches)


def _brake_view(session: Session, switch: KillSwitch, time_zone: str) -> BrakeView:
    everybody = switch.scope == GLOBAL_SCOPE
    return BrakeView(
        switch_id=switch.id,
        everybody=everybody,
        title=_("All publishing is stopped, for every organisation")
        if everybody
        else _("Publishing of your organisation is stopped"),
        reason=switch.reason,
        frozen_by=_name(session, switch.frozen_by),
        frozen_at=local_moment(switch.frozen_at, time_zone),
        asked_by=_name(session, switch.release_asked_by),
        asked_by_id=switch.release_asked_by or 0,
        asked_at=local_moment(switch.release_asked_at, time_zone) if switch.release_asked_at else "",
        released_by=_name(session, switch.released_by),
        released_at=local_moment(switch.released_at, time_zone) if switch.released_at else "",
    )


def _name(session: Session, person_id: int | None) -> str:
    person = session.get(Person, person_id) if person_id else None
    return person.name if person else ""
