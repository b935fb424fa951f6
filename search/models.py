"""The tables of search: what the matcher knows of each debunk, its vectors, and which model serves.

They are the only truth; every index file is derived from them and caught up by change id (docs/adr/0005).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId


class SearchCounter(Base):
    """The one row from which change ids are drawn. Its row lock makes them rise in the order of commits.

    `token` names this database, so that index files of another one are never taken for its own.
    """

    __tablename__ = "search_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigId)
    token: Mapped[str] = mapped_column(String(32))


class SearchDocument(Base):
    """A debunk as the matcher reads it. The folded texts are kept, so that no index and no query folds it again."""

    __tablename__ = "search_document"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    title: Mapped[str] = mapped_column(Text)
    claim: Mapped[str] = mapped_column(Text)
    explanation: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(35))
    verdict: Mapped[str] = mapped_column(String(200))
    published_on: Mapped[date | None]
    url: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    topics: Mapped[list[str]]
    folded_title: Mapped[str] = mapped_column(Text)
    folded_claim: Mapped[str] = mapped_column(Text)
    folded_explanation: Mapped[str] = mapped_column(Text)
    folding_version: Mapped[int] = mapped_column(index=True)
    deleted: Mapped[bool]
    change_id: Mapped[int] = mapped_column(BigId, unique=True)
    updated_at: Mapped[datetime]


class SearchVector(Base):
    """One text of a document as a unit vector of one model: `data` is little-endian float32, `dim` of them."""

    __tablename__ = "search_vector"
    __table_args__ = (
        UniqueConstraint("document_id", "field", "model_id"),
        Index("ix_search_vector__model_change", "model_id", "change_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("search_document.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(12))
    model_id: Mapped[int] = mapped_column(ForeignKey("search_model.id", ondelete="CASCADE"))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    change_id: Mapped[int] = mapped_column(BigId)


class SearchModel(Base):
    """An encoder that has vectors here. Exactly one is `active` and serves; one may be `coming` and is being filled."""

    __tablename__ = "search_model"
    __table_args__ = (
        UniqueConstraint("name", "revision"),
        Index(
            "uq_search_model__one_active",
            "state",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(400))
    revision: Mapped[str] = mapped_column(String(80))
    dim: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


class SearchPicture(Base):
    """A picture by which others like it are found: `pdq` is its PDQ hash, 32 bytes, `key` the caller's name for it."""

    __tablename__ = "search_picture"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    pdq: Mapped[bytes] = mapped_column(LargeBinary)
    deleted: Mapped[bool] = mapped_column(default=False)
    change_id: Mapped[int] = mapped_column(BigId, unique=True)
