"""Who wants to hear what becomes of a report."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class Subscription(Base):
    """One address that is told of the answer to a report, and of its corrections; the row is deleted when that is over.

    `channel` is mail or push. `sealed` holds the address, `address_hash` (keyed) tells two of them apart, `token_hash`
    is the SHA-256 of the word by which its owner confirms and ends it. Nothing is sent before `confirmed_at` but the
    question whether to confirm. Numbers may be given anew once a row is gone, so everything else names a subscription
    by its `token_hash`.
    """

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("report_id", "address_hash"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    address_hash: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str] = mapped_column(String(5))
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
