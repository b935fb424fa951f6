"""The opinions of those who sign: one drafts, another approves, a third where they differ or the crowd objects.

An author's opinion is kept with their first draft and an approver's with their approval, unless they had said something
before. Whoever sees it otherwise, or is asked as the third, says so with `save_opinion`. A person counts once a round,
by the first opinion; a reopened case begins another round.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from kernel.outbox import Actor, record
from verification.errors import AlreadyDecided, BadAssessment, SignersDiffer, WrongState
from verification.models import Case, FactCheck, SignersOpinion
from verification.rules.lifecycle import ASSESSABLE, CaseState
from verification.rules.scale import BALLOT, Veracity
from verification.rules.sign_off import Opinion, SignOff, SignOffState, settle
from verification.services.concluding import latest_decision
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case
from verification.services.stating import require_reason

SIGNABLE = frozenset({*ASSESSABLE, CaseState.EDITORIAL_REVIEW, CaseState.UNDER_CORRECTION})
"""States in which those who sign may say what they think."""


def save_opinion(
    session: Session, *, public_id: str, verdict: Veracity, reason: str, actor: Actor, now: datetime
) -> SignersOpinion:
    """Save the actor's own verdict, before they see the leaning or the other opinions; it stands for this round."""
    case = lock_case(session, public_id)
    if CaseState(case.state) not in SIGNABLE:
        raise WrongState(state=case.state, event="opinion_saved")
    require_no_conflict(session, case=case, actor=actor)
    if verdict not in BALLOT:
        raise BadAssessment(field="verdict")
    reason = require_reason(reason, field="reason")
    if own_opinion(session, case=case, person_id=actor.person_id) is not None:
        raise AlreadyDecided(public_id=public_id)
    return _add(session, case, verdict, reason, actor=actor, now=now)


def keep_opinion(session: Session, *, case: Case, verdict: Veracity, actor: Actor, now: datetime) -> SignersOpinion:
    """Return the actor's opinion of this round; where they have none, what they do now says it."""
    known = own_opinion(session, case=case, person_id=actor.person_id)
    return known or _add(session, case, verdict, "", actor=actor, now=now)


def require_agreement(session: Session, *, case: Case, verdict: Veracity) -> None:
    """Raise SignersDiffer unless the opinions are settled on `verdict`; its fact `state` says what is missing."""
    found = sign_off(session, case=case)
    if found.state is not SignOffState.SETTLED or found.verdict is not verdict:
        raise SignersDiffer(public_id=case.public_id, state=found.state.value)


def sign_off(session: Session, *, case: Case) -> SignOff:
    """Return what the opinions of this round amount to beside the leaning that the crowd was shown to have."""
    opinions = [Opinion(row.person_id, Veracity(row.verdict)) for row in opinions_of(session, case=case)]
    decision = latest_decision(session, case_id=case.id)
    shown = Veracity(decision.verdict).level if decision and decision.shown and decision.verdict else None
    return settle(opinions, shown)


def opinions_of(session: Session, *, case: Case) -> list[SignersOpinion]:
    """Return the opinions of this round in the order in which they were saved."""
    mine = (SignersOpinion.case_id == case.id, SignersOpinion.round == _round(session, case))
    return list(session.scalars(select(SignersOpinion).where(*mine).order_by(SignersOpinion.id)))


def names_of(session: Session, opinions: list[SignersOpinion]) -> dict[int, str]:
    """Return the names of those whose opinions these are: verifiers sign with their name before their colleagues."""
    people = [opinion.person_id for opinion in opinions]
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))}


def own_opinion(session: Session, *, case: Case, person_id: int | None) -> SignersOpinion | None:
    """Return what this person said in this round, or None."""
    return next((row for row in opinions_of(session, case=case) if row.person_id == person_id), None)


def _round(session: Session, case: Case) -> int:
    return session.scalar(select(FactCheck.revision).where(FactCheck.case_id == case.id)) or 0


def _add(
    session: Session, case: Case, verdict: Veracity, reason: str, *, actor: Actor, now: datetime
) -> SignersOpinion:
    if actor.person_id is None:
        raise AssertionError("only a person signs")
    opinion = SignersOpinion(
        case_id=case.id,
        round=_round(session, case),
        person_id=actor.person_id,
        verdict=verdict.value,
        reason=reason,
        role=actor.role or "",
        organisation_id=actor.organisation_id,
        saved_at=now,
    )
    session.add(opinion)
    session.flush()  # the audit names the opinion by its number
    # That there is an opinion is public at once; what it says stays with those who have given theirs.
    facts = {"public_id": case.public_id}
    record(session, "opinion_saved", actor=actor, subject=("signers_opinion", opinion.id), now=now, data=facts)
    return opinion
