"""Objections to a fact-check by those it names, answered within a deadline by somebody who did not sign it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.directory import holders
from accounts.models import Person
from accounts.roles import REVIEWERS, Role
from kernel.outbox import CITIZEN, SYSTEM, Actor, record
from verification.errors import AlreadyDecided, BadAppeal, NoSuchAppeal, NoSuchFactCheck, OwnSignature, WrongState
from verification.models import Appeal, Case, CounterNarrative, FactCheck, SignersOpinion
from verification.rules.lifecycle import CaseState, Mover
from verification.services.conflicts import conflicts_of, require_no_conflict
from verification.services.correcting import open_correction, open_one
from verification.services.moving import lock_case
from verification.services.speaking import require_address
from verification.services.stating import require_reason

ANSWERED_WITHIN = timedelta(days=7)
"""How long an objection may wait. There is no deadline for raising one: an error does not become true by its age."""

STANDINGS = ("person", "organisation", "source")
"""Who objects: somebody the fact-check names, one who speaks for an organisation, or the author of a quoted source."""

CORRECTABLE = frozenset({CaseState.PUBLISHED, CaseState.CORRECTED})


def file_appeal(
    session: Session,
    *,
    public_id: str,
    sealed_name: bytes,
    standing: str,
    statement: str,
    url: str,
    idempotency_key: str,
    tracking_hash: str,
    now: datetime,
) -> Appeal:
    """Save an objection; `statement` comes redacted. The same form sent twice is one objection.

    Raises NoSuchFactCheck where there is nothing of ours to contest, and WrongState for what was withdrawn already.
    """
    known = session.scalar(select(Appeal).where(Appeal.idempotency_key == idempotency_key))
    if known is not None:
        return known
    fact_check = session.scalar(select(FactCheck).where(FactCheck.public_id == public_id))
    if fact_check is None or fact_check.case_id is None:
        raise NoSuchFactCheck(public_id=public_id)
    if fact_check.state == CaseState.RETRACTED:
        raise WrongState(state=fact_check.state, event="appeal_filed")
    if standing not in STANDINGS:
        raise BadAppeal(field="standing")
    appeal = Appeal(
        case_id=fact_check.case_id,
        fact_check_id=fact_check.id,
        revision=fact_check.revision,
        sealed_name=sealed_name,
        standing=standing,
        statement=require_reason(statement, field="statement"),
        url=require_address(url) or None,
        idempotency_key=idempotency_key,
        tracking_hash=tracking_hash,
        filed_at=now,
        due_at=now + ANSWERED_WITHIN,
    )
    try:
        with session.begin_nested():
            session.add(appeal)
    except IntegrityError:
        # The same form was sent twice at once; the other request has just saved it.
        return session.execute(select(Appeal).where(Appeal.idempotency_key == idempotency_key)).scalar_one()
    facts = {"public_id": public_id, "fact_check_id": fact_check.id, "revision": appeal.revision}
    facts |= {"standing": standing, "due_at": appeal.due_at.isoformat()}
    record(session, "appeal_filed", actor=CITIZEN, subject=("appeal", appeal.id), now=now, data=facts)
    return appeal


def answer_appeal(
    session: Session, *, appeal_id: int, upheld: bool, answer: str, actor: Actor, mover: Mover, now: datetime
) -> Appeal:
    """Uphold or reject an objection, for a public reason; one that is upheld opens a correction of the fact-check.

    Raises OwnSignature to whoever wrote, approved or gave a signer's opinion on what is contested.
    """
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise NoSuchAppeal(appeal_id=appeal_id)
    case = lock_case(session, session.get_one(Case, found.case_id).public_id)
    appeal = session.get_one(Appeal, appeal_id, populate_existing=True)
    if appeal.decided_at is not None:
        raise AlreadyDecided(appeal_id=appeal_id)
    if actor.person_id in signers_of(session, case_id=case.id):
        raise OwnSignature(public_id=case.public_id)
    require_no_conflict(session, case=case, actor=actor)
    appeal.answer = require_reason(answer, field="answer")
    if upheld:
        appeal.correction_id = _correction_for(session, case, appeal, actor=actor, mover=mover, now=now)
    appeal.outcome = "upheld" if upheld else "rejected"
    appeal.decided_by, appeal.decided_role = actor.person_id, actor.role
    appeal.decided_organisation_id, appeal.decided_at = actor.organisation_id, now
    facts = {"public_id": case.public_id, "fact_check_id": appeal.fact_check_id, "outcome": appeal.outcome}
    record(session, "appeal_answered", actor=actor, subject=("appeal", appeal.id), now=now, data=facts)
    return appeal


def escalate_overdue(session: Session, *, now: datetime) -> int:
    """Mark and audit each objection that passed its deadline unanswered, once; return how many there were now."""
    late = select(Appeal).where(Appeal.decided_at.is_(None), Appeal.due_at < now, Appeal.escalated_at.is_(None))
    found = session.scalars(late.order_by(Appeal.id).with_for_update()).all()
    for appeal in found:
        appeal.escalated_at = now
        facts = {"fact_check_id": appeal.fact_check_id, "due_at": appeal.due_at.isoformat()}
        record(session, "appeal_overdue", actor=SYSTEM, subject=("appeal", appeal.id), now=now, data=facts)
    return len(found)


def those_to_tell(session: Session, *, appeal: Appeal) -> list[tuple[Person, bool]]:
    """Return whom a late objection concerns, and whether they may answer it: reviewers may, administrators see to it.

    Nobody is among them whom a signature or a conflict of interest bars from answering.
    """
    case, barred = session.get_one(Case, appeal.case_id), signers_of(session, case_id=appeal.case_id)
    reviewers = {person.id for person in holders(session, roles=REVIEWERS)}
    return [
        (person, person.id in reviewers)
        for person in holders(session, roles=REVIEWERS | {Role.ADMIN})
        if person.id not in barred and not conflicts_of(session, case=case, person=person)
    ]


def find_appeal(session: Session, *, tracking_hash: str) -> Appeal:
    """Return the objection behind a private link, or raise NoSuchAppeal."""
    appeal = session.scalar(select(Appeal).where(Appeal.tracking_hash == tracking_hash))
    if appeal is None:
        raise NoSuchAppeal
    return appeal


def signers_of(session: Session, *, case_id: int) -> set[int]:
    """Return everybody whose signature stands under what was published of the case, or who gave an opinion for it."""
    approved = (CounterNarrative.case_id == case_id, CounterNarrative.state == "approved")
    rows = session.execute(select(CounterNarrative.author_id, CounterNarrative.approver_id).where(*approved))
    people = {person for row in rows for person in row if person is not None}
    return people | set(session.scalars(select(SignersOpinion.person_id).where(SignersOpinion.case_id == case_id)))


def _correction_for(
    session: Session, case: Case, appeal: Appeal, *, actor: Actor, mover: Mover, now: datetime
) -> int | None:
    """Return the correction that takes the objection up; None where the case is being judged anew in any case."""
    state = CaseState(case.state)
    if state in CORRECTABLE:
        reason, public_id = appeal.answer, case.public_id
        return open_correction(session, public_id=public_id, reason=reason, actor=actor, mover=mover, now=now).id
    return open_one(session, case).id if state is CaseState.UNDER_CORRECTION else None
