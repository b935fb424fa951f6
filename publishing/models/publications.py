"""One row, one visible effect on one account; and everything that was tried to bring it about."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Organisation, Person
from kernel.db import Base, BigId


class Operation(StrEnum):
    """Why something is sent."""

    PUBLISH = "publish"
    CORRECT = "correct"
    RETRACT = "retract"
    NOTICE = "notice"
    """The public word that something was withdrawn."""
    ANSWER = "answer"
    """Our reply to somebody's reply."""
    DEDUPE = "dedupe"
    """A second copy of a post is taken down again."""


class Act(StrEnum):
    """What is done at the network. Posting and replying can double; editing and deleting can be repeated."""

    POST = "post"
    REPLY = "reply"
    EDIT = "edit"
    DELETE = "delete"


class PublicationState(StrEnum):
    """Where a publication stands. The last four wait for nobody but a person."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    RETRY = "retry"
    PUBLISHED = "published"
    UNKNOWN = "unknown"
    FAILED = "failed"
    NEEDS_REAUTH = "needs_reauth"
    CANCELLED = "cancelled"


CLAIMABLE = (
    PublicationState.PENDING,
    PublicationState.SCHEDULED,
    PublicationState.RETRY,
    PublicationState.SENDING,
)
"""States that the outbox takes up when they are due; `sending` only once its lease has run out."""


class Reason(StrEnum):
    """Why a publication stands where it stands; the board puts it into words."""

    UNREACHABLE = "unreachable"
    RATE_LIMITED = "rate_limited"
    REPLY_LOST = "reply_lost"
    READS_LAG = "reads_lag"
    OUTCOME_UNKNOWN = "outcome_unknown"
    REJECTED = "rejected"
    REFUSED_AGAIN = "refused_again"
    """A second try was refused, which may mean that the first one got through."""
    REAUTH = "reauth"
    TAMPERED = "tampered"
    SUPERSEDED = "superseded"
    TARGET_NEVER_SENT = "target_never_sent"
    NOT_THERE = "not_there"
    """A person looked at the account: it is not live."""
    BY_PERSON = "by_person"
    DUPLICATE = "duplicate"
    NOT_CONFIGURED = "not_configured"
    OPTED_OUT = "opted_out"
    VANISHED = "vanished"
    NOT_OURS = "not_ours"
    """People outside the organisation approved the correction of its post; its own people decide."""


class Publication(Base):
    """A post, reply, edit or deletion, frozen at approval.

    `target_id` is the publication that is corrected, retracted or deduplicated, the inbound reply that is answered, the
    subscriber of a broadcast, and 0 for a plain post: it completes the key that the database keeps single.
    `maybe_sent_at` is written before anything is sent: from then on the post may be live, and is looked for first.
    """

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("counter_narrative_id", "version", "account_id", "op", "target_id"),
        CheckConstraint("op = 'answer' OR author_id <> approver_id", name="author_is_not_approver"),
        CheckConstraint("state <> 'published' OR remote_id IS NOT NULL", name="published_has_remote_id"),
        Index("ix_publication__due", "state", "not_before"),
        Index("ix_publication__counter_narrative", "counter_narrative_id", "version"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    counter_narrative_id: Mapped[int] = mapped_column(BigId)
    version: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    op: Mapped[str] = mapped_column(String(10))
    act: Mapped[str] = mapped_column(String(10))
    target_id: Mapped[int] = mapped_column(BigId, default=0)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("channel_subscriber.id"), index=True)
    depends_on: Mapped[int | None] = mapped_column(ForeignKey("publication.id"), index=True)
    idem_key: Mapped[str] = mapped_column(String(64), unique=True)
    payload: Mapped[dict[str, Any]]
    payload_sha256: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    approver_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    approved_at: Mapped[datetime]

    state: Mapped[str] = mapped_column(String(20), default=PublicationState.PENDING)
    reason: Mapped[str | None] = mapped_column(String(30))
    detail: Mapped[str | None] = mapped_column(String(500))
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    maybe_sent_at: Mapped[datetime | None]
    handle: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    remote_id: Mapped[str | None] = mapped_column(String(300), index=True)
    remote_url: Mapped[str | None] = mapped_column(String(500))
    remote_version: Mapped[str | None] = mapped_column(String(100))
    published_at: Mapped[datetime | None]


class Step(StrEnum):
    """One line in the record of attempts."""

    SENDING = "sending"
    SENT = "sent"
    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_SENT = "not_sent"
    RATE_LIMITED = "rate_limited"
    AMBIGUOUS = "ambiguous"
    REJECTED = "rejected"
    REFUSED_AGAIN = "refused_again"
    """A second try was refused, which may mean that the first one got through."""
    REAUTH = "reauth"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    SEND_AGAIN = "send_again"
    NOT_THERE = "not_there"


class PublicationAttempt(Base):
    """One line of what was tried and what came of it. Rows are added and never changed.

    `sending` is written before the request leaves: a `sending` without a line after it is a worker that died.
    """

    __tablename__ = "publication_attempt"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id"), index=True)
    step: Mapped[str] = mapped_column(String(20))
    fence: Mapped[int]
    at: Mapped[datetime]
    status: Mapped[int | None]
    request_id: Mapped[str | None] = mapped_column(String(80))
    detail: Mapped[str | None] = mapped_column(String(500))
