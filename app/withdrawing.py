"""What follows from a retraction on official accounts: every post of the fact-check is taken back, in sight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.announcing import announce_withdrawal
from app.wiring import Saring
from publishing.models import Publication
from verification.models import Correction, CounterNarrative, FactCheck


def withdraw_posts(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Freeze the withdrawal of all that was posted of a retracted fact-check; a second call changes nothing.

    Unlike a correction this is no part of the reviewer's transaction: a channel that cannot take the notice must not
    keep a wrong fact-check in public.
    """
    number, now = int(payload["fact_check_id"]), saring.clock.now()
    with saring.database.write() as session:
        fact_check = session.get(FactCheck, number, with_for_update=True)
        if fact_check is None or fact_check.revision != payload["revision"]:
            return  # judged anew in the meantime: the newer version corrects the posts itself
        done = (Publication.counter_narrative_id == number, Publication.version == fact_check.revision)
        if session.scalar(select(Publication.id).where(*done).limit(1)) is not None:
            return
        order = select(Correction).where(Correction.fact_check_id == number, Correction.outcome == "retracted")
        correction = session.execute(order.order_by(Correction.id.desc()).limit(1)).scalar_one()
        approved = (CounterNarrative.case_id == fact_check.case_id, CounterNarrative.state == "approved")
        public = select(CounterNarrative).where(*approved).order_by(CounterNarrative.version.desc()).limit(1)
        announce_withdrawal(
            saring,
            session,
            fact_check=fact_check,
            narrative=session.execute(public).scalar_one(),
            reason=correction.answer,
            asked_by=correction.opened_by,
            approved_by=correction.decided_by or 0,
            now=now,
        )
