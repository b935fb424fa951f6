"""Looking after posts: counting at growing distances, fetching replies, and noticing that a post vanished."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from kernel.clock import Clock
from kernel.db import Database
from kernel.outbox import SYSTEM, Actor, record
from publishing import tokens
from publishing.channels.errors import ChannelError, NotFound, NotSupported, RateLimited, ReauthRequired
from publishing.channels.values import Metrics, Published, RemoteReply, ReplyPage
from publishing.claims import frozen
from publishing.connections import AccountSnapshot, Channels, guard
from publishing.errors import NoSuchPublication
from publishing.models import (
    AccountState,
    Act,
    ChannelAccount,
    EngagementWatch,
    InboundReply,
    MetricSnapshot,
    Publication,
    PublicationState,
)
from publishing.settling import lose_access
from publishing.telling import tell
from publishing.vault import SecretsUnreadable

logger = logging.getLogger(__name__)

EARLY = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long after each of the first counts the next one is due; then once a day."""

DAILY = timedelta(days=1)
WATCHED_FOR = timedelta(days=30)
LISTENING = (
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(days=2), timedelta(minutes=10)),
    (timedelta(days=7), timedelta(minutes=30)),
    (WATCHED_FOR, timedelta(hours=2)),
)
"""How often an account is asked for replies, by the age of its newest post; later once a day, for mentions."""

SOONEST_AGAIN = timedelta(minutes=1)
"""How long calls of a network wait for a look that was taken: a thousand comments in a minute are one question."""

RETRY_AFTER = timedelta(minutes=30)
"""When an account that did not answer is asked again."""


@dataclass(frozen=True, slots=True)
class _Watch:
    """A post whose turn it is, read in one transaction."""

    publication_id: int
    account: AccountSnapshot
    remote: Published


def count_one(database: Database, channels: Channels, *, clock: Clock) -> bool:
    """Count the post whose turn it is; False where none is due."""
    now = clock.now()
    with database.write() as session:
        watch = _take_watch(session, now=now)
    if watch is None:
        return False
    try:
        counts = tokens.with_fresh(
            database,
            channels,
            watch.account,
            lambda channel: guard(lambda: channel.metrics(watch.remote)),
            clock=clock,
        )
    except NotFound:
        with database.write() as session:
            _vanished(session, watch.publication_id, now=now)
    except NotSupported:
        with database.write() as session:
            session.get_one(EngagementWatch, watch.publication_id).next_at = None
    except (ChannelError, KeyError, SecretsUnreadable) as error:
        lost = _lost_access(database, channels, watch.account, error, clock=clock)
        _not_now(database, watch.account.id, error, now=now, publication_id=watch.publication_id, lost=lost)
    else:
        with database.write() as session:
            _keep_counts(session, watch.publication_id, counts, now=now)
    return True


def fetch_replies(database: Database, channels: Channels, *, clock: Clock) -> bool:
    """Fetch what was said to the account whose turn it is; False where none is due."""
    now = clock.now()
    able = [kind for kind, channel in channels.kinds.items() if channel.capabilities.replies]
    with database.write() as session:
        taken = _take_account(session, able, now=now)
    if taken is None:
        return False
    account, cursor = taken
    try:
        page = tokens.with_fresh(
            database, channels, account, lambda channel: guard(lambda: channel.replies(cursor)), clock=clock
        )
    except (ChannelError, KeyError, SecretsUnreadable) as error:
        lost = _lost_access(database, channels, account, error, clock=clock)
        _not_now(database, account.id, error, now=now, lost=lost)
    else:
        with database.write() as session:
            keep_replies(session, account.id, page, now=now)
    return True


def keep_replies(session: Session, account_id: int, page: ReplyPage, *, now: datetime) -> int:
    """Put replies into the inbox, one row for each remote id however often it comes, and return how many were new."""
    account = session.get_one(ChannelAccount, account_id)
    new = sum(_keep_reply(session, account, reply, now=now) for reply in page.replies)
    account.reply_cursor = page.cursor
    return new


def note_vanished(session: Session, publication_id: int, *, actor: Actor, now: datetime) -> None:
    """Take the alarm about a vanished post off: a person has seen it. Raises NoSuchPublication."""
    watch = session.scalar(
        select(EngagementWatch)
        .join(Publication, Publication.id == EngagementWatch.publication_id)
        .where(Publication.id == publication_id, Publication.organisation_id == actor.organisation_id)
        .where(EngagementWatch.vanished_at.is_not(None), EngagementWatch.vanished_noted_at.is_(None))
        .with_for_update(of=EngagementWatch)
    )
    if watch is None:
        raise NoSuchPublication(publication_id=publication_id)
    watch.vanished_noted_by, watch.vanished_noted_at = actor.person_id, now
    record(session, "vanished_post_noted", actor=actor, subject=("publication", publication_id), now=now)


def snapshots(session: Session, publication_id: int) -> list[MetricSnapshot]:
    """Return the counts of a post, oldest first."""
    query = select(MetricSnapshot).where(MetricSnapshot.publication_id == publication_id)
    return list(session.scalars(query.order_by(MetricSnapshot.at)))


def next_count(polls: int, *, published_at: datetime, now: datetime) -> datetime | None:
    """Return when a post is counted next after `polls` counts, or None after 30 days."""
    due = now + (EARLY[polls] if polls < len(EARLY) else DAILY)
    return due if due - published_at <= WATCHED_FOR else None


def listens_again(posted_ago: timedelta | None) -> timedelta:
    """Return how long until an account is asked for replies again; `posted_ago` is the age of its newest post."""
    return next((wait for age, wait in LISTENING if posted_ago is not None and posted_ago < age), DAILY)


def _take_watch(session: Session, *, now: datetime) -> _Watch | None:
    deletion = aliased(Publication)
    deleted = exists().where(
        deletion.depends_on == Publication.id,
        deletion.act == Act.DELETE,
        deletion.state != PublicationState.CANCELLED,
    )
    found = session.execute(
        select(EngagementWatch, Publication, ChannelAccount)
        .join(Publication, Publication.id == EngagementWatch.publication_id)
        .join(ChannelAccount, ChannelAccount.id == Publication.account_id)
        .where(or_(EngagementWatch.next_at <= now, EngagementWatch.looked_for_at <= now))
        .where(Publication.state == PublicationState.PUBLISHED, ~deleted)
        .where(ChannelAccount.state == AccountState.CONNECTED)
        .order_by(func.coalesce(EngagementWatch.looked_for_at, EngagementWatch.next_at))
        .limit(1)
        .with_for_update(skip_locked=True, of=EngagementWatch)
    ).first()
    if found is None:
        return None
    watch, publication, account = found
    watch.looked_for_at, watch.soonest_at = None, now + SOONEST_AGAIN
    if watch.next_at is not None and watch.next_at <= now:  # a call of the network uses up no turn
        watch.polls += 1
        watch.next_at = next_count(watch.polls, published_at=publication.published_at or now, now=now)
    remote = Published(publication.remote_id or "", publication.remote_url, publication.remote_version)
    return _Watch(publication.id, AccountSnapshot.of(account), remote)


def _take_account(session: Session, kinds: list[str], *, now: datetime) -> tuple[AccountSnapshot, str | None] | None:
    account = session.scalar(
        select(ChannelAccount)
        .where(ChannelAccount.kind.in_(kinds), ChannelAccount.state == AccountState.CONNECTED)
        .where(or_(ChannelAccount.next_replies_at.is_(None), ChannelAccount.next_replies_at <= now))
        .where(~frozen(ChannelAccount.organisation_id))
        .order_by(ChannelAccount.next_replies_at, ChannelAccount.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if account is None:
        return None
    posted_at = session.scalar(
        select(func.max(Publication.published_at)).where(
            Publication.account_id == account.id, Publication.act.in_((Act.POST, Act.REPLY))
        )
    )
    account.next_replies_at = now + listens_again(now - posted_at if posted_at else None)
    account.soonest_replies_at = now + SOONEST_AGAIN
    return AccountSnapshot.of(account), account.reply_cursor


def _keep_counts(session: Session, publication_id: int, counts: Metrics, *, now: datetime) -> None:
    session.add(
        MetricSnapshot(
            publication_id=publication_id,
            at=now,
            likes=counts.likes,
            reposts=counts.reposts,
            replies=counts.replies,
            quotes=counts.quotes,
            views=counts.views,
        )
    )


def _vanished(session: Session, publication_id: int, *, now: datetime) -> None:
    """Mark a post that is no longer there although nobody here took it down, and raise the alarm once."""
    watch = session.get_one(EngagementWatch, publication_id)
    if watch.polls <= 1:
        return  # reads may trail writes: what the first count misses, the second one has to miss too
    watch.next_at = None
    if watch.vanished_at is None:
        watch.vanished_at = now
        tell(session, "post_vanished", session.get_one(Publication, publication_id), now=now)


def _keep_reply(session: Session, account: ChannelAccount, reply: RemoteReply, *, now: datetime) -> bool:
    parent = select(Publication.id).where(
        Publication.account_id == account.id, Publication.remote_id == (reply.parent_remote_id or "")
    )
    row = InboundReply(
        account_id=account.id,
        organisation_id=account.organisation_id,
        publication_id=session.scalar(parent.limit(1)),
        remote_id=reply.remote_id,
        remote_version=reply.version,
        url=reply.url,
        author_handle=reply.author_handle,
        text=reply.text,
        at=reply.at,
        received_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False  # seen before
    data = {"account_id": account.id, "publication_id": row.publication_id}
    record(session, "reply_received", actor=SYSTEM, subject=("inbound_reply", row.id), now=now, data=data)
    return True


def _lost_access(
    database: Database, channels: Channels, account: AccountSnapshot, error: Exception, *, clock: Clock
) -> ReauthRequired | None:
    """Return the network's word that it no longer knows the account at all; None where it only lets it not count."""
    if not isinstance(error, ReauthRequired):
        return None
    try:
        tokens.with_fresh(database, channels, account, lambda channel: guard(channel.verify), clock=clock)
    except ReauthRequired as refusal:
        return refusal
    except (ChannelError, KeyError, SecretsUnreadable):
        return None
    return None


def _not_now(
    database: Database,
    account_id: int,
    error: Exception,
    *,
    now: datetime,
    publication_id: int | None = None,
    lost: ReauthRequired | None = None,
) -> None:
    """Ask again later. Counting is no reason to stop an account from sending: only a dead token is."""
    logger.info("engagement_postponed", extra={"account_id": account_id, "error": type(error).__name__})
    until = now + RETRY_AFTER
    if isinstance(error, RateLimited) and error.reset_at:
        until = max(error.reset_at, until)
    with database.write() as session:
        account = session.get_one(ChannelAccount, account_id)
        account.next_replies_at = account.soonest_replies_at = until
        if isinstance(error, ReauthRequired):
            account.last_error = error.reason[:500]
        if lost is not None:
            lose_access(session, account_id, lost, now=now)
        if publication_id is not None:
            watch = session.get_one(EngagementWatch, publication_id)
            watch.next_at = watch.soonest_at = until
