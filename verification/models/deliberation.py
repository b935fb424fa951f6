"""What people say to each other about a case: threads after the blind assessment, suggestions, and what helped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class DeliberationPost(Base):
    """One contribution to a case's deliberation. `thread_id` is the post that it answers; None begins a thread.

    A hidden one keeps its place and its text for the record; readers see that it was hidden, by whom and why.
    """

    __tablename__ = "deliberation_post"
    __table_args__ = (Index("ix_deliberation_post__case", "case_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("deliberation_post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    posted_at: Mapped[datetime]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_because: Mapped[str | None] = mapped_column(String(300))
    hidden_at: Mapped[datetime | None]


class NarrativeSuggestion(Base):
    """Another wording for one part of a counter-narrative, by somebody who does not write it. States: open, accepted,
    declined. Whoever suggested it does not decide on it."""

    __tablename__ = "narrative_suggestion"
    __table_args__ = (CheckConstraint("decided_by IS NULL OR decided_by <> author_id", name="author_does_not_decide"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    counter_narrative_id: Mapped[int] = mapped_column(ForeignKey("counter_narrative.id"))
    part: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    suggested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class HelpRating(Base):
    """Whether a published counter-narrative helps, in one person's eyes: yes, somewhat or no. The last word counts."""

    __tablename__ = "help_rating"

    counter_narrative_id: Mapped[int] = mapped_column(ForeignKey("counter_narrative.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    help: Mapped[str] = mapped_column(String(10))
    rated_at: Mapped[datetime]


class NarrativeRanking(Base):
    """One night's ranking of all rated counter-narratives: by which method, and what bridging still lacks."""

    __tablename__ = "narrative_ranking"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    method: Mapped[str] = mapped_column(String(20))
    ratings: Mapped[int]
    missing_ratings: Mapped[int]
    parameters_version: Mapped[str] = mapped_column(String(20))
    ranked_at: Mapped[datetime]


class NarrativeRank(Base):
    """A counter-narrative's place (from 1) in one ranking, with what explains it."""

    __tablename__ = "narrative_rank"

    ranking_id: Mapped[int] = mapped_column(ForeignKey("narrative_ranking.id"), primary_key=True)
    counter_narrative_id: Mapped[int] = mapped_column(ForeignKey("counter_narrative.id"), primary_key=True)
    place: Mapped[int]
    score: Mapped[float]
    ratings: Mapped[int]
    intercept: Mapped[float | None]
    factor: Mapped[float | None]
    badge: Mapped[str | None] = mapped_column(String(20))
