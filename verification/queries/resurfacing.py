"""How often an answer is asked for, day by day, and which old answers rise again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import Case, Demand, FactCheck, Item, MatchLink, Report, ResurfacingAlert


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An old answer that rises again."""

    alert: ResurfacingAlert
    fact_check: FactCheck


@dataclass(frozen=True, slots=True)
class ClosedRow:
    """What became of an alert."""

    alert: ResurfacingAlert
    fact_check: FactCheck
    closed_by: str


def asked_by_day(session: Session, *, fact_check: FactCheck, since: date) -> Counter[date]:
    """Return how often an answer was asked for each day: who said that it was theirs, and who reported its claim."""
    counted: Counter[date] = Counter()
    mine = (Demand.fact_check_id == fact_check.id, Demand.day >= since)
    for day, asked in session.execute(select(Demand.day, Demand.asked).where(*mine)):
        counted[day] += asked
    confirmed = select(MatchLink.case_id).where(
        MatchLink.fact_check_id == fact_check.id, MatchLink.state == "confirmed"
    )
    reported = (
        select(Report.received_at)
        .join(Item, Item.id == Report.item_id)
        .where(Report.received_at >= datetime.combine(since, time.min, UTC))
        .where(Item.case_id.in_(confirmed) | (Item.case_id == (fact_check.case_id or 0)))
    )
    counted.update(moment.date() for moment in session.scalars(reported))
    return counted


def answers_to_item(session: Session, *, item_id: int) -> list[int]:
    """Return the numbers of the fact-checks that answer a message now."""
    own = select(FactCheck.id).join(Case, Case.id == FactCheck.case_id).join(Item, Item.case_id == Case.id)
    linked = select(MatchLink.fact_check_id).join(Item, Item.case_id == MatchLink.case_id)
    found = [*session.scalars(own.where(Item.id == item_id))]
    found += session.scalars(linked.where(Item.id == item_id, MatchLink.state == "confirmed"))
    return list(dict.fromkeys(found))


def open_alerts(session: Session, *, limit: int = 20) -> list[AlertRow]:
    """Return the old answers that rise again and that nobody has dealt with, the steepest first."""
    query = (
        select(ResurfacingAlert, FactCheck)
        .join(FactCheck, FactCheck.id == ResurfacingAlert.fact_check_id)
        .where(ResurfacingAlert.closed_at.is_(None))
        .order_by(ResurfacingAlert.recent.desc(), ResurfacingAlert.id)
        .limit(limit)
    )
    return [AlertRow(alert, fact_check) for alert, fact_check in session.execute(query)]


def closed_alerts(session: Session, *, limit: int = 20) -> list[ClosedRow]:
    """Return the alerts dealt with last."""
    query = (
        select(ResurfacingAlert, FactCheck, Person.alias)
        .join(FactCheck, FactCheck.id == ResurfacingAlert.fact_check_id)
        .join(Person, Person.id == ResurfacingAlert.closed_by)
        .where(ResurfacingAlert.closed_at.is_not(None))
        .order_by(ResurfacingAlert.closed_at.desc())
        .limit(limit)
    )
    return [ClosedRow(*row) for row in session.execute(query)]
