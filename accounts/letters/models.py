"""Letters on their way, as a table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class Letter(Base):
    """One letter. States: waiting, sending, sent, refused, uncertain; the last three are final.

    `key` says what it is about without naming anybody, and nothing is written twice under one key. `sealed` holds
    address and text until the letter is settled, and nothing afterwards.
    """

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
