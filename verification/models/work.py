"""How work was given out, and what of it was handed to the public."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class BallotAssignment(Base):
    """How a case first came to somebody: drawn by lot from `among` cases, handed over, or chosen by themselves.

    `way` is lot, handed or chosen.
    """

    __tablename__ = "ballot_assignment"
    __table_args__ = (UniqueConstraint("person_id", "case_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    way: Mapped[str] = mapped_column(String(10))
    among: Mapped[int]
    assigned_at: Mapped[datetime]


class VoteExport(Base):
    """One public file of votes: pseudonymous, and of votes filed before `until` only."""

    __tablename__ = "vote_export"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(80), unique=True)
    votes: Mapped[int]
    cases: Mapped[int]
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]
    made_at: Mapped[datetime]
