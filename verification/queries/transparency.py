"""How the house works, counted by month (UTC): what it decided, how long it took, and what was said against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, extract, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from verification.models import Appeal, Case, Decision, FactCheck, FactCheckRevision, Flag, Report
from verification.rules.concluding import Outcome

Counts = dict[tuple[date, str], int]
"""How many, by the first day of the month and by kind."""

_OWN = FactCheck.origin == "own"


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`; both are the first moments of a month (UTC)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Worked:
    """Everything that the house can say of a span. `waits` are seconds from first report to publication, sorted."""

    reports: Counts
    decisions: Counts
    waits: dict[date, tuple[float, ...]]
    agreement: Counts
    objections: Counts
    flags: Counts
    held: Counts


def worked(session: Session, *, span: Span) -> Worked:
    """Count a span: reports, decisions by kind of revision, waits, agreement, objections, flags, and cases held."""
    return Worked(
        reports=_counted(session, Report.received_at, literal("received"), span),
        decisions=_counted(session, FactCheckRevision.published_at, FactCheckRevision.kind, span, _IS_OWN),
        waits=_waits(session, span),
        agreement=_agreement(session, span),
        objections=_counted(session, Appeal.filed_at, literal("filed"), span)
        | _counted(session, Appeal.decided_at, Appeal.outcome, span),
        flags=_counted(session, Flag.filed_at, literal("filed"), span)
        | _counted(session, Flag.decided_at, Flag.outcome, span),
        held=_held(session, span),
    )


def first_month(session: Session) -> date | None:
    """Return the month of the first report; None before there is one."""
    first = session.scalar(select(func.min(Report.received_at)))
    return None if first is None else date(first.year, first.month, 1)


_IS_OWN = FactCheckRevision.fact_check_id.in_(select(FactCheck.id).where(_OWN))


def _counted(
    session: Session,
    moment: InstrumentedAttribute[Any],
    kind: ColumnElement[str] | InstrumentedAttribute[str],
    span: Span,
    *where: ColumnElement[bool],
) -> Counts:
    year, month = (cast(extract(part, moment), Integer) for part in ("year", "month"))
    query = select(year, month, kind, func.count()).where(moment >= span.start, moment < span.end, *where)
    return {(date(y, m, 1), k): number for y, m, k, number in session.execute(query.group_by(year, month, kind))}


def _waits(session: Session, span: Span) -> dict[date, tuple[float, ...]]:
    query = select(FactCheck.published_at, Case.opened_at).join(Case, Case.id == FactCheck.case_id)
    found: dict[date, list[float]] = {}
    for published_at, opened_at in _within(session, query.where(_OWN), FactCheck.published_at, span):
        found.setdefault(date(published_at.year, published_at.month, 1), []).append(
            (published_at - opened_at).total_seconds()
        )
    return {month: tuple(sorted(seconds)) for month, seconds in found.items()}


def _agreement(session: Session, span: Span) -> Counts:
    """Set the crowd's last word before each first publication against the verdict that was signed."""
    last = (
        select(func.max(Decision.id))
        .where(Decision.case_id == FactCheck.case_id, Decision.decided_at <= FactCheckRevision.published_at)
        .correlate(FactCheck, FactCheckRevision)
        .scalar_subquery()
    )
    query = (
        select(FactCheckRevision.published_at, FactCheckRevision.content, Decision.verdict)
        .join(FactCheck, FactCheck.id == FactCheckRevision.fact_check_id)
        .outerjoin(Decision, Decision.id == last)
        .where(_OWN, FactCheckRevision.revision == 1)
    )
    counted: Counter[tuple[date, str]] = Counter()
    for published_at, content, crowd in _within(session, query, FactCheckRevision.published_at, span):
        kind = "undecided" if crowd is None else "same" if crowd == content.get("verdict") else "other"
        counted[date(published_at.year, published_at.month, 1), kind] += 1
    return dict(counted)


def _held(session: Session, span: Span) -> Counts:
    """A case counts once in each month in which its votes were held back."""
    year, month = (cast(extract(part, Decision.decided_at), Integer) for part in ("year", "month"))
    query = select(year, month, func.count(Decision.case_id.distinct())).where(
        Decision.outcome == Outcome.HELD.value, Decision.decided_at >= span.start, Decision.decided_at < span.end
    )
    return {(date(y, m, 1), "held"): number for y, m, number in session.execute(query.group_by(year, month))}


def _within(
    session: Session, query: Select[*tuple[Any, ...]], moment: InstrumentedAttribute[datetime], span: Span
) -> Iterator[Any]:
    return iter(session.execute(query.where(moment >= span.start, moment < span.end)))
