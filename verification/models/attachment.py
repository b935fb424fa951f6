"""Screenshots that people send: a question about them first, and part of a report once their sender says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class Upload(Base):
    """A question asked with screenshots. Unless it becomes a report it is deleted, pictures and all, at `expires_at`.

    `token_hash` is the SHA-256 of its private link; `sealed_text` is what was typed beside the pictures. `left_out`
    says which files were not taken: their place among those sent, and a reason (kind, size, many).
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    received_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Attachment(Base):
    """One picture of an upload.

    `state`: waiting (as it was sent, not yet looked at), kept (our own copy), refused (`refused_because` says why),
    deleted. `stored_name` names the file in the media store: of what was sent while it waits, of the copy afterwards.
    `reading`: waiting, read, unavailable (the engine that reads words is not installed). `sealed_text` is what was
    read; on the copy kept, personal numbers among it are painted over, and `masked` says that this was done.
    `pdq` is the PDQ hash, 32 bytes, `pdq_quality` 0-100.
    """

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("upload_id", "position"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"))
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    refused_because: Mapped[str] = mapped_column(String(12), default="")
    stored_name: Mapped[str | None] = mapped_column(String(40))
    width: Mapped[int | None]
    height: Mapped[int | None]
    pdq: Mapped[bytes | None] = mapped_column(LargeBinary)
    pdq_quality: Mapped[int | None]
    reading: Mapped[str] = mapped_column(String(12), default="waiting")
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary)
    confidence: Mapped[float | None]
    masked: Mapped[bool] = mapped_column(default=False)
    looked_at: Mapped[datetime | None]
