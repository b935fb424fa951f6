"""What comes back from the networks: counts, replies, and posts that vanished."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Organisation, Person
from kernel.db import Base, BigId


class EngagementWatch(Base):
    """When a published post is looked at next. Kept apart from the publication: counting never touches sending."""

    __tablename__ = "engagement_watch"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), primary_key=True)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    polls: Mapped[int] = mapped_column(default=0)
    looked_for_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is counted out of turn, because its network called (publishing.calls)."""
    soonest_at: Mapped[datetime | None]
    """Before this no call has it counted again."""
    vanished_at: Mapped[datetime | None]
    vanished_noted_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    """Who has seen that it vanished; until then it is an alarm."""
    vanished_noted_at: Mapped[datetime | None]


class MetricSnapshot(Base):
    """Cumulative counts of a post at one moment; empty where the network does not tell."""

    __tablename__ = "metric_snapshot"
    __table_args__ = (UniqueConstraint("publication_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"))
    at: Mapped[datetime]
    likes: Mapped[int | None]
    reposts: Mapped[int | None]
    replies: Mapped[int | None]
    quotes: Mapped[int | None]
    views: Mapped[int | None]


class ReplyState(StrEnum):
    """What became of a reply."""

    NEW = "new"
    ANSWERED = "answered"
    HANDLED = "handled"
    REPORTED = "reported"
    """It was made a report of its own."""
    HIDDEN = "hidden"


class InboundReply(Base):
    """A public reply or mention: one row for each remote id, however often it is seen."""

    __tablename__ = "inbound_reply"
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index("ix_inbound_reply__inbox", "organisation_id", "state", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    publication_id: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    remote_id: Mapped[str] = mapped_column(String(300))
    remote_version: Mapped[str | None] = mapped_column(String(100))
    url: Mapped[str | None] = mapped_column(String(500))
    author_handle: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default=ReplyState.NEW)
    handled_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    handled_at: Mapped[datetime | None]
    report_id: Mapped[int | None] = mapped_column(BigId)
