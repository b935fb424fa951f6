"""Share cards, drawn once for each revision of a verdict."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class ShareCard(Base):
    """One drawn card. It is found by its hash when it is sent, and served as `<sha256>.png` with the hash as ETag.

    `counter_narrative_id` and `version` name the version that it shows, which is there before any fact-check is;
    `speaker` is the number of the organisation whose name it carries, 0 where that is the house.
    """

    __tablename__ = "share_card"
    __table_args__ = (UniqueConstraint("counter_narrative_id", "version", "speaker", "language", "shape"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    counter_narrative_id: Mapped[int] = mapped_column(BigId)
    version: Mapped[int]
    speaker: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(5))
    shape: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(String(1000))
    drawn_at: Mapped[datetime]
