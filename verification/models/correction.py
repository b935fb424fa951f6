"""What happens to a fact-check after publication: it is doubted, corrected, withdrawn or judged anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId

_OPEN = text("decided_at IS NULL")


class Correction(Base):
    """Somebody of the office found a published fact-check wanting, and what came of it.

    Outcomes: open, dismissed, corrected, retracted. One may be open a case. `reason` and `answer` are read by the
    public. Who opened it decides nothing but a new version that somebody else wrote: the database refuses the rest.
    """

    __tablename__ = "correction"
    __table_args__ = (
        Index("uq_correction__one_open", "case_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        CheckConstraint(
            "outcome = 'corrected' OR decided_by IS NULL OR decided_by <> opened_by", name="opener_decides_nothing"
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_role: Mapped[str] = mapped_column(String(20))
    opened_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    opened_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Reopening(Base):
    """A verifier brings new evidence and asks to judge a published case anew; a second verifier joins, or nobody does.

    One may wait a case. The database refuses that somebody joins themselves.
    """

    __tablename__ = "reopening"
    __table_args__ = (
        Index(
            "uq_reopening__one_waiting",
            "case_id",
            unique=True,
            sqlite_where=text("joined_at IS NULL"),
            postgresql_where=text("joined_at IS NULL"),
        ),
        CheckConstraint("joined_by IS NULL OR joined_by <> asked_by", name="two_verifiers"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    joined_at: Mapped[datetime | None]
