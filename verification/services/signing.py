"""Sign-off: a second person approves or sends back, and approval makes the fact-check public."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import BadAssessment, OwnWork, WrongState
from verification.models import Case, CounterNarrative, FactCheck
from verification.rules.lifecycle import CaseEvent, CaseState, Guard, Mover
from verification.rules.scale import Veracity
from verification.services.conflicts import require_may_sign
from verification.services.moving import lock_case, move
from verification.services.opining import keep_opinion, require_agreement
from verification.services.revising import add_revision, close_correction, signed_by, why_revised
from verification.services.tagging import tag
from verification.services.teaching import teach
from verification.services.writing import speaks_for, submitted_version

SLUG_LIMIT = 70
"""Characters of the readable part of an address."""

_FOUR_EYES = frozenset(
    {
        Guard.DRAFT_IS_COMPLETE,
        Guard.SIGNERS_AGREE,
        Guard.APPROVER_IS_NOT_DRAFTER,
        Guard.NO_CONFLICT_OF_INTEREST,
    }
)


def approve(
    session: Session, *, public_id: str, version: int, actor: Actor, mover: Mover, now: datetime
) -> tuple[FactCheck, CounterNarrative]:
    """Approve the submitted `version` and publish it; return the fact-check and the version behind it.

    Raises OwnWork to its author, OwnReport and OwnOrganisation for a conflict of interest, WrongState when another
    version waits by now than the one the approver read, and SignersDiffer where its verdict needs a third person.
    """
    case = lock_case(session, public_id)
    narrative = submitted_version(session, case=case)
    if narrative.version != version:
        raise WrongState(state=case.state, event="counter_narrative_approved")
    require_may_sign(session, case=case, narrative=narrative, actor=actor)
    _prove_agreement(session, case, narrative, actor=actor, now=now)
    narrative.state, narrative.approver_id, narrative.decided_at = "approved", actor.person_id, now
    narrative.organisation_id = speaks_for(narrative, approver_organisation_id=actor.organisation_id)
    facts = {"version": narrative.version, "verdict": narrative.verdict}
    if CaseState(case.state) is not CaseState.UNDER_CORRECTION:
        move(
            session, case, CaseEvent.VERDICT_APPROVED, actor=actor, mover=mover, proved=_FOUR_EYES, now=now, data=facts
        )
    fact_check = _publish(session, case, narrative, actor=actor, mover=mover, now=now)
    return fact_check, narrative


def _prove_agreement(session: Session, case: Case, narrative: CounterNarrative, *, actor: Actor, now: datetime) -> None:
    verdict = Veracity(narrative.verdict)
    keep_opinion(session, case=case, verdict=verdict, actor=actor, now=now)
    public = select(FactCheck.verdict).where(FactCheck.case_id == case.id)
    # A correction of words alone stands on the agreement that was reached before.
    if CaseState(case.state) is CaseState.UNDER_CORRECTION and session.scalar(public) == narrative.verdict:
        return
    require_agreement(session, case=case, verdict=verdict)


def send_back(session: Session, *, public_id: str, note: str, actor: Actor, now: datetime) -> None:
    """Reject the submitted version with a note for its author; the case stays in editorial review."""
    case = lock_case(session, public_id)
    narrative = submitted_version(session, case=case)
    if narrative.author_id == actor.person_id:
        raise OwnWork(public_id=public_id)
    if not note.strip():
        raise BadAssessment(field="note")
    narrative.state, narrative.review_note, narrative.decided_at = "rejected", note.strip(), now
    subject = ("counter_narrative", narrative.id)
    facts = {"version": narrative.version, "public_id": public_id}
    record(session, "counter_narrative_sent_back", actor=actor, subject=subject, now=now, data=facts)


def slug_of(title: str) -> str:
    """Return the readable part of an address: lower-case ASCII words joined by hyphens, never empty."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LIMIT].strip("-")
    return slug or "cek-fakta"


def _publish(
    session: Session, case: Case, narrative: CounterNarrative, *, actor: Actor, mover: Mover, now: datetime
) -> FactCheck:
    fact_check = session.scalar(select(FactCheck).where(FactCheck.case_id == case.id))
    if fact_check is None:
        fact_check = FactCheck(
            public_id=case.public_id, case_id=case.id, origin="own", revision=0, published_at=now, state="published"
        )
        session.add(fact_check)
        event, proved = CaseEvent.FACT_CHECK_PUBLISHED, {Guard.FIRST_OR_SAME_VERDICT}
    else:
        same = fact_check.verdict == narrative.verdict and CaseState(case.state) is CaseState.APPROVED
        event = CaseEvent.FACT_CHECK_PUBLISHED if same else CaseEvent.CORRECTION_PUBLISHED
        proved = {Guard.FIRST_OR_SAME_VERDICT} if same else {Guard.PUBLISHED_BEFORE, *_FOUR_EYES}
    fact_check.slug = slug_of(narrative.title)
    fact_check.title, fact_check.verdict = narrative.title, narrative.verdict
    fact_check.misinfo_type, fact_check.language = narrative.misinfo_type, narrative.language
    fact_check.claim = narrative.circulated
    fact_check.summary = narrative.fact
    fact_check.body = body_of(narrative)
    fact_check.organisation_id = narrative.organisation_id
    fact_check.revision += 1
    fact_check.modified_at = now
    session.flush()  # topics, revision and audit name the fact-check by its number
    tag(session, fact_check, named=case.topics)
    corrected = event is CaseEvent.CORRECTION_PUBLISHED
    add_revision(
        session,
        fact_check,
        kind="corrected" if corrected else "published" if fact_check.revision == 1 else "confirmed",
        reason=why_revised(session, case=case),
        signatures=signed_by(session, narrative, approver=actor),
        narrative=narrative,
        now=now,
    )
    close_correction(session, case=case, outcome="corrected", answer="", actor=actor, now=now)
    facts = {
        "fact_check_id": fact_check.id,
        "revision": fact_check.revision,
        "verdict": fact_check.verdict,
        "counter_narrative_id": narrative.id,
    }
    move(
        session,
        case,
        event,
        actor=actor,
        mover=mover if corrected else _publisher(mover),
        proved=proved,
        now=now,
        data=facts,
    )
    fact_check.state = case.state
    teach(session, fact_check=fact_check, actor=actor, now=now)
    return fact_check


def body_of(narrative: CounterNarrative) -> dict[str, Any]:
    """Return the parts of a counter-narrative as a fact-check stores them."""
    return {
        "fact": narrative.fact,
        "warning": narrative.warning,
        "circulated": narrative.circulated,
        "why_misleading": narrative.why_misleading,
        "closing_fact": narrative.closing_fact,
        "what_to_do": narrative.what_to_do,
        "sources": narrative.sources,
    }


def _publisher(mover: Mover) -> Mover:
    # Publication follows approval by itself: the system does it in the approver's transaction.
    return Mover.SYSTEM if mover is Mover.VERIFIER else mover
