"""Where and when a message was seen: the timeline of a case, and its reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import BadSighting
from verification.models import Item, Sighting
from verification.services.gathering import is_address
from verification.services.moving import lock_case

PLATFORM_LIMIT = 40
MOST_VIEWS = 10_000_000_000
"""Nobody is seen by more than there are."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A place, a day, and how many people saw it there (0 when unknown); addresses may be empty."""

    platform: str
    seen_on: date
    url: str = ""
    archive_url: str = ""
    views: int = 0


def add_sighting(session: Session, *, public_id: str, seen: Seen, actor: Actor, now: datetime) -> Sighting:
    """Add a sighting to the first message of a case; raises BadSighting with the field at fault."""
    case = lock_case(session, public_id)
    check_seen(seen, today=now.date())
    platform = seen.platform.strip()
    item_id = session.execute(select(Item.id).where(Item.case_id == case.id).order_by(Item.id).limit(1)).scalar_one()
    sighting = Sighting(
        item_id=item_id,
        platform=platform,
        url=seen.url or None,
        archive_url=seen.archive_url or None,
        seen_on=seen.seen_on,
        views=seen.views,
        added_by=actor.person_id,
        added_at=now,
    )
    session.add(sighting)
    session.flush()  # the audit names the sighting by its number
    facts = {"case_id": case.id, "platform": platform, "seen_on": seen.seen_on.isoformat(), "views": seen.views}
    record(session, "sighting_added", actor=actor, subject=("sighting", sighting.id), now=now, data=facts)
    return sighting


def check_seen(seen: Seen, *, today: date) -> None:
    """Raise BadSighting, with its field, unless this can have been seen by `today`."""
    platform = seen.platform.strip()
    if not platform or len(platform) > PLATFORM_LIMIT:
        raise BadSighting(field="platform")
    if seen.seen_on > today:
        raise BadSighting(field="seen_on")
    if not 0 <= seen.views <= MOST_VIEWS:
        raise BadSighting(field="views")
    for field in ("url", "archive_url"):
        if getattr(seen, field) and not is_address(getattr(seen, field)):
            raise BadSighting(field=field)
