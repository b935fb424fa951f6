"""An account that was stopped for judging too fast says that it judges with care; somebody else decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import AlreadyDecided, OwnSignature
from verification.models import PaceObjection
from verification.services.standing import pace_of
from verification.services.stating import require_reason

HEARD_EVERY = timedelta(days=1)
"""One objection for each stop: the longest one lasts a day."""


def object_to_pace(session: Session, *, objection: str, actor: Actor, now: datetime) -> PaceObjection:
    """Let an account that may not judge at this moment say why it should; staff read it beside the held cases.

    Raises AlreadyDecided when it has said so already, or when nothing stops it.
    """
    if actor.person_id is None or pace_of(session, person_id=actor.person_id, now=now) is None:
        raise AlreadyDecided
    mine = select(PaceObjection.id).where(PaceObjection.person_id == actor.person_id)
    if session.scalars(mine.where(PaceObjection.objected_at > now - HEARD_EVERY)).first() is not None:
        raise AlreadyDecided
    words = require_reason(objection, field="objection")
    row = PaceObjection(person_id=actor.person_id, objection=words, objected_at=now)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AlreadyDecided from error  # the same form was sent twice at once
    record(session, "pace_objected", actor=actor, subject=("pace_objection", row.id), now=now)
    return row


def decide_pace(
    session: Session, *, objection_id: int, upheld: bool, answer: str, actor: Actor, now: datetime
) -> PaceObjection:
    """Let the account go on at once, or say why it waits. Nobody decides on their own objection (OwnSignature)."""
    row = session.get(PaceObjection, objection_id, with_for_update=True)
    if row is None or row.decided_at is not None:
        raise AlreadyDecided(objection_id=objection_id)
    if row.person_id == actor.person_id:
        raise OwnSignature(objection_id=objection_id)
    row.answer = require_reason(answer, field="note")
    row.outcome, row.decided_by, row.decided_at = "upheld" if upheld else "rejected", actor.person_id, now
    facts = {"person_id": row.person_id, "outcome": row.outcome, "reason": row.answer}
    record(session, "pace_objection_answered", actor=actor, subject=("pace_objection", row.id), now=now, data=facts)
    return row
