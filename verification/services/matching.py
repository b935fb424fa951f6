"""Links from a case to the fact-checks that may answer it: proposed by the matcher, decided by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import WrongState
from verification.models import Case, FactCheck, Item, MatchLink
from verification.rules.lifecycle import CaseEvent, Guard, Mover
from verification.services.moving import lock_case, move


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposal of the matcher; `probability` in [0, 1], `scores` whatever explains it."""

    fact_check_id: int
    probability: float
    scores: dict[str, Any]


def suggest_links(
    session: Session,
    *,
    item_id: int,
    suggestions: Iterable[Suggestion],
    model: str,
    now: datetime,
    threshold_version: str = "",
) -> int:
    """Propose links for the case of an item and return how many are new; a known pair is left as it is."""
    item = session.get(Item, item_id)
    if item is None:
        return 0
    added = 0
    for suggestion in suggestions:
        link = MatchLink(
            case_id=item.case_id,
            item_id=item_id,
            fact_check_id=suggestion.fact_check_id,
            probability=suggestion.probability,
            scores=suggestion.scores,
            model=model,
            threshold_version=threshold_version,
            proposed_at=now,
        )
        try:
            with session.begin_nested():
                session.add(link)
        except IntegrityError:
            continue
        added += 1
    if added:
        facts = {"item_id": item_id, "links": added}
        record(session, "matches_suggested", actor=SYSTEM, subject=("case", item.case_id), now=now, data=facts)
    return added


def confirm_link(session: Session, *, public_id: str, link_id: int, actor: Actor, mover: Mover, now: datetime) -> Case:
    """Say that the linked fact-check answers the case; the case ends as matched and its reporters get that answer."""
    case = lock_case(session, public_id)
    link = _link_of(session, case, link_id)
    link.state, link.decided_by, link.decided_at = "confirmed", actor.person_id, now
    facts = {"fact_check_id": link.fact_check_id, "link_id": link.id}
    if session.scalar(select(FactCheck.id).where(FactCheck.case_id == case.id)) is not None:
        # A case with a public page of its own keeps it: it can be corrected or retracted, not folded into another.
        raise WrongState(state=case.state, event=CaseEvent.MATCH_CONFIRMED.value)
    proved = {Guard.MATCH_IS_PUBLISHED, Guard.NEVER_PUBLISHED}
    move(session, case, CaseEvent.MATCH_CONFIRMED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    return case


def reject_link(session: Session, *, public_id: str, link_id: int, actor: Actor, now: datetime) -> None:
    """Say that the linked fact-check is about something else; the matcher learns from it."""
    case = lock_case(session, public_id)
    link = _link_of(session, case, link_id)
    link.state, link.decided_by, link.decided_at = "rejected", actor.person_id, now
    facts = {"fact_check_id": link.fact_check_id}
    record(session, "match_link_rejected", actor=actor, subject=("match_link", link.id), now=now, data=facts)


def confirmed_fact_check(session: Session, *, case_id: int) -> FactCheck | None:
    """Return the fact-check that people confirmed as the answer to a case, or None."""
    query = (
        select(FactCheck)
        .join(MatchLink, MatchLink.fact_check_id == FactCheck.id)
        .where(MatchLink.case_id == case_id, MatchLink.state == "confirmed")
        .order_by(MatchLink.decided_at.desc())
        .limit(1)
    )
    return session.scalar(query)


def _link_of(session: Session, case: Case, link_id: int) -> MatchLink:
    link = session.scalar(select(MatchLink).where(MatchLink.id == link_id, MatchLink.case_id == case.id))
    if link is None:
        raise WrongState(state=case.state, event="match_link_decided")
    return link
