"""Evidence, and what people conclude from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class Evidence(Base):
    """A source that speaks for or against a claim: address, quote, and the copy that Saring took of the page."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("case_id", "url", "quote_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    url: Mapped[str] = mapped_column(String(2048))
    quote: Mapped[str] = mapped_column(Text)
    quote_hash: Mapped[str] = mapped_column(String(64))
    stance: Mapped[str] = mapped_column(String(10))
    archive_url: Mapped[str | None] = mapped_column(String(2048))
    archive_state: Mapped[str] = mapped_column(String(12), default="waiting")
    archived_title: Mapped[str | None] = mapped_column(String(300))
    archived_text: Mapped[str | None] = mapped_column(Text)
    archived_sha256: Mapped[str | None] = mapped_column(String(64))
    archived_pdq: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of a source that is a picture, a screenshot for instance: its PDQ hash, 32 bytes."""
    archived_at: Mapped[datetime | None]
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class EvidenceOpinion(Base):
    """Somebody agrees with or contests a piece of evidence; the last word of each person counts."""

    __tablename__ = "evidence_opinion"

    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    agrees: Mapped[bool]
    stated_at: Mapped[datetime]


class Assessment(Base):
    """One person's blind judgement of a case. A change of mind adds a row and closes the old one; both are kept."""

    __tablename__ = "assessment"
    __table_args__ = (
        Index(
            "uq_assessment__one_open",
            "case_id",
            "person_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        CheckConstraint("confidence BETWEEN 1 AND 5", name="confidence"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(20))
    misinfo_type: Mapped[str | None] = mapped_column(String(30))
    confidence: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    evidence_ids: Mapped[list[int]] = mapped_column(Json)
    tally_seen: Mapped[bool] = mapped_column(default=False)
    filed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Decision(Base):
    """What a rule made of the assessments at one moment. Appended, never updated.

    `effective_votes` is how many independent votes they amount to, `probabilities` are those of the three steps of the
    axis, `shown` says whether the leaning may be seen, and `holds` why it may not. `verdict` is the crowd's, not the
    agency's.
    """

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    rule: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[str] = mapped_column(String(20))
    inputs: Mapped[dict[str, Any]]
    inputs_digest: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(30))
    verdict: Mapped[str | None] = mapped_column(String(20))
    votes: Mapped[int]
    effective_votes: Mapped[float] = mapped_column(default=0.0)
    probabilities: Mapped[list[float]] = mapped_column(Json, default=list)
    shown: Mapped[bool] = mapped_column(default=False)
    holds: Mapped[list[str]] = mapped_column(Json, default=list)
    decided_at: Mapped[datetime]
