"""Writing down what came of an attempt. Each function is one short transaction's work.

A confirmed remote id is the truth even where the lease was lost meanwhile: `published` has no fence. All else has one.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, record
from publishing.channels.errors import ChannelError, RateLimited
from publishing.channels.values import Payload, Published
from publishing.claims import Work, digest, idempotency_key
from publishing.models import (
    AccountState,
    Act,
    ChannelAccount,
    EngagementWatch,
    Operation,
    Publication,
    PublicationAttempt,
    PublicationState,
    Reason,
    Step,
)
from publishing.models.publications import CLAIMABLE
from publishing.orphans import wake_orphans
from publishing.telling import tell

BACKOFF_BASE_SECONDS = 5.0
BACKOFF_CAP_SECONDS = 300.0
MAX_ATTEMPTS = 48
"""48 tries, 300 s apart once the back-off is full, about 4 hours: GOV.UK Notify's measure for a provider in trouble."""

FIRST_POLL = timedelta(minutes=5)
"""A fresh post is counted for the first time after this (engagement)."""

DETAIL_LENGTH = 500


def published(session: Session, work: Work, remote: Published, *, step: Step, now: datetime) -> bool:
    """Record where the post is. False means that another post was recorded before: this one is a duplicate.

    The duplicate is taken down by a row of its own, written in the same transaction, so that a crash cannot forget it.
    """
    won = session.scalar(
        update(Publication)
        .where(Publication.id == work.id, Publication.state != PublicationState.PUBLISHED)
        .where(or_(Publication.remote_id.is_(None), Publication.remote_id == remote.remote_id))
        .values(
            state=PublicationState.PUBLISHED,
            reason=None,
            detail=None,
            remote_id=remote.remote_id,
            remote_url=remote.url,
            remote_version=remote.version,
            published_at=now,
            lease_until=None,
        )
        .returning(Publication.id)
        .execution_options(synchronize_session=False)
    )
    publication = session.get_one(Publication, work.id, populate_existing=True)
    is_copy = publication.remote_id != remote.remote_id
    note(session, work, Step.DUPLICATE if is_copy else step, now=now, detail=remote.remote_id)
    if not is_copy and not won:
        return True  # somebody else recorded the same post
    if is_copy:
        _take_down_copy(session, publication, remote, now=now)
        return False
    wake_orphans(session, publication, now=now)
    calm(session, work.account.id)
    watch(session, publication, now=now)
    tell(session, "publication_sent", publication, now=now)
    return True


def retry(session: Session, work: Work, error: ChannelError, reason: Reason, *, step: Step, now: datetime) -> None:
    """Put the row back with growing delay, and let its account rest as long; after `MAX_ATTEMPTS` a person decides.

    What certainly was not sent forgets that it may have been: `maybe_sent_at` is what it was before.
    """
    note(session, work, step, now=now, error=error)
    limited = isinstance(error, RateLimited)
    wait = _wait(error, work.attempts, now)
    restored = {} if step in {Step.AMBIGUOUS, Step.REJECTED} else {"maybe_sent_at": work.maybe_sent_at}
    if work.attempts >= MAX_ATTEMPTS and not limited:
        never_sent = restored and work.maybe_sent_at is None
        state = PublicationState.FAILED if never_sent else PublicationState.UNKNOWN
        end(session, work, state, reason, detail=error.reason, now=now, **restored)
        return
    values = {
        "state": PublicationState.RETRY,
        "reason": reason,
        "detail": error.reason[:DETAIL_LENGTH],
        "not_before": now + wait,
        "attempts": work.attempts - 1 if limited else work.attempts,
    }
    _update_in_hand(session, work, **values, **restored)
    if step is not Step.REJECTED:
        _rest(session, work.account.id, until=now + wait, error=error)


def later(session: Session, work: Work, reason: Reason, *, until: datetime) -> None:
    """Put the row back until a known moment; this is no failure and the account does not rest."""
    _update_in_hand(
        session, work, state=PublicationState.RETRY, reason=reason, not_before=until, attempts=work.attempts - 1
    )


def end(
    session: Session,
    work: Work,
    state: PublicationState,
    reason: Reason,
    *,
    now: datetime,
    detail: str | None = None,
    **values: Any,
) -> None:
    """Leave the row to a person, in a state that the board shows, and tell the house."""
    detail = detail[:DETAIL_LENGTH] if detail else None
    if _update_in_hand(session, work, state=state, reason=reason, detail=detail, **values):
        publication = session.get_one(Publication, work.id, populate_existing=True)
        tell(session, f"publication_{_PAST[state]}", publication, now=now)


def needs_reauth(session: Session, work: Work, error: ChannelError, *, now: datetime) -> None:
    """Stop this account, and no other, until a person connects it again."""
    note(session, work, Step.REAUTH, now=now, error=error)
    state, reason = PublicationState.NEEDS_REAUTH, Reason.REAUTH
    end(session, work, state, reason, detail=error.reason, now=now, maybe_sent_at=work.maybe_sent_at)
    lose_access(session, work.account.id, error, now=now)


def lose_access(session: Session, account_id: int, error: ChannelError, *, now: datetime) -> None:
    """Note, and tell once, that a network no longer lets an account in."""
    account = session.get_one(ChannelAccount, account_id, with_for_update=True)
    if account.state != AccountState.CONNECTED:
        return
    account.state = AccountState.NEEDS_REAUTH
    account.last_error = error.reason[:DETAIL_LENGTH]
    subject, data = ("channel_account", account.id), {"kind": account.kind}
    record(session, "account_lost_access", actor=SYSTEM, subject=subject, now=now, data=data)


def note(
    session: Session,
    work: Work,
    step: Step,
    *,
    now: datetime,
    error: ChannelError | None = None,
    detail: str | None = None,
) -> None:
    """Add one line to the record of attempts."""
    text = error.reason if error else detail
    session.add(
        PublicationAttempt(
            publication_id=work.id,
            step=step,
            fence=work.fence,
            at=now,
            status=error.status if error else None,
            request_id=error.request_id if error else None,
            detail=text[:DETAIL_LENGTH] if text else None,
        )
    )


def hold(session: Session, publication: Publication, *, now: datetime) -> None:
    """Leave what others approved for an organisation's account to its own people: they send it or let it go."""
    publication.state, publication.reason = PublicationState.FAILED, Reason.NOT_OURS
    tell(session, "correction_held", publication, now=now)


def watch(session: Session, publication: Publication, *, now: datetime) -> None:
    """Have a new post counted, and its account asked for replies, before long; one that is watched keeps its turn."""
    if publication.act not in {Act.POST, Act.REPLY} or session.get(EngagementWatch, publication.id) is not None:
        return
    session.add(EngagementWatch(publication_id=publication.id, next_at=now + FIRST_POLL))
    account = session.get_one(ChannelAccount, publication.account_id)
    if account.next_replies_at is not None:
        soonest = max(now + FIRST_POLL, account.soonest_replies_at or now)
        account.next_replies_at = min(account.next_replies_at, soonest)


def calm(session: Session, account_id: int) -> None:
    """Forget the failures of an account that works again."""
    session.execute(
        update(ChannelAccount)
        .where(ChannelAccount.id == account_id, ChannelAccount.failures > 0)
        .values(failures=0, paused_until=None, last_error=None)
        .execution_options(synchronize_session=False)
    )


_PAST = {
    PublicationState.UNKNOWN: "became_unknown",
    PublicationState.FAILED: "failed",
    PublicationState.NEEDS_REAUTH: "lost_access",
    PublicationState.CANCELLED: "cancelled",
}


def _update_in_hand(session: Session, work: Work, **values: Any) -> bool:
    statement = (
        update(Publication)
        .where(Publication.id == work.id, Publication.fence == work.fence, Publication.state.in_(CLAIMABLE))
        .values(lease_until=None, **values)
        .returning(Publication.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def _wait(error: ChannelError, attempts: int, now: datetime) -> timedelta:
    ceiling: float = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2.0 ** min(attempts, 10))
    backoff = timedelta(seconds=ceiling * random.uniform(0.5, 1.0))
    if isinstance(error, RateLimited) and error.reset_at is not None:
        return max(error.reset_at - now, timedelta(seconds=1))
    return backoff


def _rest(session: Session, account_id: int, *, until: datetime, error: ChannelError) -> None:
    account = session.get_one(ChannelAccount, account_id)
    account.failures += 1
    account.paused_until = until
    account.last_error = error.reason[:DETAIL_LENGTH]


def _take_down_copy(session: Session, original: Publication, copy: Published, *, now: datetime) -> None:
    payload = Payload.from_json(original.payload).to_json()
    payload["reply_to"] = {"remote_id": copy.remote_id, "url": copy.url, "version": copy.version}
    row = Publication(
        counter_narrative_id=original.counter_narrative_id,
        version=original.version,
        account_id=original.account_id,
        organisation_id=original.organisation_id,
        op=Operation.DEDUPE,
        act=Act.DELETE,
        target_id=original.id,
        idem_key=idempotency_key(payload["marker"], Operation.DEDUPE, original.id, copy.remote_id),
        payload=payload,
        payload_sha256=digest(payload),
        author_id=original.author_id,
        approver_id=original.approver_id,
        approved_at=original.approved_at,
        not_before=now,
        reason=Reason.DUPLICATE,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return  # another worker has ordered the same deletion
    tell(session, "publication_doubled", original, now=now)
