"""Opening a connected account: from its row and the vault to a channel that can act."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import httpx

from publishing.channels.errors import Ambiguous, ChannelError
from publishing.channels.interface import Capabilities, Channel, Credentials
from publishing.models import ChannelAccount
from publishing.vault import SecretsUnreadable, Vault

logger = logging.getLogger(__name__)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """An account as it was read, to be used outside of any transaction. The secrets are still sealed."""

    id: int
    kind: str
    settings: Mapping[str, str]
    sealed: bytes = field(repr=False)
    token_version: int
    expires_at: datetime | None
    refreshed_at: datetime | None

    @classmethod
    def of(cls, account: ChannelAccount) -> AccountSnapshot:
        """Read what is needed from a row."""
        return cls(
            id=account.id,
            kind=account.kind,
            settings=dict(account.settings),
            sealed=account.sealed,
            token_version=account.token_version,
            expires_at=account.expires_at,
            refreshed_at=account.refreshed_at,
        )


@dataclass(frozen=True, slots=True)
class Channels:
    """The networks that this installation knows, the vault that opens their accounts, and the client they share."""

    kinds: Mapping[str, type[Channel]]
    vault: Vault
    client: httpx.Client

    def open(self, account: AccountSnapshot) -> Channel:
        """Return the account's channel. Raises KeyError for an unknown kind, SecretsUnreadable where no key fits."""
        credentials = Credentials(
            account_id=account.id,
            settings=account.settings,
            secrets=self.vault.open(account.id, account.sealed),
            expires_at=account.expires_at,
        )
        return self.kinds[account.kind](credentials, self.client)

    def limits(self, account: ChannelAccount) -> Capabilities:
        """Return what an account can do, with its server's own limits."""
        return self.kinds[account.kind].limits(account.settings)


def guard(call: Callable[[], Result]) -> Result:
    """Call a channel. Whatever it raises outside of its contract may have happened after the effect: Ambiguous."""
    try:
        return call()
    except (ChannelError, SecretsUnreadable):
        raise
    except Exception as error:
        logger.exception("channel_broke_its_contract")
        raise Ambiguous(type(error).__name__) from error
