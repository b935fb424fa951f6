"""Taking a due publication in hand: with a lease, a fence, and all that is needed to send it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kernel.db import database_now
from publishing.channels.values import Payload, Published
from publishing.connections import AccountSnapshot
from publishing.models import (
    AccountState,
    Act,
    ChannelAccount,
    KillSwitch,
    Publication,
    PublicationAttempt,
    PublicationState,
    Reason,
    ShareCard,
    Step,
    Subscriber,
)
from publishing.models.publications import CLAIMABLE

LEASE_SECONDS = 180
"""How long a worker may hold a publication. Longer than all requests of one attempt may take together
(channels.http: 25 s each), so that nobody sends while somebody else's request may still be under way."""

REFUSALS = (Reason.REJECTED, Reason.REFUSED_AGAIN)

GLOBAL_SCOPE = 0
"""The kill switch of everybody."""


@dataclass(frozen=True, slots=True)
class Work:
    """A publication in hand, read in one transaction and carried outside of any."""

    id: int
    fence: int
    act: Act
    key: str
    payload: Payload
    intact: bool
    """The payload is still the one that was approved."""
    account: AccountSnapshot
    maybe_sent_at: datetime | None
    refusal: Reason | None
    """How the last try was refused, where it was."""
    handle: str | None
    attempts: int
    target: Published | None
    image: bytes | None
    subscriber_id: int | None
    recipient_sealed: bytes | None
    """Empty although there is a subscriber: who has opted out since."""


def claim(session: Session, *, now: datetime, lease_seconds: float = LEASE_SECONDS) -> Work | None:
    """Take the publication that has been due longest, or None.

    Held back are accounts that are paused or not connected, organisations that are frozen, and whatever waits for
    another publication. A worker that died is followed once its lease, by the database's clock, has run out.
    """
    moment = database_now(session)
    publication_id = session.scalar(
        select(Publication.id)
        .join(ChannelAccount, ChannelAccount.id == Publication.account_id)
        .where(Publication.state.in_(CLAIMABLE), Publication.not_before <= now)
        .where(or_(Publication.lease_until.is_(None), Publication.lease_until < moment))
        .where(ChannelAccount.state == AccountState.CONNECTED)
        .where(or_(ChannelAccount.paused_until.is_(None), ChannelAccount.paused_until <= now))
        .where(~frozen(Publication.organisation_id), dependency_is_met())
        .order_by(Publication.not_before, Publication.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Publication)
    )
    if publication_id is None:
        return None
    publication = session.execute(
        update(Publication)
        .where(Publication.id == publication_id)
        .values(
            lease_until=moment + timedelta(seconds=lease_seconds),
            fence=Publication.fence + 1,
            attempts=Publication.attempts + 1,
        )
        .returning(Publication)
        .execution_options(populate_existing=True)
    ).scalar_one()
    return _work(session, publication)


def write_ahead(
    session: Session, work: Work, handle: str | None, *, now: datetime, lease_seconds: float = LEASE_SECONDS
) -> bool:
    """Note that the post may be live from now on, and hold it for one more lease; False means: do not send.

    It was lost to another worker, cancelled, or frozen meanwhile, or its account is no longer connected.
    """
    moment = database_now(session)
    held = session.scalar(
        update(Publication)
        .where(Publication.id == work.id, Publication.fence == work.fence, Publication.state.in_(CLAIMABLE))
        .where(~frozen(Publication.organisation_id), _is_connected())
        .values(
            state=PublicationState.SENDING,
            maybe_sent_at=work.maybe_sent_at or now,
            handle=handle,
            lease_until=moment + timedelta(seconds=lease_seconds),
        )
        .returning(Publication.id)
        .execution_options(synchronize_session=False)
    )
    if held is None:
        return False
    session.add(PublicationAttempt(publication_id=work.id, step=Step.SENDING, fence=work.fence, at=now))
    return True


def digest(payload: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of a payload, independent of the order of its keys."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def idempotency_key(marker: str, *identity: int | str) -> str:
    """Return the key of one effect: a hash of what the database keeps single and of the canonical address.

    The address belongs to it so that two installations that share an account never share a key.
    """
    return hashlib.sha256(json.dumps([marker, *identity]).encode()).hexdigest()[:40]


def frozen(organisation_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that a kill switch, the organisation's or the global one, is in force."""
    return exists().where(KillSwitch.released_at.is_(None), KillSwitch.scope.in_((GLOBAL_SCOPE, organisation_id)))


def _is_connected() -> ColumnElement[bool]:
    account = exists().where(ChannelAccount.id == Publication.account_id)
    return account.where(ChannelAccount.state == AccountState.CONNECTED)


def dependency_is_met() -> ColumnElement[bool]:
    """Return the condition that a publication waits for no other one."""
    target = aliased(Publication)
    published = exists().where(target.id == Publication.depends_on, target.state == PublicationState.PUBLISHED)
    return or_(Publication.depends_on.is_(None), published)


def _work(session: Session, publication: Publication) -> Work:
    account = session.get_one(ChannelAccount, publication.account_id)
    payload = Payload.from_json(publication.payload)
    image = payload.image
    target = _target(session, publication, payload)
    if Act(publication.act) is Act.REPLY:
        payload = replace(payload, reply_to=target)
    return Work(
        id=publication.id,
        fence=publication.fence,
        act=Act(publication.act),
        key=publication.idem_key,
        payload=payload,
        intact=digest(publication.payload) == publication.payload_sha256,
        account=AccountSnapshot.of(account),
        maybe_sent_at=publication.maybe_sent_at,
        refusal=Reason(publication.reason) if publication.reason in REFUSALS else None,
        handle=publication.handle,
        attempts=publication.attempts,
        target=target,
        image=session.scalar(select(ShareCard.png).where(ShareCard.sha256 == image.sha256).limit(1)) if image else None,
        subscriber_id=publication.subscriber_id,
        recipient_sealed=_recipient(session, publication),
    )


def _target(session: Session, publication: Publication, payload: Payload) -> Published | None:
    """Return the remote post that is replied to, edited or deleted: the frozen one, else that of the dependency."""
    if payload.reply_to is not None:
        return payload.reply_to
    if publication.depends_on is None:
        return None
    target = session.get_one(Publication, publication.depends_on)
    return Published(target.remote_id or "", target.remote_url, target.remote_version)


def _recipient(session: Session, publication: Publication) -> bytes | None:
    """Return the sealed address of a broadcast's subscriber; None where there is none or who has opted out."""
    if publication.subscriber_id is None:
        return None
    still_wanted = select(Subscriber.sealed).where(
        Subscriber.id == publication.subscriber_id, Subscriber.opted_out_at.is_(None)
    )
    return session.scalar(still_wanted)
