"""What is not yet approved: an editor's own wording of a post, and an account on its way to being connected."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import Organisation, Person
from kernel.db import Base, BigId


class PostDraft(Base):
    """What somebody decided about the post of one version of a counter-narrative on one account, before approval.

    `text` is empty while the composed draft stands. Whoever changed it last is `edited_by`, and approves nothing.
    """

    __tablename__ = "post_draft"
    __table_args__ = (UniqueConstraint("narrative_id", "account_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    narrative_id: Mapped[int] = mapped_column(BigId)
    """The version of the counter-narrative; a new version begins with new drafts."""
    account_id: Mapped[int] = mapped_column(ForeignKey("channel_account.id"))
    included: Mapped[bool]
    text: Mapped[str] = mapped_column(Text, default="")
    not_before: Mapped[datetime | None]
    edited_by: Mapped[int | None] = mapped_column(ForeignKey(Person.id))
    saved_by: Mapped[int] = mapped_column(ForeignKey(Person.id))
    saved_at: Mapped[datetime]


class PendingConnection(Base):
    """An account that a person is connecting: asked of its network, or named by it and waiting for the person's word.

    One for each person; the sealed secrets live no longer than the minutes of `publishing.pending`.
    """

    __tablename__ = "pending_connection"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    kind: Mapped[str] = mapped_column(String(20))
    shown: Mapped[dict[str, Any]]
    """What may be shown: settings, and once the network has spoken, the name that it gave."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    begun_at: Mapped[datetime]
