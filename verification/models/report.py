"""What citizens send: the item that circulates, and each report of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class Item(Base):
    """The circulating message. One row for each distinct `fingerprint`, however many people report it.

    `text` is redacted and may be shown; the original lives sealed on the reports. `original_case_id` keeps where a
    merged item came from.
    """

    __tablename__ = "item"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    original_case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str | None] = mapped_column(String(2048))
    language: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime]


class Report(Base):
    """One person's submission. `tracking_hash` is the SHA-256 of the private link; `sealed_text` is deleted in time."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    tracking_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    seen_where: Mapped[str] = mapped_column(String(40), default="")
    received_at: Mapped[datetime] = mapped_column(index=True)


class Sighting(Base):
    """A place and day at which an item circulated. `views` are the people who saw it there, 0 when nobody knows."""

    __tablename__ = "sighting"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    platform: Mapped[str] = mapped_column(String(40))
    url: Mapped[str | None] = mapped_column(String(2048))
    archive_url: Mapped[str | None] = mapped_column(String(2048))
    seen_on: Mapped[date]
    views: Mapped[int] = mapped_column(BigId, default=0)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class Demand(Base):
    """How often a day people asked about a fact-check; `answered` of them said that it answered their question."""

    __tablename__ = "demand"
    __table_args__ = (UniqueConstraint("fact_check_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"))
    day: Mapped[date]
    asked: Mapped[int] = mapped_column(default=0)
    answered: Mapped[int] = mapped_column(default=0)
