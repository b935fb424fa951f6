"""What there is to browse: topics and months with their fact-checks counted, and every address for a sitemap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Integer, cast, extract, func, select
from sqlalchemy.orm import Session

from verification.models import FactCheck, FactCheckTopic
from verification.models.fact_check import UNDATED
from verification.queries.public import SHOWN

_DATED = FactCheck.published_at > datetime.combine(UNDATED, time.max, UTC)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in which fact-checks appeared: its first day, how many, and when one of them changed last."""

    first_day: date
    count: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """What a sitemap says of a page."""

    public_id: str
    slug: str
    modified_at: datetime


def topic_counts(session: Session, *, limit: int) -> list[tuple[str, int]]:
    """Return the topics with most fact-checks and how many each has, most first."""
    count = func.count(FactCheckTopic.fact_check_id)
    query = (
        select(FactCheckTopic.topic, count)
        .join(FactCheck, FactCheck.id == FactCheckTopic.fact_check_id)
        .where(FactCheck.state.in_(SHOWN))
        .group_by(FactCheckTopic.topic)
        .order_by(count.desc(), FactCheckTopic.topic)
        .limit(limit)
    )
    return [(topic, number) for topic, number in session.execute(query)]


def months(session: Session) -> list[Month]:
    """Return the months that have fact-checks, newest first. What bears no date belongs to none."""
    year, month = (cast(extract(part, FactCheck.published_at), Integer) for part in ("year", "month"))
    query = (
        select(year, month, func.count(FactCheck.id), func.max(FactCheck.modified_at))
        .where(FactCheck.state.in_(SHOWN), _DATED)
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    return [Month(date(y, m, 1), count, changed) for y, m, count, changed in session.execute(query)]


def addresses(session: Session, *, year: int, month: int) -> list[Address]:
    """Return the pages of one month, oldest first."""
    first = datetime(year, month, 1, tzinfo=UTC)
    after = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    query = (
        select(FactCheck.public_id, FactCheck.slug, FactCheck.modified_at)
        .where(FactCheck.state.in_(SHOWN), FactCheck.published_at >= first, FactCheck.published_at < after)
        .order_by(FactCheck.published_at, FactCheck.id)
    )
    return [Address(*row) for row in session.execute(query)]
