"""Blind assessments, and what the rule in force makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import AlreadyAssessed, BadAssessment, EvidenceMissing, ForeignEvidence, WrongState
from verification.models import Assessment, Case, Evidence, FactCheck, SignersOpinion
from verification.rules.lifecycle import CaseEvent, Guard, Mover
from verification.rules.reputation import Right
from verification.rules.scale import BALLOT, MisinfoType, Veracity
from verification.services.concluding import conclude
from verification.services.conflicts import require_no_conflict
from verification.services.gathering import stand_behind
from verification.services.leasing import require_lease
from verification.services.linking import link_accounts
from verification.services.moving import lock_case, move, require_assessable
from verification.services.recusing import name_organisations
from verification.services.standing import require_may_judge, require_right

REASON_LIMITS = (20, 4_000)
"""Characters of an assessment's reason: a sentence at least."""


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
    require_right(session, actor=actor, right=Right.JUDGE, now=now)
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

    Raises AlreadyAssessed on a second one (`change_assessment` is the way to another mind), EvidenceMissing without
    evidence, ForeignEvidence on another case's, OwnReport and OwnOrganisation for a conflict of interest,
    EntranceMissing before the entrance and JudgingTooFast above the pace of the actor's level.
    """
    case = lock_case(session, public_id)
    require_assessable(case)
    require_lease(session, case=case, actor=actor, now=now)
    require_no_conflict(session, case=case, actor=actor)
    require_may_judge(session, actor=actor, now=now)
    seen = knows_more(session, case=case, person_id=actor.person_id)
    assessment = _write_ballot(session, case, ballot, actor=actor, now=now, tally_seen=seen)
    link_accounts(session, assessment=assessment, now=now)
    conclude(session, case, now=now)
    return assessment


def change_assessment(session: Session, *, public_id: str, ballot: Ballot, actor: Actor, now: datetime) -> Assessment:
    """Replace the actor's open assessment by another; the first stays on the record."""
    case = lock_case(session, public_id)
    require_assessable(case)
    require_no_conflict(session, case=case, actor=actor)
    require_may_judge(session, actor=actor, now=now)
    mine = (Assessment.case_id == case.id, Assessment.person_id == actor.person_id)
    previous = session.scalar(select(Assessment).where(*mine, Assessment.superseded_at.is_(None)))
    if previous is None:
        raise WrongState(state=case.state, event="assessment_changed")
    previous.superseded_at = now
    session.flush()  # the database allows one open assessment, so the old one closes first
    assessment = _write_ballot(session, case, ballot, actor=actor, now=now, tally_seen=True)
    conclude(session, case, now=now)
    return assessment


def knows_more(session: Session, *, case: Case, person_id: int | None) -> bool:
    """Say whether somebody has seen what others think of the case, or its verdict: such a vote is not blind."""
    signed = select(SignersOpinion.id).where(SignersOpinion.case_id == case.id, SignersOpinion.person_id == person_id)
    public = select(FactCheck.id).where(FactCheck.case_id == case.id)
    return any(session.scalar(query.limit(1)) is not None for query in (signed, public))


def _write_ballot(
    session: Session, case: Case, ballot: Ballot, *, actor: Actor, now: datetime, tally_seen: bool
) -> Assessment:
    check_ballot(ballot)
    if actor.person_id is None:
        raise AssertionError("only a person assesses")
    known = session.scalars(
        select(Evidence.id).where(Evidence.case_id == case.id, Evidence.id.in_(ballot.evidence_ids))
    )
    require_own_evidence(ballot, known=known)
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


def require_own_evidence(ballot: Ballot, *, known: Iterable[int]) -> None:
    """Raise EvidenceMissing without evidence, and ForeignEvidence unless all of it is among the case's own."""
    if not ballot.evidence_ids:
        raise EvidenceMissing(field="evidence_ids")
    if not set(ballot.evidence_ids) <= set(known):
        raise ForeignEvidence


def check_ballot(ballot: Ballot) -> None:
    """Raise BadAssessment, with its field, unless what was filled in is on the form's scale."""
    if ballot.verdict not in BALLOT:
        raise BadAssessment(field="verdict")
    if not 1 <= ballot.confidence <= 5:
        raise BadAssessment(field="confidence")
    shortest, longest = REASON_LIMITS
    if not shortest <= len(ballot.reason.strip()) <= longest:
        raise BadAssessment(field="reason", shortest=shortest, longest=longest)
    if ballot.misinfo_type is not None and ballot.verdict is Veracity.TRUE:
        raise BadAssessment(field="misinfo_type")
