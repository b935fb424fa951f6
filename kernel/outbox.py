"""What happened, written in the transaction in which it happened, and the work that follows from it.

`record` writes an `AuditEvent` (the permanent, hash-chained public record) and, with it, an `OutboxEvent`. The worker
fans each outbox event out into one `Job` a subscribed handler, so that a failing handler never holds up another; jobs
are claimed with a lease and a fencing token. Delivery is at least once: every handler is idempotent.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, func, or_, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from kernel.db import Base, BigId, database_now

LEASE_SECONDS = 60
"""How long a worker may hold a job before another one takes it. Handlers that take longer call `extend`."""

MAX_ATTEMPTS = 8
"""After so many failures a job is `dead` and waits on the staff page; with the back-off below that is about 2 hours."""

BACKOFF_BASE_SECONDS = 2.0
BACKOFF_CAP_SECONDS = 3_600.0


class AuditEvent(Base):
    """One thing that somebody did. Append-only; `sequence`, `previous_hash` and `hash` are set once, by `seal`."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event__subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True)
    actor_role: Mapped[str | None] = mapped_column(String(20))
    organisation_id: Mapped[int | None] = mapped_column(BigId)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]
    sequence: Mapped[int | None] = mapped_column(BigId, unique=True)
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))


class OutboxEvent(Base):
    """A message to the worker that something happened. `fanned_out_at` is empty until its jobs exist."""

    __tablename__ = "outbox_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    fanned_out_at: Mapped[datetime | None] = mapped_column(index=True)


class Job(Base):
    """One handler's work on one event (or on nothing: a scheduled job). States: ready, done, dead."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("handler", "dedupe_key"),
        Index("ix_job__due", "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    handler: Mapped[str] = mapped_column(String(80))
    dedupe_key: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="ready")
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the audit keeps it. `person_id` None is a citizen without an account or the system itself."""

    person_id: int | None = None
    role: str | None = None
    organisation_id: int | None = None


SYSTEM = Actor(role="system")
"""The worker and the command line, when no person stands behind the act."""

CITIZEN = Actor(role="citizen")
"""A visitor without an account."""


@dataclass(frozen=True, slots=True)
class ClaimedJob:
    """A job in hand: finish, fail and extend it with the same `fence`, or not at all."""

    id: int
    handler: str
    payload: dict[str, Any]
    attempts: int
    fence: int


def record(
    session: Session,
    kind: str,
    *,
    actor: Actor,
    subject: tuple[str, int | str],
    now: datetime,
    data: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write down that `kind` (past tense, snake case) happened to `subject` (type, id), and tell the worker.

    `data` holds the facts in JSON types. It becomes public: no personal data and no secret belongs in it.
    """
    subject_type, subject_id = subject[0], str(subject[1])
    facts = dict(data or {})
    event = AuditEvent(
        kind=kind,
        at=now,
        actor_id=actor.person_id,
        actor_role=actor.role,
        organisation_id=actor.organisation_id,
        subject_type=subject_type,
        subject_id=subject_id,
        data=facts,
    )
    payload = {**facts, "subject_type": subject_type, "subject_id": subject_id}
    session.add_all([event, OutboxEvent(kind=kind, payload=payload, created_at=now)])
    return event


def enqueue(
    session: Session,
    handler: str,
    *,
    dedupe_key: str,
    payload: dict[str, Any],
    now: datetime,
    not_before: datetime | None = None,
) -> bool:
    """Add a job in the caller's transaction, once for each (handler, dedupe_key); False where it is there already."""
    found = session.scalar(select(Job.id).where(Job.handler == handler, Job.dedupe_key == dedupe_key))
    if found is None:
        session.add(
            Job(
                handler=handler,
                dedupe_key=dedupe_key,
                payload=payload,
                not_before=not_before or now,
                created_at=now,
            )
        )
    return found is None


def fan_out(session: Session, subscriptions: dict[str, tuple[str, ...]], *, limit: int = 100) -> int:
    """Turn up to `limit` new events into jobs, one for each handler that `subscriptions` names for the kind.

    Returns how many events were taken. Two workers never take the same one: PostgreSQL skips locked rows, SQLite has
    one writer.
    """
    now = database_now(session)
    query = select(OutboxEvent).where(OutboxEvent.fanned_out_at.is_(None)).order_by(OutboxEvent.id).limit(limit)
    events = session.scalars(query.with_for_update(skip_locked=True)).all()
    for event in events:
        event.fanned_out_at = now
        for handler in subscriptions.get(event.kind, ()):
            enqueue(session, handler, dedupe_key=f"event:{event.id}", payload=event.payload, now=now)
    return len(events)


def claim(session: Session, handlers: tuple[str, ...], *, lease_seconds: int = LEASE_SECONDS) -> ClaimedJob | None:
    """Take the oldest due job of one of `handlers`, or None. A job whose lease ran out is due again."""
    now = database_now(session)
    due = (
        select(Job.id)
        .where(Job.state == "ready", Job.not_before <= now, Job.handler.in_(handlers))
        .where(or_(Job.lease_until.is_(None), Job.lease_until < now))
        .order_by(Job.not_before, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job_id = session.scalar(due)
    if job_id is None:
        return None
    row = session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(lease_until=now + timedelta(seconds=lease_seconds), attempts=Job.attempts + 1, fence=Job.fence + 1)
        .returning(Job.id, Job.handler, Job.payload, Job.attempts, Job.fence)
    ).one()
    return ClaimedJob(*row)


def extend(session: Session, job: ClaimedJob, *, lease_seconds: int = LEASE_SECONDS) -> bool:
    """Prolong the lease of a job in hand; False means that it was lost to another worker."""
    until = database_now(session) + timedelta(seconds=lease_seconds)
    return _update_in_hand(session, job, lease_until=until)


def finish(session: Session, job: ClaimedJob) -> bool:
    """Mark the job done; False means that the lease was lost and somebody else decides."""
    return _update_in_hand(session, job, state="done", finished_at=database_now(session), lease_until=None)


def fail(session: Session, job: ClaimedJob, error: str, *, retry_after_seconds: float | None = None) -> bool:
    """Put the job back with growing, jittered delay, or end it as `dead` after `MAX_ATTEMPTS`."""
    now = database_now(session)
    if job.attempts >= MAX_ATTEMPTS:
        return _update_in_hand(session, job, state="dead", last_error=error[:500], finished_at=now, lease_until=None)
    delay = retry_after_seconds
    if delay is None:
        ceiling = min(BACKOFF_CAP_SECONDS, BACKOFF_BASE_SECONDS * 2**job.attempts)
        delay = ceiling * random.uniform(0.5, 1.0)
    return _update_in_hand(
        session, job, last_error=error[:500], not_before=now + timedelta(seconds=delay), lease_until=None
    )


def revive(session: Session, job_id: int) -> bool:
    """Give a dead job a new life with fresh attempts; the staff page's button."""
    result = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == "dead")
        .values(state="ready", attempts=0, not_before=database_now(session), finished_at=None)
        .returning(Job.id)
    )
    return result.scalar() is not None


def dead_jobs(session: Session, *, limit: int) -> list[Job]:
    """Return the jobs that wait for a person, the latest first."""
    return list(session.scalars(select(Job).where(Job.state == "dead").order_by(Job.id.desc()).limit(limit)))


def waiting_jobs(session: Session) -> int:
    """Return how many jobs are yet to be done."""
    return session.scalar(select(func.count()).select_from(Job).where(Job.state == "ready")) or 0


def seal(session: Session, *, limit: int = 500) -> int:
    """Chain up to `limit` unsealed audit events and return how many. Only one sealer runs at a time.

    The order is that of sealing, not of ids: a transaction that commits late is sealed later, and the chain holds.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(7274001)"))
    sealed = select(AuditEvent).where(AuditEvent.sequence.is_not(None))
    last = session.scalar(sealed.order_by(AuditEvent.sequence.desc()).limit(1))
    sequence, previous = (last.sequence or 0, last.hash) if last else (0, "0" * 64)
    unsealed = select(AuditEvent).where(AuditEvent.sequence.is_(None)).order_by(AuditEvent.id).limit(limit)
    events = session.scalars(unsealed).all()
    for event in events:
        sequence += 1
        event.sequence, event.previous_hash = sequence, previous
        event.hash = previous = audit_hash(event)
    return len(events)


def audit_hash(event: AuditEvent) -> str:
    """Return the SHA-256 (hex) of an event's facts and of the hash before it; docs/audit.md gives the recipe."""
    facts = {
        "sequence": event.sequence,
        "previous": event.previous_hash,
        "kind": event.kind,
        "at": event.at.isoformat(),
        "actor": event.actor_id,
        "role": event.actor_role,
        "organisation": event.organisation_id,
        "subject": [event.subject_type, event.subject_id],
        "data": event.data,
    }
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _update_in_hand(session: Session, job: ClaimedJob, **values: Any) -> bool:
    statement = update(Job).where(Job.id == job.id, Job.fence == job.fence, Job.state == "ready").values(**values)
    return session.execute(statement.returning(Job.id)).scalar() is not None
