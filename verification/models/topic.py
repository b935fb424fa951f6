"""The topics of fact-checks, as rows that lists and pages of a topic can look up."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base


class FactCheckTopic(Base):
    """One topic of one fact-check: the rows say what `FactCheck.topics` says, by `services.tagging` alone."""

    __tablename__ = "fact_check_topic"
    __table_args__ = (Index("ix_fact_check_topic__topic", "topic", "fact_check_id"),)

    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
