"""What follows from the votes of a case: the decision that is appended, and the move that it asks for."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM
from verification.models import Case, CrowdState, Decision, Flag, HoldRelease
from verification.queries.votes import StandingVote, standing_votes
from verification.rules.concluding import Conclusion, Outcome
from verification.rules.concluding import conclude as conclude_from
from verification.rules.consensus import Hold, weigh
from verification.rules.lifecycle import ASSESSABLE, CaseEvent, CaseState, Guard, Mover
from verification.rules.parameters import PARAMETERS
from verification.services.moving import lock_case, move
from verification.services.teaching import current_crowd, records_of


def conclude(session: Session, case: Case, *, now: datetime) -> Decision:
    """Apply the rule to the open votes, append the decision and move the case where it leads.

    The case must be locked by the caller. The decision keeps the votes as they stood and the lesson up to which the
    crowd had been taught, so that it can be worked out again.
    """
    votes = standing_votes(session, case=case)
    previous = latest_decision(session, case_id=case.id)
    was_shown = previous is not None and previous.shown
    released = _released(session, case_id=case.id, votes=len(votes))
    crowd = current_crowd(session)
    records = records_of(session, person_ids=[one.vote.rater for one in votes], now=now)
    leaning = weigh(
        [one.vote for one in votes],
        records,
        crowd,
        was_shown=was_shown,
        abuse_reported=_abuse_reported(session, case_id=case.id),
        released=released,
    )
    found = conclude_from(_one_a_voter(votes), leaning, signed=crowd.signed)
    inputs = _inputs(votes, was_shown=was_shown, released=released, taught=_steps(session))
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    decision = Decision(
        case_id=case.id,
        rule=found.rule.value,
        rule_version=found.rule.version,
        inputs=inputs,
        inputs_digest=hashlib.sha256(canonical.encode()).hexdigest(),
        outcome=found.outcome.value,
        verdict=found.verdict.value if found.verdict else None,
        votes=leaning.votes,
        effective_votes=leaning.effective_votes,
        probabilities=list(leaning.probabilities),
        shown=leaning.shown,
        holds=sorted(leaning.holds),
        decided_at=now,
    )
    session.add(decision)
    event, guard = _step_for(CaseState(case.state), found)
    if event is not None:
        rule = f"{decision.rule}/{decision.rule_version}"
        facts = {"votes": decision.votes, "verdict": decision.verdict, "rule": rule, "holds": decision.holds}
        move(session, case, event, actor=SYSTEM, mover=Mover.SYSTEM, proved={guard}, now=now, data=facts)
    return decision


def conclude_again(session: Session, *, public_id: str, now: datetime) -> Decision | None:
    """Conclude anew after something other than a vote has changed; None where the votes are not open any more."""
    case = lock_case(session, public_id)
    return conclude(session, case, now=now) if CaseState(case.state) in ASSESSABLE else None


def latest_decision(session: Session, *, case_id: int) -> Decision | None:
    """Return what the rule last made of the case's votes."""
    query = select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc()).limit(1)
    return session.scalar(query)


def _one_a_voter(votes: tuple[StandingVote, ...]) -> list[Any]:
    """Return the verdicts that count: no excluded ones, and of accounts that count as one voter the first."""
    counted: dict[Any, Any] = {}
    for one in votes:
        if not one.vote.excluded:
            counted.setdefault(one.voter, one.verdict)
    return list(counted.values())


def _released(session: Session, *, case_id: int, votes: int) -> list[Hold]:
    query = select(HoldRelease.hold, HoldRelease.votes).where(HoldRelease.case_id == case_id)
    more = PARAMETERS.leaning.release_votes
    return sorted({Hold(row.hold) for row in session.execute(query) if votes <= row.votes + more})


def _abuse_reported(session: Session, *, case_id: int) -> bool:
    # A flag that was rejected holds nothing; one that was upheld holds until somebody releases the case.
    of_votes = (Flag.case_id == case_id, Flag.subject_type == "assessment", Flag.outcome != "rejected")
    return session.scalar(select(Flag.id).where(*of_votes).limit(1)) is not None


def _steps(session: Session) -> int:
    return session.scalar(select(CrowdState.steps)) or 0


def _inputs(votes: tuple[StandingVote, ...], *, was_shown: bool, released: list[Hold], taught: int) -> dict[str, Any]:
    cast = [
        [one.vote.rater, one.verdict.value, one.vote.at, one.vote.blind, one.vote.link, one.vote.excluded]
        for one in votes
    ]
    return {"votes": cast, "was_shown": was_shown, "released": [hold.value for hold in released], "taught": taught}


def _step_for(state: CaseState, found: Conclusion) -> tuple[CaseEvent | None, Guard]:
    """Return the move that the conclusion asks for in `state`; None where the case is already there."""
    if found.outcome is Outcome.CONSENSUS:
        event = None if state is CaseState.CONSENSUS else CaseEvent.CONSENSUS_REACHED
        return event, Guard.RULE_FOUND_CONSENSUS
    if found.outcome is Outcome.DISPUTED:
        return (None if state is CaseState.DISPUTED else CaseEvent.DISPUTE_AROSE), Guard.RULE_FOUND_NONE
    if state is CaseState.CONSENSUS:
        return CaseEvent.CONSENSUS_LOST, Guard.RULE_FOUND_NONE
    moves_on = state is not CaseState.NEEDS_MORE_ASSESSMENTS
    return (CaseEvent.ASSESSMENTS_FELL_SHORT if moves_on else None), Guard.RULE_FOUND_NONE
