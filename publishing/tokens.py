"""Keeping tokens alive: one refresh at a time for each account, and nothing lost on the way.

No transaction is held while the network is asked, so the lock is a lease on the account's row; `token_version` tells a
worker that waited that somebody else has done it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.clock import Clock
from kernel.db import Database, database_now
from publishing.channels.errors import ChannelError, NotSent, ReauthRequired
from publishing.channels.interface import Channel, Credentials, Refresh
from publishing.connections import AccountSnapshot, Channels, Result, guard
from publishing.models import ChannelAccount
from publishing.vault import Vault

REFRESH_LEASE_SECONDS = 60
"""How long one worker may take to refresh; longer than a request may take (channels.http)."""

ROTATE_BEFORE = timedelta(seconds=60)
"""A rotating pair is used to its end: each refresh kills the pair before it."""

EXTEND_AFTER = timedelta(hours=24)
EXTEND_BEFORE = timedelta(days=20)
"""A token that is extended must be a day old, and is extended while 20 of its 60 days are left (Meta's rule)."""


def with_fresh(
    database: Database,
    channels: Channels,
    account: AccountSnapshot,
    act: Callable[[Channel], Result],
    *,
    clock: Clock,
) -> Result:
    """Act with a good token: refreshed where it is about to end, or once where the network says that it has.

    Raises KeyError for an unknown kind, SecretsUnreadable, and whatever `act` or the network raises.
    """
    channel = channels.open(account)
    policy = channel.capabilities.refresh
    due = is_due(account, policy, clock.now())
    if due:
        channel = guard(lambda: refresh(database, channels, account, now=clock.now()))
    try:
        return act(channel)
    except ReauthRequired:
        if policy is Refresh.NONE or due:
            raise
        return act(guard(lambda: refresh(database, channels, account, now=clock.now())))


def is_due(account: AccountSnapshot, policy: Refresh, now: datetime) -> bool:
    """Return whether a token should be refreshed before it is used."""
    if account.expires_at is None:
        return False
    if policy is Refresh.ROTATING:
        return account.expires_at - now < ROTATE_BEFORE
    if policy is Refresh.EXTEND:
        old_enough = account.refreshed_at is None or now - account.refreshed_at >= EXTEND_AFTER
        return old_enough and account.expires_at - now < EXTEND_BEFORE
    return False


def refresh(database: Database, channels: Channels, account: AccountSnapshot, *, now: datetime) -> Channel:
    """Return a channel with fresh tokens, which are in the database before this returns.

    Raises NotSent while another worker refreshes, and whatever the network raises.
    """
    with database.write() as session:
        current = _take_lease(session, account)
    if current.token_version != account.token_version:
        return channels.open(current)
    channel = channels.open(current)
    try:
        fresh = channel.refresh(now)
    except ChannelError:
        with database.write() as session:
            _store(session, current, None, channels.vault, now)
        raise
    with database.write() as session:
        current = _store(session, current, fresh, channels.vault, now)
    return channels.open(current)


def merged(old: dict[str, str], fresh: dict[str, str]) -> dict[str, str]:
    """Return the secrets to keep: what came back empty never overwrites what is there."""
    return {**old, **{name: value for name, value in fresh.items() if value}}


def _take_lease(session: Session, seen: AccountSnapshot) -> AccountSnapshot:
    """Take the lease where the token is still the one that was seen; raise NotSent where somebody else holds it."""
    now = database_now(session)
    row = session.execute(select(ChannelAccount).where(ChannelAccount.id == seen.id).with_for_update()).scalar_one()
    if row.token_version == seen.token_version:
        if row.refresh_lease_until is not None and row.refresh_lease_until > now:
            raise NotSent("another worker is refreshing the token")
        row.refresh_lease_until = now + timedelta(seconds=REFRESH_LEASE_SECONDS)
    return AccountSnapshot.of(row)


def _store(
    session: Session, account: AccountSnapshot, fresh: Credentials | None, vault: Vault, now: datetime
) -> AccountSnapshot:
    row = session.execute(select(ChannelAccount).where(ChannelAccount.id == account.id).with_for_update()).scalar_one()
    row.refresh_lease_until = None
    # Connected anew or disconnected meanwhile: what came back belongs to an access that nobody wants any more.
    if fresh is not None and row.token_version == account.token_version:
        row.sealed = vault.seal(row.id, merged(vault.open(row.id, row.sealed), dict(fresh.secrets)))
        row.settings = {**row.settings, **fresh.settings}
        row.expires_at = fresh.expires_at
        row.refreshed_at = now
        row.token_version += 1
    return AccountSnapshot.of(row)
