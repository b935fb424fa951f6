"""How work was given out, what of it was handed to the public, and how far long work has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class LongWork(Base):
    """Work that takes minutes, and how far it is. Whoever does it writes `done` and `beat_at` with each step.

    `kind` is import (entries of a file), learn (texts that get a vector) or export (votes). `total` is the number of
    steps to do, as far as it is known. `report` holds what came of it, by name, in numbers, and under `faults` the
    first entries that could not be read, each with `line` and `reason`. `state` is waiting (for the worker), running,
    done or failed. `file` names the upload in the house's folder of imports; work without one is done by whoever began
    it.
    """

    __tablename__ = "long_work"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    file: Mapped[str | None] = mapped_column(String(64), index=True)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(10))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    report: Mapped[dict[str, Any]]
    began_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
