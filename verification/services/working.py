"""Keeping the record of long work, so that a page can show how far it is, whichever process does it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from verification.models import LongWork

KEPT = 20
"""Finished work that stays on record, the latest; what it did stands in the audit trail."""

NAME_LIMIT = 120
"""Characters, as the column has them."""


def begin(
    session: Session, *, kind: str, name: str = "", total: int = 0, now: datetime, state: str = "running"
) -> LongWork:
    """Put new work on record and return it, with its number; of finished work the latest `KEPT` stay."""
    work = LongWork(
        kind=kind, name=name[-NAME_LIMIT:], total=total, state=state, report={}, began_at=now, beat_at=now, done=0
    )
    session.add(work)
    finished = select(LongWork.id).where(LongWork.finished_at.is_not(None)).order_by(LongWork.id.desc()).offset(KEPT)
    session.execute(delete(LongWork).where(LongWork.id.in_(session.scalars(finished).all())))
    session.flush()
    return work


def take_in(
    session: Session, *, kind: str, name: str, file: str, total: int, person_id: int, now: datetime
) -> LongWork:
    """Put work on a file that somebody sent on record; the same file under way already is not begun twice."""
    under_way = select(LongWork).where(LongWork.file == file, LongWork.finished_at.is_(None)).limit(1)
    if known := session.scalar(under_way):
        return known
    work = begin(session, kind=kind, name=name, total=total, now=now, state="waiting")
    work.file, work.started_by = file, person_id
    session.flush()
    return work


def take_up(session: Session, *, kind: str, total: int, now: datetime) -> LongWork:
    """Return the running work of a kind that only ever runs once at a time, begun now or left by a process that died.

    `total` steps are still to be done.
    """
    running = select(LongWork).where(LongWork.kind == kind, LongWork.finished_at.is_(None)).limit(1)
    work = session.scalar(running) or begin(session, kind=kind, now=now)
    work.total = work.done + total
    return work


def beat(session: Session, *, work_id: int, was: int, done: int, now: datetime) -> bool:
    """Say that the work came from `was` to `done`; False where somebody else has gone on with it meanwhile."""
    moved = (
        update(LongWork)
        .where(LongWork.id == work_id, LongWork.done == was, LongWork.finished_at.is_(None))
        .values(done=done, beat_at=now, state="running")
        .returning(LongWork.id)
    )
    return session.scalar(moved) is not None


def finish(session: Session, *, work_id: int, now: datetime, failed: bool = False) -> None:
    """End work, once; what was reckoned beforehand gives way to what was really done."""
    over = update(LongWork).where(LongWork.id == work_id, LongWork.finished_at.is_(None))
    values = {"state": "failed"} if failed else {"state": "done", "total": LongWork.done}
    session.execute(over.values(beat_at=now, finished_at=now, **values))
