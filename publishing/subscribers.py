"""Who asked for messages on a broadcast channel. Addresses are sealed; only their hash tells two of them apart."""

from __future__ import annotations

import hmac
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import CITIZEN, record
from publishing.models import Subscriber
from publishing.vault import Vault


def opt_in(
    session: Session, *, account_id: int, address: str, vault: Vault, pepper: bytes, now: datetime
) -> Subscriber:
    """Subscribe an address (E.164 for a telephone); who comes back after leaving is subscribed again.

    `pepper` is a secret of the installation: without it the hashes of telephone numbers could be tried out.
    """
    digest = address_hash(address, pepper)
    row = Subscriber(
        account_id=account_id,
        address_hash=digest,
        sealed=vault.seal(account_id, {"address": address}),
        opted_in_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        known = session.scalars(_one(account_id, digest).with_for_update()).one()
        if known.opted_out_at is not None:
            known.opted_in_at, known.opted_out_at = now, None
            _tell(session, "subscriber_joined", account_id, now=now)
        return known
    _tell(session, "subscriber_joined", account_id, now=now)
    return row


def opt_out(session: Session, *, account_id: int, address: str, pepper: bytes, now: datetime) -> bool:
    """Unsubscribe an address; what waits for it is cancelled when its turn comes. False where it was not subscribed."""
    known = session.scalar(_one(account_id, address_hash(address, pepper)).with_for_update())
    if known is None or known.opted_out_at is not None:
        return False
    known.opted_out_at = now
    _tell(session, "subscriber_left", account_id, now=now)
    return True


def count(session: Session, account_id: int) -> int:
    """Return how many people a broadcast reaches."""
    wanting = (Subscriber.account_id == account_id, Subscriber.opted_out_at.is_(None))
    return session.scalar(select(func.count()).select_from(Subscriber).where(*wanting)) or 0


def address_hash(address: str, pepper: bytes) -> str:
    """Return the keyed hash (hex) by which an address is found."""
    return hmac.new(pepper, address.strip().encode(), "sha256").hexdigest()


def _tell(session: Session, kind: str, account_id: int, *, now: datetime) -> None:
    """Record that somebody came or went; who it was is nobody's business."""
    record(session, kind, actor=CITIZEN, subject=("channel_account", account_id), now=now)


def _one(account_id: int, digest: str) -> Select[Subscriber]:
    return select(Subscriber).where(Subscriber.account_id == account_id, Subscriber.address_hash == digest)
