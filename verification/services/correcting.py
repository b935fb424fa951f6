"""After publication: doubting a fact-check, dismissing the doubt, withdrawing it, and judging a case anew.

A correction itself is written and approved like any counter-narrative (services.writing, services.signing); it is the
open `Correction` that lets it be. Four eyes see each step: whoever opens one decides nothing but another's new version.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import AlreadyDecided, NoSuchAppeal, OwnSignature, OwnWork, WrongState
from verification.models import Case, Correction, CounterNarrative, FactCheck, FactCheckRevision, Reopening
from verification.rules.lifecycle import CaseEvent, CaseState, Guard, Mover
from verification.rules.sign_off import ReopeningRefusal, refuse_reopening
from verification.services.conflicts import require_no_conflict
from verification.services.gathering import Source, add_new_evidence
from verification.services.moving import lock_case, move
from verification.services.revising import add_revision, close_correction, signature
from verification.services.stating import require_reason
from verification.services.teaching import unteach


def open_correction(
    session: Session, *, public_id: str, reason: str, actor: Actor, mover: Mover, now: datetime
) -> Correction:
    """Say in public that the fact-check is being reviewed, and why; its verdict stands until somebody else decides."""
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    fact_check = fact_check_of(session, case)
    reason = require_reason(reason, field="reason")
    facts = {"fact_check_id": fact_check.id, "reason": reason}
    proved = {Guard.REASON_IS_STATED}
    move(session, case, CaseEvent.CORRECTION_OPENED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    fact_check.state = case.state
    if actor.person_id is None:
        raise AssertionError("only a person doubts a fact-check")
    correction = Correction(
        case_id=case.id,
        fact_check_id=fact_check.id,
        reason=reason,
        opened_by=actor.person_id,
        opened_role=actor.role or mover.value,
        opened_organisation_id=actor.organisation_id,
        opened_at=now,
    )
    session.add(correction)
    session.flush()  # an appeal that was upheld names the correction by its number
    return correction


def dismiss_correction(
    session: Session, *, public_id: str, reason: str, actor: Actor, mover: Mover, now: datetime
) -> None:
    """Find that the fact-check stands as it is; raises OwnSignature to whoever doubted it."""
    case = lock_case(session, public_id)
    correction = open_one(session, case)
    if correction.opened_by == actor.person_id:
        raise OwnSignature(public_id=public_id)
    require_no_conflict(session, case=case, actor=actor)
    reason = require_reason(reason, field="reason")
    fact_check = fact_check_of(session, case)
    kinds = select(FactCheckRevision.kind).where(FactCheckRevision.fact_check_id == fact_check.id)
    before = "corrected" in session.scalars(kinds).all()
    event = CaseEvent.FURTHER_CORRECTION_DISMISSED if before else CaseEvent.CORRECTION_DISMISSED
    proved = {Guard.REASON_IS_STATED, Guard.REVIEWER_IS_ANOTHER}
    proved.add(Guard.CORRECTED_BEFORE if before else Guard.NEVER_CORRECTED)
    facts = {"fact_check_id": fact_check.id, "reason": reason}
    _drop_drafts(session, case)
    move(session, case, event, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    fact_check.state = case.state
    close_correction(session, case=case, outcome="dismissed", answer=reason, actor=actor, now=now)


def retract(session: Session, *, public_id: str, reason: str, actor: Actor, mover: Mover, now: datetime) -> FactCheck:
    """Withdraw the fact-check for a public reason. Takes two: the one who opened the correction, and another.

    Raises OwnSignature to the one who opened it and OwnWork to the author of what is withdrawn. The crowd unlearns.
    """
    case = lock_case(session, public_id)
    correction = open_one(session, case)
    if correction.opened_by == actor.person_id:
        raise OwnSignature(public_id=public_id)
    if actor.person_id == _author_of_public_version(session, case):
        raise OwnWork(public_id=public_id)
    require_no_conflict(session, case=case, actor=actor)
    reason = require_reason(reason, field="reason")
    fact_check = fact_check_of(session, case)
    opener = Actor(correction.opened_by, correction.opened_role, correction.opened_organisation_id)
    fact_check.revision += 1
    fact_check.modified_at = now
    signatures = [signature(session, "asked", opener), signature(session, "approved", actor)]
    add_revision(session, fact_check, kind="retracted", reason=reason, signatures=signatures, narrative=None, now=now)
    proved = {
        Guard.REASON_IS_STATED,
        Guard.PUBLISHED_BEFORE,
        Guard.APPROVER_IS_NOT_DRAFTER,
        Guard.NO_CONFLICT_OF_INTEREST,
    }
    facts = {
        "fact_check_id": fact_check.id,
        "revision": fact_check.revision,
        "verdict": fact_check.verdict,
        "reason": reason,
        "asked_by": correction.opened_by,
    }
    _drop_drafts(session, case)
    move(session, case, CaseEvent.FACT_CHECK_RETRACTED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    fact_check.state = case.state
    close_correction(session, case=case, outcome="retracted", answer=reason, actor=actor, now=now)
    unteach(session, fact_check=fact_check, actor=actor, now=now)
    return fact_check


def ask_to_reopen(
    session: Session,
    *,
    public_id: str,
    source: Source,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Reopening:
    """Bring evidence that nobody had, and wait for a second verifier; AlreadyDecided when a request waits."""
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    if CaseState(case.state) not in REOPENABLE:
        raise WrongState(state=case.state, event=CaseEvent.CASE_REOPENED.value)
    if waiting_reopening(session, case_id=case.id) is not None:
        raise AlreadyDecided(public_id=public_id)
    reason = require_reason(reason, field="reason")
    evidence = add_new_evidence(session, case=case, source=source, actor=actor, now=now)
    if actor.person_id is None:
        raise AssertionError("only a person asks")
    reopening = Reopening(
        case_id=case.id, evidence_id=evidence.id, reason=reason, asked_by=actor.person_id, asked_at=now
    )
    session.add(reopening)
    session.flush()  # the audit names it by its number
    facts = {"public_id": public_id, "evidence_id": evidence.id, "reason": reason}
    record(session, "reopening_asked", actor=actor, subject=("case", case.id), now=now, data=facts)
    return reopening


def join_reopening(session: Session, *, public_id: str, actor: Actor, mover: Mover, now: datetime) -> Case:
    """Be the second verifier: the case is judged anew, and its page says so until it is decided."""
    case = lock_case(session, public_id)
    reopening = waiting_reopening(session, case_id=case.id)
    if reopening is None or actor.person_id is None:
        raise NoSuchAppeal(public_id=public_id)
    require_no_conflict(session, case=case, actor=actor)
    refusal = refuse_reopening(new_evidence=1, verifiers=frozenset({reopening.asked_by, actor.person_id}))
    if refusal is ReopeningRefusal.NEEDS_ANOTHER_VERIFIER:
        raise OwnSignature(public_id=public_id)
    reopening.joined_by, reopening.joined_at = actor.person_id, now
    fact_check = fact_check_of(session, case)
    was_retracted = CaseState(case.state) is CaseState.RETRACTED
    proved = {Guard.HAS_NEW_EVIDENCE, Guard.TWO_VERIFIERS_ASK, Guard.NO_CONFLICT_OF_INTEREST}
    facts = {"fact_check_id": fact_check.id, "reason": reopening.reason, "asked_by": reopening.asked_by}
    move(session, case, CaseEvent.CASE_REOPENED, actor=actor, mover=mover, proved=proved, now=now, data=facts)
    if not was_retracted:
        # What was withdrawn stays withdrawn until there is a new verdict; what stands is marked as under review.
        fact_check.state = CaseState.UNDER_CORRECTION.value
    return case


REOPENABLE = frozenset({CaseState.PUBLISHED, CaseState.CORRECTED, CaseState.RETRACTED})
"""States from which two verifiers with new evidence lead back to judging."""


def open_one(session: Session, case: Case) -> Correction:
    """Return the open correction of the case, or raise WrongState."""
    query = select(Correction).where(Correction.case_id == case.id, Correction.decided_at.is_(None))
    correction = session.scalar(query)
    if correction is None:
        raise WrongState(state=case.state, event="correction_decided")
    return correction


def waiting_reopening(session: Session, *, case_id: int) -> Reopening | None:
    """Return the request that waits for a second verifier, or None."""
    return session.scalar(select(Reopening).where(Reopening.case_id == case_id, Reopening.joined_at.is_(None)))


def fact_check_of(session: Session, case: Case) -> FactCheck:
    """Return the fact-check of the case, or raise WrongState where nothing was published."""
    fact_check = session.scalar(select(FactCheck).where(FactCheck.case_id == case.id))
    if fact_check is None:
        raise WrongState(state=case.state, event=CaseEvent.CORRECTION_OPENED.value)
    return fact_check


def _author_of_public_version(session: Session, case: Case) -> int | None:
    approved = (CounterNarrative.case_id == case.id, CounterNarrative.state == "approved")
    newest = select(CounterNarrative.author_id).where(*approved).order_by(CounterNarrative.version.desc())
    return session.scalar(newest.limit(1))


def _drop_drafts(session: Session, case: Case) -> None:
    """Close what was being written for a correction that did not come."""
    unfinished = (CounterNarrative.case_id == case.id, CounterNarrative.state.in_(("draft", "submitted")))
    for draft in session.scalars(select(CounterNarrative).where(*unfinished)):
        draft.state = "superseded"
