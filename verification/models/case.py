"""The review workflow of a claim, and who holds it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class Case(Base):
    """One claim on its way to a verdict. `state` follows verification.rules.lifecycle and nothing else.

    `claim` is the checkable statement in an editor's words; until one is written the item's text stands for it.
    `named_organisation_ids` are the organisations the claim speaks of; their people may not judge it.
    `merged_into_id` is the case that took over its items; such a case rests until the merge is undone.
    """

    __tablename__ = "case"
    __table_args__ = (Index("ix_case__queue", "state", "priority"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True)
    state: Mapped[str] = mapped_column(String(30))
    revision: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str] = mapped_column(Text, default="")
    claimant: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5))
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    named_organisation_ids: Mapped[list[int]] = mapped_column(Json, default=list)
    priority: Mapped[float] = mapped_column(default=0.0)
    priority_reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    report_count: Mapped[int] = mapped_column(default=0)
    decline_reason: Mapped[str | None] = mapped_column(String(40))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), index=True)
    opened_at: Mapped[datetime]
    state_changed_at: Mapped[datetime]


class CaseLease(Base):
    """Who works on a case now. One row a case: the database lets nobody else in until it expires."""

    __tablename__ = "case_lease"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    expires_at: Mapped[datetime]


class CaseSkip(Base):
    """Somebody passed a case on; the queue does not offer it to them again."""

    __tablename__ = "case_skip"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    skipped_at: Mapped[datetime]


class MatchLink(Base):
    """A link from a case to a fact-check that may answer it: suggested by the matcher, confirmed or rejected by people.

    `scores`, `model` and `threshold_version` say what the matcher knew; `original_fact_check_id` keeps the first
    proposal when the link is pointed elsewhere.
    """

    __tablename__ = "match_link"
    __table_args__ = (Index("uq_match_link__case_id_fact_check_id", "case_id", "fact_check_id", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"), index=True)
    original_fact_check_id: Mapped[int | None] = mapped_column(ForeignKey("fact_check.id"))
    state: Mapped[str] = mapped_column(String(10), default="suggested")
    probability: Mapped[float]
    scores: Mapped[dict[str, Any]]
    model: Mapped[str] = mapped_column(String(120))
    threshold_version: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
