"""Links from a case to the fact-checks that may answer it: proposed by the matcher, decided by people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import BadFactCheckLink, NoSuchCase, WrongState
from verification.models import Case, FactCheck, Item, MatchLink
from verification.rules.lifecycle import ANSWERING, CaseEvent, Guard, Mover
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case, move
from verification.services.stating import require_reason

_IN_ADDRESS = re.compile(r"/cek/([a-z0-9]{1,12})(?:/|$)")


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
    require_no_conflict(session, case=case, actor=actor)
    if session.scalar(select(FactCheck.id).where(FactCheck.case_id == case.id)) is not None:
        # A case with a public page of its own keeps it: it can be corrected or retracted, not folded into another.
        raise WrongState(state=case.state, event=CaseEvent.MATCH_CONFIRMED.value)
    if session.get_one(FactCheck, link.fact_check_id).state not in ANSWERING:
        raise WrongState(state=case.state, event=CaseEvent.MATCH_CONFIRMED.value)
    _decide(link, "confirmed", actor=actor, now=now)
    facts = {"fact_check_id": link.fact_check_id, "link_id": link.id}
    proved = {Guard.MATCH_IS_PUBLISHED, Guard.NEVER_PUBLISHED}
    move(session, case, CaseEvent.MATCH_CONFIRMED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    return case


def reject_link(session: Session, *, public_id: str, link_id: int, actor: Actor, now: datetime) -> None:
    """Say that the linked fact-check is about something else; the matcher learns from it.

    A link by which the case was answered is taken back by `withdraw_match`, with a reason.
    """
    case = lock_case(session, public_id)
    link = _link_of(session, case, link_id)
    if link.state == "confirmed":
        raise WrongState(state=case.state, event="match_link_rejected")
    _decide(link, "rejected", actor=actor, now=now)
    facts = {"fact_check_id": link.fact_check_id, "case_id": case.id}
    record(session, "match_link_rejected", actor=actor, subject=("match_link", link.id), now=now, data=facts)


def decide_proposal(
    session: Session,
    *,
    link_id: int,
    seen_fact_check_id: int,
    confirmed: bool,
    actor: Actor,
    mover: Mover,
    now: datetime,
) -> None:
    """Confirm or reject a proposal that still stands as it was seen.

    Raises WrongState when somebody has decided on it meanwhile or pointed it at another fact-check.
    """
    about = select(Case.public_id).join(MatchLink, MatchLink.case_id == Case.id).where(MatchLink.id == link_id)
    public_id = session.scalar(about)
    if public_id is None:
        raise NoSuchCase(link_id=link_id)
    case = lock_case(session, public_id)
    link = session.get_one(MatchLink, link_id, populate_existing=True)  # as it is now that we hold the case
    if (link.state, link.fact_check_id) != ("suggested", seen_fact_check_id):
        raise WrongState(state=case.state, event="match_link_decided")
    if confirmed:
        confirm_link(session, public_id=public_id, link_id=link_id, actor=actor, mover=mover, now=now)
    else:
        reject_link(session, public_id=public_id, link_id=link_id, actor=actor, now=now)


def withdraw_match(
    session: Session, *, public_id: str, reason: str, actor: Actor, mover: Mover, now: datetime
) -> MatchLink:
    """Take back that a fact-check answers the case, which goes back to triage; its reporters no longer see it."""
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    reason = require_reason(reason, field="reason")
    query = select(MatchLink).where(MatchLink.case_id == case.id, MatchLink.state == "confirmed")
    links = list(session.scalars(query.order_by(MatchLink.decided_at)))
    if not links:
        raise WrongState(state=case.state, event=CaseEvent.MATCH_REJECTED.value)
    for link in links:
        _decide(link, "rejected", actor=actor, now=now)
    facts = {"fact_check_id": links[-1].fact_check_id, "link_id": links[-1].id, "reason": reason}
    proved = {Guard.REASON_IS_STATED}
    move(session, case, CaseEvent.MATCH_REJECTED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    return links[-1]


def reconsider_link(session: Session, *, public_id: str, link_id: int, actor: Actor, now: datetime) -> None:
    """Undo a rejection: the proposal is open again, as the matcher made it."""
    case = lock_case(session, public_id)
    link = _link_of(session, case, link_id)
    if link.state != "rejected":
        raise WrongState(state=case.state, event="match_link_reconsidered")
    link.state, link.decided_by, link.decided_at = "suggested", None, None
    facts = {"fact_check_id": link.fact_check_id, "case_id": case.id}
    record(session, "match_link_reconsidered", actor=actor, subject=("match_link", link.id), now=now, data=facts)


def repoint_link(
    session: Session, *, public_id: str, link_id: int, fact_check: str, actor: Actor, now: datetime
) -> MatchLink:
    """Point a proposal at another fact-check, named by its address or public number; it waits to be confirmed there.

    The link keeps what the matcher proposed at first. Raises BadFactCheckLink for what is no public fact-check, or is
    among the case's proposals already, and WrongState for a link by which the case was answered.
    """
    case = lock_case(session, public_id)
    link = _link_of(session, case, link_id)
    if link.state == "confirmed":
        raise WrongState(state=case.state, event="match_link_repointed")
    target = _public_fact_check(session, fact_check)
    known = select(MatchLink.id).where(MatchLink.case_id == case.id, MatchLink.fact_check_id == target.id)
    if session.scalar(known) is not None:
        raise BadFactCheckLink(field="fact_check")
    before = link.fact_check_id
    link.original_fact_check_id = link.original_fact_check_id or before
    link.fact_check_id, link.state, link.decided_by, link.decided_at = target.id, "suggested", None, None
    facts = {"from": before, "to": target.id, "original": link.original_fact_check_id, "case_id": case.id}
    record(session, "match_link_repointed", actor=actor, subject=("match_link", link.id), now=now, data=facts)
    return link


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


def _decide(link: MatchLink, state: str, *, actor: Actor, now: datetime) -> None:
    link.state, link.decided_by, link.decided_at = state, actor.person_id, now


def _public_fact_check(session: Session, address: str) -> FactCheck:
    """Return the fact-check at an address of this site, or with this public number."""
    named = _IN_ADDRESS.search(address.strip())
    public_id = named[1] if named else address.strip()
    found = session.scalar(select(FactCheck).where(FactCheck.public_id == public_id[:12]))
    if found is None or found.state not in ANSWERING:
        raise BadFactCheckLink(field="fact_check")
    return found


def _link_of(session: Session, case: Case, link_id: int) -> MatchLink:
    link = session.scalar(select(MatchLink).where(MatchLink.id == link_id, MatchLink.case_id == case.id))
    if link is None:
        raise WrongState(state=case.state, event="match_link_decided")
    return link
