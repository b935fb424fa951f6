"""How volunteers come in, and how it is measured whether they judge well: the entrance and gold questions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class EntranceAttempt(Base):
    """One go at the entrance: its questions in their order, and once each is answered, what came of it.

    `questions` are keys of gold questions. An attempt without questions stands for staff's word that somebody was
    trained elsewhere. The database allows one open attempt a person.
    """

    __tablename__ = "entrance_attempt"
    __table_args__ = (
        Index(
            "uq_entrance_attempt__one_open",
            "person_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
        CheckConstraint("(finished_at IS NULL) = (passed IS NULL)", name="finished_has_outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    questions: Mapped[list[str]] = mapped_column(Json)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    right: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool | None]
    retry_at: Mapped[datetime | None]


class GoldAnswer(Base):
    """The final answer to one question of an attempt. `verdict` is what was known, `answer` what the person said.

    `taught` says whether it entered their record: only the first answer to a question does.
    """

    __tablename__ = "gold_answer"
    __table_args__ = (UniqueConstraint("attempt_id", "question"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("entrance_attempt.id"))
    question: Mapped[str] = mapped_column(String(80))
    verdict: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(String(20))
    taught: Mapped[bool]
    answered_at: Mapped[datetime]


class HiddenBallot(Base):
    """A signed case that one person is asked to judge as if it were open, under a `public_id` of its own.

    `way` is how it came to them, by lot or chosen; None while it waits in their queue. It ends answered (`answered_at`,
    with what was filled in; `taught` when it entered their record), or passed on (`skipped_at`). It is no vote and
    never reaches the case: what they found and thought of the evidence stays here (`sources`, `opinions` by number),
    and so does all else that they did as on an open case (`doings`, by kind; `services.pretending` writes them).
    """

    __tablename__ = "hidden_ballot"
    __table_args__ = (
        UniqueConstraint("person_id", "case_id"),
        UniqueConstraint("person_id", "ballot_number"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered_has_answer"),
        CheckConstraint("NOT taught OR answered_at IS NOT NULL", name="taught_was_answered"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    ballot_number: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    offered_at: Mapped[datetime]
    way: Mapped[str | None] = mapped_column(String(6))
    taken_until: Mapped[datetime | None]
    skipped_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(20))
    misinfo_type: Mapped[str | None] = mapped_column(String(30))
    confidence: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence_ids: Mapped[list[int]] = mapped_column(Json, default=list)
    sources: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    opinions: Mapped[dict[str, bool]] = mapped_column(Json, default=dict)
    doings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    taught: Mapped[bool] = mapped_column(default=False)
