"""Work that got stuck, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
