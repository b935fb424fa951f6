"""Connecting an official account: the network names it first, then it is trusted, sealed and kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from publishing import desk
from publishing.channels.errors import ChannelError, ReauthRequired
from publishing.channels.interface import Credentials
from publishing.channels.values import Identity
from publishing.connections import Channels
from publishing.errors import AccountExists, AccountRefused, NoSuchAccount
from publishing.models import AccountState, ChannelAccount, PendingConnection, Subscriber
from publishing.tokens import merged
from publishing.vault import Vault


@dataclass(frozen=True, slots=True)
class Verified:
    """An account that its network has named, with the credentials that worked."""

    kind: str
    identity: Identity
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the organisation says about its account: for whom it is, in which language, with which hashtags."""

    audience: str
    language: str
    tags: tuple[str, ...] = ()


def verify(
    channels: Channels,
    *,
    kind: str,
    settings: Mapping[str, str],
    secrets: Mapping[str, str],
    now: datetime,
    expires_at: datetime | None = None,
) -> Verified:
    """Ask the network whose credentials these are; no transaction may be open. Raises AccountRefused.

    A person typed the address, so it may be none, and whatever answers there may not be the network at all.
    """
    network = channels.kinds[kind]
    channel = network(Credentials(0, settings, secrets, expires_at), channels.client)
    try:
        try:
            identity = channel.verify()
        except ReauthRequired:
            channel = network(channel.refresh(now), channels.client)
            identity = channel.verify()
    except ChannelError as error:
        raise AccountRefused(kind=kind, reason=error.reason) from error
    except httpx.InvalidURL as error:
        raise AccountRefused(kind=kind, reason=str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AccountRefused(kind=kind, reason="an answer without what it must hold") from error
    known = channel.credentials
    return Verified(kind, identity, {**known.settings, **identity.settings}, known.secrets, known.expires_at)


def connect(
    session: Session,
    verified: Verified,
    *,
    organisation_id: int,
    profile: Profile,
    vault: Vault,
    person_id: int,
    actor: Actor,
    now: datetime,
) -> ChannelAccount:
    """Keep a verified account, or give the known one its new tokens and send what it left undone.

    Raises AccountExists where somebody else connects the same account at this moment.
    """
    known = session.scalar(_same_account(verified, organisation_id).with_for_update())
    account = known or ChannelAccount(
        organisation_id=organisation_id,
        kind=verified.kind,
        handle=verified.identity.handle,
        sealed=b"",
        connected_by=person_id,
        created_at=now,
    )
    account.name = verified.identity.name
    account.settings = {**(account.settings or {}), **verified.settings}
    account.audience, account.language, account.tags = profile.audience, profile.language, list(profile.tags)
    account.state, account.expires_at, account.verified_at = AccountState.CONNECTED, verified.expires_at, now
    account.failures, account.paused_until, account.last_error = 0, None, None
    try:
        with session.begin_nested():
            session.add(account)  # first, because its id is sealed together with the secrets
    except IntegrityError as error:
        raise AccountExists(handle=verified.identity.handle) from error
    old = vault.open(account.id, account.sealed) if known else {}
    account.sealed = vault.seal(account.id, merged(old, dict(verified.secrets)))
    account.token_version = (account.token_version or 0) + 1
    account.refreshed_at = now
    if known:
        desk.resume(session, account.id, now=now)
    kind = "account_reconnected" if known else "account_connected"
    data = {"kind": account.kind, "handle": account.handle}
    record(session, kind, actor=actor, subject=("channel_account", account.id), now=now, data=data)
    return account


def describe(session: Session, account_id: int, *, profile: Profile, actor: Actor, now: datetime) -> ChannelAccount:
    """Change for whom an account is, its language or its hashtags; what is approved already stays as it is."""
    account = find_account(session, account_id, actor=actor)
    account.audience, account.language, account.tags = profile.audience, profile.language, list(profile.tags)
    data = {"language": profile.language, "tags": list(profile.tags)}
    record(session, "account_described", actor=actor, subject=("channel_account", account.id), now=now, data=data)
    return account


def known_account(session: Session, verified: Verified, *, organisation_id: int) -> ChannelAccount | None:
    """Return the account that a verified one would take the place of, or None where it is new."""
    return session.scalar(_same_account(verified, organisation_id))


def disconnect(session: Session, account_id: int, *, vault: Vault, actor: Actor, now: datetime) -> ChannelAccount:
    """Forget an account's secrets and leave nothing waiting; what was published stays. Raises NoSuchAccount."""
    account = find_account(session, account_id, actor=actor)
    desk.let_go(session, account.id, actor=actor, now=now)
    account.sealed = vault.seal(account.id, {})
    account.state, account.expires_at = AccountState.DISCONNECTED, None
    account.token_version += 1
    record(session, "account_disconnected", actor=actor, subject=("channel_account", account.id), now=now)
    return account


def find_account(session: Session, account_id: int, *, actor: Actor) -> ChannelAccount:
    """Return an account of the actor's organisation, locked; of nobody's, nothing. Raises NoSuchAccount."""
    account = session.scalar(select(ChannelAccount).where(ChannelAccount.id == account_id).with_for_update())
    if account is None or actor.organisation_id != account.organisation_id:
        raise NoSuchAccount(account_id=account_id)
    return account


def account_of(session: Session, account_id: int, *, organisation_id: int) -> ChannelAccount:
    """Return an account of an organisation, to look at. Raises NoSuchAccount."""
    account = session.get(ChannelAccount, account_id)
    if account is None or account.organisation_id != organisation_id:
        raise NoSuchAccount(account_id=account_id)
    return account


def hooked_account(session: Session, account_id: int, *, kind: str) -> ChannelAccount | None:
    """Return an account that its network may call, or None where there is none of that kind any more."""
    account = session.get(ChannelAccount, account_id)
    usable = account is not None and account.kind == kind and account.state != AccountState.DISCONNECTED
    return account if usable else None


def accounts_of(session: Session, organisation_id: int, *, connected_only: bool = False) -> list[ChannelAccount]:
    """Return an organisation's accounts by network and handle."""
    query = select(ChannelAccount).where(ChannelAccount.organisation_id == organisation_id)
    if connected_only:
        query = query.where(ChannelAccount.state == AccountState.CONNECTED)
    return list(session.scalars(query.order_by(ChannelAccount.kind, ChannelAccount.handle)))


def rotate_keys(session: Session, vault: Vault) -> int:
    """Seal everything again under the newest key and return how much was not; repeat it without harm."""
    stale = [row for row in _sealed(session) if not vault.is_current(row.sealed)]
    for row in stale:
        row.sealed = vault.rotate(row.sealed)
    return len(stale)


def refuse_key_in_use(session: Session, vault: Vault, dropped: str) -> None:
    """Raise KeyInUse while a key that is about to leave the environment still seals an account or a subscriber."""
    vault.without(dropped, (row.sealed for row in _sealed(session)))


def _same_account(verified: Verified, organisation_id: int) -> Select[ChannelAccount]:
    return select(ChannelAccount).where(
        ChannelAccount.organisation_id == organisation_id,
        ChannelAccount.kind == verified.kind,
        ChannelAccount.handle == verified.identity.handle,
    )


def _sealed(session: Session) -> Iterator[ChannelAccount | Subscriber | PendingConnection]:
    yield from session.scalars(select(ChannelAccount).order_by(ChannelAccount.id).with_for_update())
    yield from session.scalars(select(Subscriber).order_by(Subscriber.id).with_for_update())
    yield from session.scalars(select(PendingConnection).with_for_update())
