"""Work that got stuck, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.wiring import SearchStatus
from kernel.outbox import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """A dead job: what it was to do, and what it said at last."""

    job_id: int
    handler: str
    subject: str
    attempts: int
    last_error: str
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class LongWork:
    """How far the giving of vectors has come: texts that have one, and all texts."""

    done: int
    all: int


def long_work(status: SearchStatus) -> LongWork | None:
    """Return how far search has come with new texts or a new model; None where nothing is left to do."""
    if not status.pending:
        return None
    return LongWork(status.filled, status.filled + status.pending)


def job_views(jobs: list[Job]) -> list[JobView]:
    """Return dead jobs as the page lists them; of their payload only the subject is shown."""
    return [
        JobView(
            job_id=job.id,
            handler=job.handler,
            subject=f"{job.payload.get('subject_type', '')} {job.payload.get('subject_id', '')}".strip(),
            attempts=job.attempts,
            last_error=job.last_error or "",
            finished_at=job.finished_at,
        )
        for job in jobs
    ]
