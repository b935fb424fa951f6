"""How reports of one claim came together or apart, and which old answers are asked for again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db import Base, BigId, Json


class ClusterChange(Base):
    """Items moved from one case to another: `kind` is merge (all of them) or split (some, into a case of their own).

    `item_ids` are those moved; undoing moves back what is still where this change put it.
    """

    __tablename__ = "cluster_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    from_case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    to_case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    item_ids: Mapped[list[int]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]


class ResurfacingAlert(Base):
    """An old answer is asked for again: `recent` times within the rule's window, against `usual` in windows before.

    Open until somebody closes it: `outcome` is shared (sent out again) or set_aside. One may be open a fact-check.
    """

    __tablename__ = "resurfacing_alert"
    __table_args__ = (
        Index(
            "uq_resurfacing_alert__one_open",
            "fact_check_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    fact_check_id: Mapped[int] = mapped_column(ForeignKey("fact_check.id"), index=True)
    recent: Mapped[int]
    usual: Mapped[float]
    parameters: Mapped[str] = mapped_column(String(20))
    raised_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(String(10))
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
