"""The words of those whom a case concerns: appeals, flags, the agency's statement, and doubts about a recusal."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId

_OPEN = text("decided_at IS NULL")


class Appeal(Base):
    """Somebody whom a fact-check names contests it. Outcomes: open, upheld, rejected.

    `sealed_name` is who they are, for the reviewer alone; `statement` is redacted and never published. `answer` is.
    `tracking_hash` is the SHA-256 of their private link. `escalated_at` is when the clock found it past its deadline.
    """

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal__waiting", "outcome", "due_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"), index=True)
    revision: Mapped[int]
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    standing: Mapped[str] = mapped_column(String(20))
    statement: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(2048))
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    tracking_hash: Mapped[str] = mapped_column(String(64), unique=True)
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    escalated_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_role: Mapped[str | None] = mapped_column(String(20))
    decided_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_at: Mapped[datetime | None]
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"))


class Flag(Base):
    """Somebody says that a fact-check, a piece of evidence or an assessment abuses the house. Outcomes as of appeals.

    `subject_type` is fact_check, evidence or assessment. `note` is redacted and read by staff; `answer` by everybody.
    """

    __tablename__ = "flag"
    __table_args__ = (
        Index("ix_flag__waiting", "outcome", "filed_at"),
        Index(
            "uq_flag__one_open_each",
            "subject_type",
            "subject_id",
            "filed_by",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    filed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    filed_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_role: Mapped[str | None] = mapped_column(String(20))
    decided_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_at: Mapped[datetime | None]


class AgencyStatement(Base):
    """What an agency that a claim names says of it: its own word, never part of the verdict.

    A new statement closes the one before it and both are kept. `stance` is supports, disputes or clarifies: what the
    agency makes of the claim, so that a disagreement with the verdict can be shown.
    """

    __tablename__ = "agency_statement"
    __table_args__ = (
        Index(
            "uq_agency_statement__one_standing",
            "case_id",
            "organisation_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    stance: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(2048))
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class RecusalDoubt(Base):
    """Somebody says that a claim does not speak of an organisation whose people are kept from judging it.

    Outcomes: open, cleared (it is about somebody else), upheld (the recusal stands).
    """

    __tablename__ = "recusal_doubt"
    __table_args__ = (
        Index(
            "uq_recusal_doubt__one_open",
            "case_id",
            "organisation_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
