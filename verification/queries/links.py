"""What people decided about proposals: which message a fact-check answers, and which it does not. Training reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from verification.models import Case, FactCheck, Item, MatchLink
from verification.queries.public import SHOWN


@dataclass(frozen=True, slots=True)
class DecidedLink:
    """A message, redacted, and a fact-check, with what people said of them. `decided_at` is None for joined cases."""

    message: str
    fact_check_id: int
    confirmed: bool
    decided_at: datetime | None


def decided_links(session: Session) -> Iterator[DecidedLink]:
    """Yield what this installation learned from its people, each pair of message and fact-check once.

    That are links they confirmed or rejected, the fact-check that a re-pointed link was proposed with at first (which
    it was not), and messages that they joined to a case with a page of its own. The message a page was written for is
    left out: it says nothing about finding.
    """
    seen: set[tuple[int, int]] = set()
    for item_id, message, fact_check_id, confirmed, at in _pairs(session):
        if message.strip() and (item_id, fact_check_id) not in seen:
            seen.add((item_id, fact_check_id))
            yield DecidedLink(message, fact_check_id, confirmed, at)


def _pairs(session: Session) -> Iterator[tuple[int, str, int, bool, datetime | None]]:
    for row in session.execute(_links(MatchLink.state.in_(("confirmed", "rejected")))):
        yield row.item_id, row.text, row.fact_check_id, row.state == "confirmed", row.decided_at
    for row in session.execute(_links(MatchLink.original_fact_check_id.is_not(None), MatchLink.state == "confirmed")):
        if row.original_fact_check_id != row.fact_check_id:
            yield row.item_id, row.text, row.original_fact_check_id, False, row.decided_at
    joined = (
        select(Item.id, Item.text, FactCheck.id)
        .join(Case, Case.id == Item.case_id)
        .join(FactCheck, FactCheck.case_id == Case.id)
        .where(Item.original_case_id.is_not(None), Item.original_case_id != Item.case_id)
        .where(FactCheck.state.in_(SHOWN))
        .order_by(Item.id)
    )
    for item_id, text, fact_check_id in session.execute(joined):
        yield item_id, text, fact_check_id, True, None


def _links(*conditions: ColumnElement[bool]) -> Select[Any]:
    query = select(
        MatchLink.item_id,
        Item.text,
        MatchLink.fact_check_id,
        MatchLink.original_fact_check_id,
        MatchLink.state,
        MatchLink.decided_at,
    ).join(Item, Item.id == MatchLink.item_id)
    return cast("Select[Any]", query.where(*conditions).order_by(MatchLink.id))
