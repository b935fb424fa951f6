"""Blind assessments, and what the rule in force makes of them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import AlreadyAssessed, BadAssessment, EvidenceMissing, WrongState
from verification.models import Assessment, Case, Decision, Evidence
from verification.rules.lifecycle import CaseEvent, CaseState, Guard, Mover
from verification.rules.quorum import QuorumOutcome, QuorumState, count_quorum
from verification.rules.scale import BALLOT, MisinfoType, Veracity
from verification.services.conflicts import require_no_conflict
from verification.services.gathering import stand_behind
from verification.services.leasing import require_lease
from verification.services.moving import lock_case, move, require_assessable
from verification.services.recusing import name_organisations

REASON_LIMITS = (20, 4_000)
"""Characters of an assessment's reason: a sentence at least."""

RULE, RULE_VERSION = "quorum", "1"


@dataclass(frozen=True, slots=True)
class Ballot:
    """What an assessor filled in. `confidence` is 1 (guess) to 5 (certain)."""

    verdict: Veracity
    misinfo_type: MisinfoType | None
    confidence: int
    reason: str
    evidence_ids: tuple[int, ...]


def open_review(session: Session, *, public_id: str, claim: str, actor: Actor, mover: Mover, now: datetime) -> Case:
    """Say that the message holds a checkable claim, in one sentence, and open it for assessments."""
    case = lock_case(session, public_id)
    require_lease(session, case=case, actor=actor, now=now)
    if not claim.strip():
        raise BadAssessment(field="claim")
    case.claim = claim.strip()
    name_organisations(session, case=case, now=now)
    proved = {Guard.HAS_CHECKABLE_CLAIM}
    move(session, case, CaseEvent.REVIEW_OPENED, actor=actor, mover=mover, proved=proved, now=now)
    return case


def file_assessment(session: Session, *, public_id: str, ballot: Ballot, actor: Actor, now: datetime) -> Assessment:
    """Save the actor's own judgement, made without seeing the others', and let the rule conclude.

    Raises AlreadyAssessed on a second one (`change_assessment` is the way to another mind), EvidenceMissing without a
    piece of this case's evidence, OwnReport and OwnOrganisation for a conflict of interest.
    """
    case = lock_case(session, public_id)
    require_assessable(case)
    require_lease(session, case=case, actor=actor, now=now)
    require_no_conflict(session, case=case, actor=actor)
    assessment = _write_ballot(session, case, ballot, actor=actor, now=now)
    conclude(session, case, now=now)
    return assessment


def change_assessment(session: Session, *, public_id: str, ballot: Ballot, actor: Actor, now: datetime) -> Assessment:
    """Replace the actor's open assessment by another; the first stays on the record."""
    case = lock_case(session, public_id)
    require_assessable(case)
    require_no_conflict(session, case=case, actor=actor)
    mine = (Assessment.case_id == case.id, Assessment.person_id == actor.person_id)
    previous = session.scalar(select(Assessment).where(*mine, Assessment.superseded_at.is_(None)))
    if previous is None:
        raise WrongState(state=case.state, event="assessment_changed")
    previous.superseded_at = now
    session.flush()  # the database allows one open assessment, so the old one closes first
    assessment = _write_ballot(session, case, ballot, actor=actor, now=now, tally_seen=True)
    conclude(session, case, now=now)
    return assessment


def conclude(session: Session, case: Case, *, now: datetime) -> Decision:
    """Apply the rule to the open assessments, append the decision and move the case where it leads."""
    query = select(Assessment).where(Assessment.case_id == case.id, Assessment.superseded_at.is_(None))
    votes = {a.person_id: Veracity(a.verdict) for a in session.scalars(query.order_by(Assessment.id))}
    outcome = count_quorum(votes)
    inputs = {"votes": [[person, verdict.value] for person, verdict in sorted(votes.items())]}
    canonical = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    decision = Decision(
        case_id=case.id,
        rule=RULE,
        rule_version=RULE_VERSION,
        inputs=inputs,
        inputs_digest=hashlib.sha256(canonical.encode()).hexdigest(),
        outcome=outcome.state.value,
        verdict=outcome.verdict.value if outcome.verdict else None,
        votes=outcome.assessments,
        decided_at=now,
    )
    session.add(decision)
    event, guard = _step_for(CaseState(case.state), outcome)
    if event is not None:
        facts = {"votes": outcome.assessments, "verdict": decision.verdict, "rule": f"{RULE}/{RULE_VERSION}"}
        move(session, case, event, actor=SYSTEM, mover=Mover.SYSTEM, proved={guard}, now=now, data=facts)
    return decision


def _step_for(state: CaseState, outcome: QuorumOutcome) -> tuple[CaseEvent | None, Guard]:
    """Return the move that the outcome asks for in `state`; None where the case is already there."""
    if outcome.state is QuorumState.CONSENSUS:
        event = None if state is CaseState.CONSENSUS else CaseEvent.CONSENSUS_REACHED
        return event, Guard.RULE_FOUND_CONSENSUS
    if outcome.state is QuorumState.DISPUTED:
        return (None if state is CaseState.DISPUTED else CaseEvent.DISPUTE_AROSE), Guard.RULE_FOUND_NONE
    if state is CaseState.CONSENSUS:
        return CaseEvent.CONSENSUS_LOST, Guard.RULE_FOUND_NONE
    moves_on = state is not CaseState.NEEDS_MORE_ASSESSMENTS
    return (CaseEvent.ASSESSMENTS_FELL_SHORT if moves_on else None), Guard.RULE_FOUND_NONE


def _write_ballot(
    session: Session, case: Case, ballot: Ballot, *, actor: Actor, now: datetime, tally_seen: bool = False
) -> Assessment:
    _check_ballot(ballot)
    if actor.person_id is None:
        raise AssertionError("only a person assesses")
    known = session.scalars(
        select(Evidence.id).where(Evidence.case_id == case.id, Evidence.id.in_(ballot.evidence_ids))
    )
    if not ballot.evidence_ids or set(known) != set(ballot.evidence_ids):
        raise EvidenceMissing(field="evidence_ids")
    assessment = Assessment(
        case_id=case.id,
        person_id=actor.person_id,
        verdict=ballot.verdict.value,
        misinfo_type=ballot.misinfo_type.value if ballot.misinfo_type else None,
        confidence=ballot.confidence,
        reason=ballot.reason.strip(),
        evidence_ids=sorted(ballot.evidence_ids),
        tally_seen=tally_seen,
        filed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(assessment)
    except IntegrityError as error:
        raise AlreadyAssessed(public_id=case.public_id) from error
    stand_behind(session, evidence_ids=assessment.evidence_ids, person_id=actor.person_id, now=now)
    subject = ("assessment", assessment.id)
    # The audit keeps that somebody judged, not what: the tally stays hidden from those who have yet to judge.
    record(session, "assessment_filed", actor=actor, subject=subject, now=now, data={"case_id": case.id})
    return assessment


def _check_ballot(ballot: Ballot) -> None:
    if ballot.verdict not in BALLOT:
        raise BadAssessment(field="verdict")
    if not 1 <= ballot.confidence <= 5:
        raise BadAssessment(field="confidence")
    shortest, longest = REASON_LIMITS
    if not shortest <= len(ballot.reason.strip()) <= longest:
        raise BadAssessment(field="reason", shortest=shortest, longest=longest)
    if ballot.misinfo_type is not None and ballot.verdict is Veracity.TRUE:
        raise BadAssessment(field="misinfo_type")
