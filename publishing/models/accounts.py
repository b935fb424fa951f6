"""Official accounts on networks, their subscribers where there is no wall, and the switch that stops them all."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Organisation, Person
from kernel.db import Base, BigId, Json


class AccountState(StrEnum):
    """Whether an account can be used."""

    CONNECTED = "connected"
    NEEDS_REAUTH = "needs_reauth"
    DISCONNECTED = "disconnected"


class ChannelAccount(Base):
    """An organisation's official account on one network.

    `sealed` opens only with the vault; `token_version` grows at each refresh, so that two workers that meet the same
    dead token refresh it once. `paused_until` is the network's or our own patience with this account and no other.
    """

    __tablename__ = "channel_account"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "handle"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    kind: Mapped[str] = mapped_column(String(20))
    handle: Mapped[str] = mapped_column(String(300))
    name: Mapped[str] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    audience: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5))
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    state: Mapped[str] = mapped_column(String(20), default=AccountState.CONNECTED)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None]
    token_version: Mapped[int] = mapped_column(default=0)
    refreshed_at: Mapped[datetime | None]
    refresh_lease_until: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    reply_cursor: Mapped[str | None] = mapped_column(String(300))
    next_replies_at: Mapped[datetime | None] = mapped_column(index=True)
    soonest_replies_at: Mapped[datetime | None]
    """Before this no call of the network brings the next look at replies forward."""
    connected_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    verified_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Subscriber(Base):
    """Somebody who asked for messages on a broadcast channel. The address is sealed; its hash keeps it single."""

    __tablename__ = "channel_subscriber"
    __table_args__ = (UniqueConstraint("account_id", "address_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"))
    address_hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    opted_in_at: Mapped[datetime]
    opted_out_at: Mapped[datetime | None]


class KillSwitch(Base):
    """One freeze of all sending, of one organisation or (`scope` 0) of everybody, and its release by two people."""

    __tablename__ = "kill_switch"
    __table_args__ = (
        CheckConstraint("released_by <> release_asked_by", name="two_people_release"),
        Index(
            "uq_kill_switch__active",
            "scope",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[int] = mapped_column(BigId)
    """An organisation's id, or 0 for all."""
    reason: Mapped[str] = mapped_column(String(500))
    frozen_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    frozen_at: Mapped[datetime]
    release_asked_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    release_asked_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    released_at: Mapped[datetime | None]
