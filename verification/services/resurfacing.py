"""Raising and closing the alert that an old answer is asked for again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import NoSuchFactCheck, WrongState
from verification.models import FactCheck, ResurfacingAlert
from verification.queries.public import SHOWN
from verification.queries.resurfacing import asked_by_day
from verification.rules.parameters import PARAMETERS, VERSION
from verification.rules.resurfacing import find_wave

Outcome = Literal["shared", "set_aside"]


def watch(session: Session, *, fact_check_id: int, now: datetime) -> ResurfacingAlert | None:
    """Raise the alert when the rule sees a new wave, and return it; None when there is none, or one stands already.

    While one is open its figures follow the wave. After one was closed it stays quiet for the rule's `quiet_days`.
    """
    fact_check = session.get(FactCheck, fact_check_id)
    if fact_check is None or fact_check.state not in SHOWN:
        return None
    numbers, today = PARAMETERS.resurfacing, now.date()
    since = today - timedelta(days=numbers.window_days * (numbers.windows_before + 1))
    asked = asked_by_day(session, fact_check=fact_check, since=since)
    wave = find_wave(asked, published_on=fact_check.published_at.date(), today=today)
    latest = session.scalar(
        select(ResurfacingAlert)
        .where(ResurfacingAlert.fact_check_id == fact_check_id)
        .order_by(ResurfacingAlert.id.desc())
        .limit(1)
    )
    if wave is None:
        return None
    if latest is not None:
        if latest.closed_at is None:
            latest.recent, latest.usual = max(latest.recent, wave.recent), wave.usual
            return None
        if latest.closed_at > now - timedelta(days=numbers.quiet_days):
            return None
    alert = ResurfacingAlert(
        fact_check_id=fact_check_id, recent=wave.recent, usual=wave.usual, parameters=VERSION, raised_at=now
    )
    try:
        with session.begin_nested():
            session.add(alert)
    except IntegrityError:
        return None  # another worker saw the same wave
    facts = {"recent": wave.recent, "usual": round(wave.usual, 2), "parameters": VERSION}
    subject = ("fact_check", fact_check_id)
    record(session, "resurfacing_noticed", actor=SYSTEM, subject=subject, now=now, data=facts)
    return alert


def close_alert(session: Session, *, alert_id: int, outcome: Outcome, actor: Actor, now: datetime) -> ResurfacingAlert:
    """Say what was done about a new wave: the answer was shared again, or it was set aside."""
    alert = session.get(ResurfacingAlert, alert_id, with_for_update=True)
    if alert is None:
        raise NoSuchFactCheck(alert_id=alert_id)
    if alert.closed_at is not None:
        raise WrongState(state=alert.outcome, event="resurfacing_closed")
    alert.outcome, alert.closed_by, alert.closed_at = outcome, actor.person_id, now
    facts = {"outcome": outcome, "alert_id": alert.id}
    subject = ("fact_check", alert.fact_check_id)
    record(session, "resurfacing_closed", actor=actor, subject=subject, now=now, data=facts)
    return alert
