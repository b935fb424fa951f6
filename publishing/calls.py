"""A network calls us: what its call is about is looked at next, and nothing that the call says is believed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kernel.clock import Clock
from kernel.db import Database
from publishing import tokens
from publishing.channels.errors import NotFound, NotSupported, ReauthRequired, Rejected
from publishing.channels.interface import Channel
from publishing.channels.values import Told
from publishing.connections import AccountSnapshot, Channels, guard
from publishing.models import AccountState, ChannelAccount, EngagementWatch, Publication, PublicationState

logger = logging.getLogger(__name__)


def look_soon(session: Session, channel: type[Channel], told: Sequence[Told], *, now: datetime) -> int:
    """Bring the next look at the accounts and posts of a call forward, and return how many accounts it is about.

    A call may come twice, late, or again by somebody who kept it: it brings forward what is asked anyway, no further
    than the network's patience and our own allow (`soonest_at`).
    """
    owners = {one.owner for one in told if one.owner}
    posts = {post for one in told for post in one.posts}
    concerned = or_(
        ChannelAccount.settings[channel.owner_setting].as_string().in_(owners),
        ChannelAccount.id.in_(select(Publication.account_id).where(Publication.remote_id.in_(posts))),
    )
    accounts = session.scalars(
        select(ChannelAccount)
        .where(ChannelAccount.kind == channel.capabilities.kind, ChannelAccount.state == AccountState.CONNECTED)
        .where(concerned)
        .order_by(ChannelAccount.id)
        .with_for_update()
    ).all()
    for account in accounts:
        soonest = max(now, account.soonest_replies_at or now)
        if account.next_replies_at is not None:
            account.next_replies_at = min(account.next_replies_at, soonest)
    for watch in session.scalars(_watches([account.id for account in accounts], posts)):
        watch.looked_for_at = watch.looked_for_at or max(now, watch.soonest_at or now)
    return len(accounts)


def ask_for_calls(database: Database, channels: Channels, account_id: int, *, clock: Clock) -> bool:
    """Have an account's network call us; no transaction may be open. False where it will not: then it is only asked.

    Raises what `tokens.with_fresh` raises where the network cannot be reached, to be tried again.
    """
    with database.read() as session:
        account = session.get_one(ChannelAccount, account_id)
        snapshot = AccountSnapshot.of(account)
    if account.state != AccountState.CONNECTED:
        return False
    try:
        tokens.with_fresh(
            database, channels, snapshot, lambda channel: guard(lambda: channel.ask_for_calls()), clock=clock
        )
    except NotSupported:
        return False
    except (ReauthRequired, Rejected, NotFound) as error:
        logger.warning("calls_refused", extra={"account_id": account_id, "error": error.reason})
        return False
    return True


def _watches(account_ids: Sequence[int], posts: set[str]) -> Select[EngagementWatch]:
    return (
        select(EngagementWatch)
        .join(Publication, Publication.id == EngagementWatch.publication_id)
        .where(Publication.account_id.in_(account_ids), Publication.remote_id.in_(posts))
        .where(Publication.state == PublicationState.PUBLISHED, EngagementWatch.next_at.is_not(None))
        .order_by(EngagementWatch.publication_id)
        .with_for_update(of=EngagementWatch)
    )
