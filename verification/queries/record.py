"""The public record of decisions: what was decided, on what the rule stood, and who signed by role and organisation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from kernel.outbox import AuditEvent
from verification.models import Case, Decision, FactCheck, FactCheckRevision
from verification.rules.lifecycle import CaseEvent

SIGNED = frozenset(
    {CaseEvent.FACT_CHECK_PUBLISHED, CaseEvent.CORRECTION_PUBLISHED, CaseEvent.FACT_CHECK_RETRACTED},
)
"""Decisions that people signed over what the crowd thought; before them, nobody may see what it thinks."""

CHANGES = frozenset(
    {
        CaseEvent.CORRECTION_OPENED,
        CaseEvent.CORRECTION_DISMISSED,
        CaseEvent.FURTHER_CORRECTION_DISMISSED,
        CaseEvent.CORRECTION_PUBLISHED,
        CaseEvent.FACT_CHECK_RETRACTED,
        CaseEvent.CASE_REOPENED,
    }
)

UNCHECKED = frozenset({CaseEvent.MATCH_CONFIRMED, CaseEvent.CASE_DECLINED, CaseEvent.DECLINE_OVERTURNED})

LOGGED = SIGNED | CHANGES | UNCHECKED


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rule made of the votes, as they stood: `digest` is the SHA-256 of its inputs."""

    rule: str
    version: str
    digest: str
    votes: int
    effective_votes: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision. `chain_hash` is its link in the audit chain, empty for the moment until it is sealed."""

    number: int
    at: datetime
    event: CaseEvent
    case_public_id: str
    title: str
    slug: str
    verdict: str
    reason: str
    signatures: tuple[dict[str, str], ...]
    counted: Counted | None
    chain_hash: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A stretch of the record, newest first, and whether there is more on either side."""

    entries: tuple[Entry, ...]
    has_newer: bool
    has_older: bool


def decisions(
    session: Session,
    *,
    events: Collection[CaseEvent] = LOGGED,
    public_id: str = "",
    limit: int,
    before: int | None = None,
    after: int | None = None,
) -> RecordPage:
    """Return up to `limit` decisions, newest first: those before or after an entry's number, or the newest."""
    query = select(AuditEvent).where(
        AuditEvent.subject_type == "case", AuditEvent.kind.in_([event.value for event in events])
    )
    if public_id:
        case_id = session.scalar(select(Case.id).where(Case.public_id == public_id))
        query = query.where(AuditEvent.subject_id == str(case_id))
    if after is not None:
        query = query.where(AuditEvent.id > after).order_by(AuditEvent.id)
    else:
        query = query.order_by(AuditEvent.id.desc())
        if before is not None:
            query = query.where(AuditEvent.id < before)
    found = session.scalars(query.limit(limit + 1)).all()
    rows, more = list(found[:limit]), len(found) > limit
    if after is not None:
        rows.reverse()
    has_newer, has_older = (more, True) if after is not None else (before is not None, more)
    return RecordPage(tuple(_entries(session, rows)), has_newer=has_newer, has_older=has_older)


def _entries(session: Session, rows: list[AuditEvent]) -> list[Entry]:
    numbers = {int(row.subject_id) for row in rows}
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(numbers)))}
    checks = {
        check.case_id: check for check in session.scalars(select(FactCheck).where(FactCheck.case_id.in_(numbers)))
    }
    revisions = _revisions(session, [check.id for check in checks.values()])
    counted = _counted(session, numbers)
    houses = {row.organisation_id for row in rows if row.organisation_id is not None}
    named = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(houses)))
    names = {number: name for number, name in named}  # noqa: C416 - rows are no pairs to mypy
    entries = []
    for row in rows:
        case, check = cases[int(row.subject_id)], checks.get(int(row.subject_id))
        event = CaseEvent(row.kind)
        revision = revisions.get((check.id if check else 0, int(row.data.get("revision") or 0)))
        acted = {"act": "acted", "role": row.actor_role or "", "organisation": names.get(row.organisation_id or 0, "")}
        entries.append(
            Entry(
                number=row.id,
                at=row.at,
                event=event,
                case_public_id=case.public_id,
                title=check.title if check else "",
                slug=check.slug if check else "",
                verdict=str(row.data.get("verdict") or (revision.content.get("verdict") if revision else "") or ""),
                reason=revision.reason if revision else str(row.data.get("reason") or ""),
                signatures=tuple(revision.signatures) if revision and revision.signatures else (acted,),
                counted=_as_it_stood(counted.get(case.id, []), row.at) if event in SIGNED else None,
                chain_hash=row.hash or "",
            )
        )
    return entries


def _revisions(session: Session, fact_check_ids: Collection[int]) -> dict[tuple[int, int], FactCheckRevision]:
    query = select(FactCheckRevision).where(FactCheckRevision.fact_check_id.in_(fact_check_ids))
    return {(row.fact_check_id, row.revision): row for row in session.scalars(query)}


def _counted(session: Session, case_ids: Collection[int]) -> dict[int, list[tuple[datetime, Counted]]]:
    # Without the inputs themselves: they are long, and name people by their numbers.
    columns = (
        Decision.case_id,
        Decision.decided_at,
        Decision.rule,
        Decision.rule_version,
        Decision.inputs_digest,
        Decision.votes,
        Decision.effective_votes,
    )
    found: dict[int, list[tuple[datetime, Counted]]] = {}
    for row in session.execute(select(*columns).where(Decision.case_id.in_(case_ids)).order_by(Decision.id)):
        found.setdefault(row.case_id, []).append((row.decided_at, Counted(*row[2:])))
    return found


def _as_it_stood(counted: list[tuple[datetime, Counted]], at: datetime) -> Counted | None:
    return next((one for moment, one in reversed(counted) if moment <= at), None)
