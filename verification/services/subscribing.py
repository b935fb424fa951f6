"""Asking for news of a report, confirming it, ending it. An address is kept as long as it is needed and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import CITIZEN, SYSTEM, enqueue, record
from verification.errors import NoSuchSubscription, TooManySubscriptions
from verification.models.subscription import Subscription

FORGET = "forget_subscription"
"""The job that deletes a subscription when its time is over."""

CONFIRM_HOURS = 48
"""How long an address waits for its owner's word."""

WAIT_DAYS = 365
"""How long a confirmed address waits for an answer."""

CORRECTION_DAYS = 180
"""How long after an answer an address is kept, so that a correction reaches the same people."""

MOST_PER_REPORT = 5
"""Addresses for one report: a family, not a mailing list."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where news go: `channel` is mail or push; `sealed` the address, `digest` its keyed hash (hex)."""

    channel: str
    digest: str
    sealed: bytes


def ask(
    session: Session,
    *,
    report_id: int,
    address: Address,
    token_hash: str,
    language: str,
    confirmed: bool,
    now: datetime,
) -> Subscription | None:
    """Save who wants to hear of a report; None when this address does already.

    Raises TooManySubscriptions. `confirmed` is for an address that only its owner can give: a push address.
    """
    counted = select(func.count()).select_from(Subscription).where(Subscription.report_id == report_id)
    if (session.scalar(counted) or 0) >= MOST_PER_REPORT:
        raise TooManySubscriptions(limit=MOST_PER_REPORT)
    row = Subscription(
        report_id=report_id,
        channel=address.channel,
        address_hash=address.digest,
        token_hash=token_hash,
        sealed=address.sealed,
        language=language,
        asked_at=now,
        expires_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    _keep(session, row, until=now + timedelta(hours=CONFIRM_HOURS), now=now)
    record(session, "subscription_asked", actor=CITIZEN, subject=("report", report_id), now=now)
    if confirmed:
        confirm(session, token_hash=token_hash, now=now)
    return row


def find(session: Session, *, token_hash: str) -> Subscription:
    """Return a subscription by its owner's word, or raise NoSuchSubscription."""
    row = session.scalar(select(Subscription).where(Subscription.token_hash == token_hash))
    if row is None:
        raise NoSuchSubscription
    return row


def confirm(session: Session, *, token_hash: str, now: datetime) -> None:
    """Take the owner's word that the address is theirs. A second time changes nothing. Raises NoSuchSubscription."""
    row = find(session, token_hash=token_hash)
    mine = update(Subscription).where(Subscription.id == row.id, Subscription.confirmed_at.is_(None))
    if session.scalar(mine.values(confirmed_at=now).returning(Subscription.id)) is None:
        return
    _keep(session, row, until=now + timedelta(days=WAIT_DAYS), now=now)
    facts = {"token_hash": token_hash}
    record(session, "subscription_confirmed", actor=CITIZEN, subject=("report", row.report_id), now=now, data=facts)


def end(session: Session, *, token_hash: str, now: datetime) -> None:
    """Delete a subscription because its owner wants no more. One that is gone is none: no error."""
    gone = delete(Subscription).where(Subscription.token_hash == token_hash).returning(Subscription.report_id)
    report_id = session.scalar(gone)
    if report_id is not None:
        record(session, "subscription_ended", actor=CITIZEN, subject=("report", report_id), now=now)


def move(session: Session, row: Subscription, *, address: Address, now: datetime) -> None:
    """Send the news of a subscription to another address of its owner; where that one gets them already, end it."""
    there = (Subscription.report_id == row.report_id, Subscription.address_hash == address.digest)
    if session.scalar(select(Subscription.id).where(*there)) is not None:
        end(session, token_hash=row.token_hash, now=now)
        return
    row.address_hash, row.sealed = address.digest, address.sealed
    record(session, "subscription_moved", actor=CITIZEN, subject=("report", row.report_id), now=now)


def keep_for_corrections(session: Session, row: Subscription, *, now: datetime) -> None:
    """Keep the address for as long as a correction may come."""
    _keep(session, row, until=now + timedelta(days=CORRECTION_DAYS), now=now)


def forget(session: Session, *, token_hash: str, now: datetime) -> None:
    """Delete a subscription whose time is over; one that was prolonged meanwhile stays."""
    over = (Subscription.token_hash == token_hash, Subscription.expires_at <= now)
    report_id = session.scalar(delete(Subscription).where(*over).returning(Subscription.report_id))
    if report_id is not None:
        record(session, "subscription_forgotten", actor=SYSTEM, subject=("report", report_id), now=now)


def _keep(session: Session, row: Subscription, *, until: datetime, now: datetime) -> None:
    row.expires_at = until
    session.flush()
    key = f"{row.token_hash[:32]}:{until:%Y%m%d%H%M%S}"
    enqueue(session, FORGET, dedupe_key=key, payload={"token_hash": row.token_hash}, now=now, not_before=until)
