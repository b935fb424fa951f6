"""Long work, for the page that shows how far it is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from verification.models import LongWork


def under_way(session: Session) -> list[LongWork]:
    """Return what has not ended, the oldest first."""
    return list(session.scalars(select(LongWork).where(LongWork.finished_at.is_(None)).order_by(LongWork.id)))


def ended(session: Session, *, limit: int) -> list[LongWork]:
    """Return what has ended, the latest first."""
    finished = select(LongWork).where(LongWork.finished_at.is_not(None))
    return list(session.scalars(finished.order_by(LongWork.finished_at.desc(), LongWork.id.desc()).limit(limit)))
