"""What everybody may read: fact-checks in lists and whole, and a reporter's own page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Session

from accounts.models import Organisation
from verification.errors import NoSuchFactCheck, NoSuchReport
from verification.models import (
    Attachment,
    Case,
    Decision,
    Demand,
    FactCheck,
    FactCheckRevision,
    FactCheckTopic,
    Item,
    MatchLink,
    Report,
    Upload,
)
from verification.rules.lifecycle import CaseState

SHOWN = frozenset(state.value for state in (CaseState.PUBLISHED, CaseState.UNDER_CORRECTION, CaseState.CORRECTED))
"""States in which a fact-check is listed. A retracted one keeps its address and says that it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact-check with how often it was asked about in the window."""

    fact_check: FactCheck
    times: int


@dataclass(frozen=True, slots=True)
class Published:
    """A fact-check as its page needs it. `decision` is the crowd's, `agency` who signed; both may be missing.

    `pictured` says that people sent the claim in as a picture.
    """

    fact_check: FactCheck
    revisions: tuple[FactCheckRevision, ...]
    agency: str
    decision: Decision | None
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Tracked:
    """A report with where its case stands; `answer` is the fact-check that settles it, when there is one."""

    report: Report
    item: Item
    case: Case
    answer: FactCheck | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows a list by; an empty value does not narrow."""

    verdict: str = ""
    misinfo_type: str = ""
    language: str = ""
    source: str = ""
    topic: str = ""
    since: date | None = None
    until: date | None = None


Place = tuple[datetime, int]
"""Where a page of a list begins: moment of publication and number of a fact-check."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list, newest first, and whether there is more on either side."""

    rows: tuple[FactCheck, ...]
    has_newer: bool
    has_older: bool


def most_asked(session: Session, *, since: date, limit: int) -> list[Asked]:
    """Return the fact-checks that people asked about most from `since` on, most first."""
    times = func.sum(Demand.asked)
    query = (
        select(FactCheck, times.label("times"))
        .join(Demand, Demand.fact_check_id == FactCheck.id)
        .where(Demand.day >= since, FactCheck.state.in_(SHOWN))
        .group_by(FactCheck.id)
        .order_by(times.desc(), FactCheck.id.desc())
        .limit(limit)
    )
    return [Asked(row.FactCheck, int(row.times)) for row in session.execute(query)]


def browse(
    session: Session,
    *,
    filters: Filters,
    limit: int,
    older_than: Place | None = None,
    newer_than: Place | None = None,
) -> Page:
    """Return up to `limit` fact-checks on one side of a place, or the newest when no place is given."""
    place = (FactCheck.published_at, FactCheck.id)
    query = narrowed(filters)
    if newer_than is not None:
        query = query.where(tuple_(*place) > newer_than).order_by(*place)
    else:
        query = query.order_by(*(column.desc() for column in place))
        if older_than is not None:
            query = query.where(tuple_(*place) < older_than)
    found = session.scalars(query.limit(limit + 1)).all()
    rows, more = tuple(found[:limit]), len(found) > limit
    if newer_than is not None:
        return Page(rows[::-1], has_newer=more, has_older=True)
    return Page(rows, has_newer=older_than is not None, has_older=more)


def latest(session: Session, *, language: str, limit: int) -> tuple[FactCheck, ...]:
    """Return the newest fact-checks in a language, and those in any where there is none in it."""
    own = browse(session, filters=Filters(language=language), limit=limit).rows
    return own or browse(session, filters=Filters(), limit=limit).rows


def by_number(session: Session, *, fact_check_ids: Collection[int], filters: Filters) -> dict[int, FactCheck]:
    """Return those of the numbered fact-checks that are listed and pass the filters, by number."""
    query = narrowed(filters).where(FactCheck.id.in_(fact_check_ids))
    return {fact_check.id: fact_check for fact_check in session.scalars(query)}


def numbered(session: Session, *, fact_check_id: int) -> FactCheck:
    """Return the fact-check with this number, or raise NoSuchFactCheck."""
    fact_check = session.get(FactCheck, fact_check_id)
    if fact_check is None:
        raise NoSuchFactCheck(fact_check_id=fact_check_id)
    return fact_check


def source_names(session: Session, *, limit: int = 100) -> list[str]:
    """Return the names of the houses whose fact-checks are listed, in alphabetical order."""
    query = select(FactCheck.source_name).where(FactCheck.source_name != "").distinct()
    return list(session.scalars(query.order_by(FactCheck.source_name).limit(limit)))


def published(session: Session, *, public_id: str) -> Published:
    """Return a public fact-check with its history, or raise NoSuchFactCheck."""
    fact_check = session.scalar(select(FactCheck).where(FactCheck.public_id == public_id))
    if fact_check is None:
        raise NoSuchFactCheck(public_id=public_id)
    history = select(FactCheckRevision).where(FactCheckRevision.fact_check_id == fact_check.id)
    decided = select(Decision).where(Decision.case_id == fact_check.case_id).order_by(Decision.id.desc()).limit(1)
    agency = select(Organisation.name).where(Organisation.id == fact_check.organisation_id)
    return Published(
        fact_check=fact_check,
        revisions=tuple(session.scalars(history.order_by(FactCheckRevision.revision))),
        agency=session.scalar(agency) or "",
        decision=session.scalar(decided) if fact_check.case_id is not None else None,
        pictured=has_pictures(session, fact_check=fact_check),
    )


def has_pictures(session: Session, *, fact_check: FactCheck) -> bool:
    """Tell whether the claim went around as a picture, as far as people sent it in."""
    sent = (
        select(Attachment.id)
        .join(Upload, Upload.id == Attachment.upload_id)
        .join(Report, Report.id == Upload.report_id)
        .join(Item, Item.id == Report.item_id)
        .where(Item.case_id == fact_check.case_id, Attachment.state.in_(("kept", "deleted")))
    )
    return fact_check.case_id is not None and session.scalar(sent.limit(1)) is not None


def tracked(session: Session, *, tracking_hash: str) -> Tracked:
    """Return what a private tracking link shows, or raise NoSuchReport."""
    row = session.execute(
        select(Report, Item, Case)
        .join(Item, Item.id == Report.item_id)
        .join(Case, Case.id == Item.case_id)
        .where(Report.tracking_hash == tracking_hash)
    ).first()
    if row is None:
        raise NoSuchReport
    return Tracked(row.Report, row.Item, row.Case, answer_of(session, row.Case))


def narrowed(filters: Filters) -> Select[FactCheck]:
    """Return the query of all listed fact-checks that pass the filters."""
    query = select(FactCheck).where(FactCheck.state.in_(SHOWN))
    exact = (
        (FactCheck.verdict, filters.verdict),
        (FactCheck.misinfo_type, filters.misinfo_type),
        (FactCheck.language, filters.language),
        (FactCheck.source_name, filters.source),
    )
    for column, value in exact:
        if value:
            query = query.where(column == value)
    if filters.topic:
        query = query.join(FactCheckTopic).where(FactCheckTopic.topic == filters.topic)
    if filters.since:
        query = query.where(FactCheck.published_at >= datetime.combine(filters.since, time.min, UTC))
    if filters.until:
        query = query.where(FactCheck.published_at < datetime.combine(filters.until, time.min, UTC) + timedelta(days=1))
    return query


def answer_of(session: Session, case: Case) -> FactCheck | None:
    """Return the fact-check that settles a case, its own or the one that people confirmed, or None as yet."""
    own = session.scalar(select(FactCheck).where(FactCheck.case_id == case.id))
    if own is not None or case.state != CaseState.MATCHED:
        return own
    confirmed = (
        select(FactCheck)
        .join(MatchLink, MatchLink.fact_check_id == FactCheck.id)
        .where(MatchLink.case_id == case.id, MatchLink.state == "confirmed")
        .order_by(MatchLink.id.desc())
        .limit(1)
    )
    return session.scalar(confirmed)
