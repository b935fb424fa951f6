"""Who waits for news."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from verification.models import Case, FactCheck, Item, MatchLink, Report
from verification.models.subscription import Subscription
from verification.queries.public import Tracked, tracked
from verification.rules.lifecycle import CaseState


def waiting(session: Session, *, case_id: int, fact_check_id: int | None) -> list[Subscription]:
    """Return the confirmed subscriptions to reports of this case, and of the cases that this fact-check answers."""
    mine = Case.id == case_id
    if fact_check_id is not None:
        links = select(MatchLink.case_id).where(
            MatchLink.fact_check_id == fact_check_id, MatchLink.state == "confirmed"
        )
        mine = or_(mine, and_(Case.state == CaseState.MATCHED, Case.id.in_(links)))
    query = (
        select(Subscription)
        .join(Report, Report.id == Subscription.report_id)
        .join(Item, Item.id == Report.item_id)
        .join(Case, Case.id == Item.case_id)
        .where(mine, Subscription.confirmed_at.is_not(None))
        .order_by(Subscription.id)
    )
    return list(session.scalars(query))


def what_of(session: Session, subscription: Subscription) -> Tracked:
    """Return the report that a subscription is about, with where its case stands."""
    report = session.get_one(Report, subscription.report_id)
    return tracked(session, tracking_hash=report.tracking_hash)


def by_address(session: Session, *, report_id: int, digest: str) -> Subscription | None:
    """Return the subscription of this address to this report."""
    mine = (Subscription.report_id == report_id, Subscription.address_hash == digest)
    return session.scalar(select(Subscription).where(*mine))


def all_by_address(session: Session, *, digest: str) -> list[Subscription]:
    """Return every subscription of this address."""
    return list(session.scalars(select(Subscription).where(Subscription.address_hash == digest)))


def fact_check_of(session: Session, *, case_id: int) -> FactCheck | None:
    """Return the fact-check that a case has of its own."""
    return session.scalar(select(FactCheck).where(FactCheck.case_id == case_id))
