"""What the matcher proposes as known already, for many cases at once, and what somebody decided about it lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from verification.models import Case, FactCheck, Item, MatchLink
from verification.rules.lifecycle import ANSWERING, MERGEABLE, CaseState

UNANSWERED = tuple(state.value for state in MERGEABLE - {CaseState.MATCHED})
"""States of a case that a known fact-check may still answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A message and the fact-check that may answer it."""

    link: MatchLink
    case: Case
    item: Item
    fact_check: FactCheck


def open_pairs(session: Session, *, limit: int) -> tuple[list[Pair], int]:
    """Return each waiting case with its best open proposal, the likeliest first, and how many such cases there are."""
    best = func.row_number().over(partition_by=MatchLink.case_id, order_by=(MatchLink.probability.desc(), MatchLink.id))
    ranked = (
        select(MatchLink.id, best.label("place"))
        .join(Case, Case.id == MatchLink.case_id)
        .join(FactCheck, FactCheck.id == MatchLink.fact_check_id)
        .where(MatchLink.state == "suggested", FactCheck.state.in_([state.value for state in ANSWERING]))
        .where(Case.state.in_(UNANSWERED), Case.merged_into_id.is_(None))
        .subquery()
    )
    first = select(ranked.c.id).where(ranked.c.place == 1)
    total = session.scalar(select(func.count()).select_from(first.subquery())) or 0
    query = _pairs().where(MatchLink.id.in_(first)).order_by(MatchLink.probability.desc(), MatchLink.id)
    return [Pair(*row) for row in session.execute(query.limit(limit))], total


def decided_pairs(session: Session, *, person_id: int, since: datetime, limit: int) -> list[Pair]:
    """Return what somebody confirmed or rejected since a moment, the latest first."""
    mine = (MatchLink.decided_by == person_id, MatchLink.decided_at >= since, Case.merged_into_id.is_(None))
    query = _pairs().where(*mine).order_by(MatchLink.decided_at.desc(), MatchLink.id.desc())
    return [Pair(*row) for row in session.execute(query.limit(limit))]


def pairs_of(session: Session, link_ids: set[int]) -> list[Pair]:
    """Return the pairs of these proposals, whatever became of them."""
    return [Pair(*row) for row in session.execute(_pairs().where(MatchLink.id.in_(link_ids)).order_by(MatchLink.id))]


def _pairs() -> Select[MatchLink, Case, Item, FactCheck]:
    return (
        select(MatchLink, Case, Item, FactCheck)
        .join(Case, Case.id == MatchLink.case_id)
        .join(Item, Item.id == MatchLink.item_id)
        .join(FactCheck, FactCheck.id == MatchLink.fact_check_id)
    )
