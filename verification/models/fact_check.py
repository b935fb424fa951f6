"""The counter-narrative that people write and the fact-check that the public reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json

UNDATED = date(1970, 1, 1)
"""Where a check without a date stands in lists: behind every one that has a date. It is never shown."""


class CounterNarrative(Base):
    """One version of the answer to a case, in the order of the Debunking Handbook: fact, myth, why, fact, what to do.

    States: draft, submitted, approved, rejected, superseded. The database refuses an approver who is the author.
    `organisation_id` is in whose name it is published: the author's, and for a volunteer's version the approver's.
    """

    __tablename__ = "counter_narrative"
    __table_args__ = (
        UniqueConstraint("case_id", "version"),
        CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="author_is_not_approver"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(5))
    verdict: Mapped[str] = mapped_column(String(20))
    misinfo_type: Mapped[str | None] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    fact: Mapped[str] = mapped_column(Text)
    warning: Mapped[str] = mapped_column(Text, default="")
    circulated: Mapped[str] = mapped_column(Text)
    why_misleading: Mapped[str] = mapped_column(Text)
    closing_fact: Mapped[str] = mapped_column(Text)
    what_to_do: Mapped[str] = mapped_column(Text)
    sources: Mapped[list[dict[str, str]]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    author_role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    review_note: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]


class FactCheck(Base):
    """A public result: Saring's own, or another house's that was imported and is shown as theirs.

    `source_label` is the imported rating exactly as its house wrote it; `verdict` is our reading of it, or empty.
    """

    __tablename__ = "fact_check"
    __table_args__ = (Index("ix_fact_check__published", "published_at", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    slug: Mapped[str] = mapped_column(String(80))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), unique=True)
    origin: Mapped[str] = mapped_column(String(10))
    source_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    source_name: Mapped[str] = mapped_column(String(120), default="")
    source_label: Mapped[str] = mapped_column(String(120), default="")
    source_url: Mapped[str] = mapped_column(String(2048), default="")
    state: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    verdict: Mapped[str | None] = mapped_column(String(20), index=True)
    misinfo_type: Mapped[str | None] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(500))
    claim: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[dict[str, Any]]
    language: Mapped[str] = mapped_column(String(5))
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    asked_count: Mapped[int] = mapped_column(default=0)
    claim_published_on: Mapped[date | None]
    published_at: Mapped[datetime]
    modified_at: Mapped[datetime]

    @property
    def dated_on(self) -> date | None:
        """The day on which its house published it; None where an imported check does not say."""
        return self.claim_published_on if self.origin == "imported" else self.published_at.date()


class FactCheckRevision(Base):
    """What a fact-check said in one revision, why it changed and who stood behind the change. Append-only.

    Kinds: published, corrected, confirmed (judged anew, same verdict), retracted. `signatures` name each who signed by
    `act` (wrote, approved, asked), `role` and `organisation`, as they were on the day; never a person.
    """

    __tablename__ = "fact_check_revision"
    __table_args__ = (UniqueConstraint("fact_check_id", "revision"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"))
    revision: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]]
    counter_narrative_id: Mapped[int | None] = mapped_column(ForeignKey("counter_narrative.id"))
    signatures: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    published_at: Mapped[datetime]
