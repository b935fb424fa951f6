"""Writing the counter-narrative: versions that are kept, and the submission to a second person."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import IncompleteCounterNarrative, MayNotDraft, WrongState
from verification.models import Case, CounterNarrative
from verification.rules.drafting import NoDraft, refuse_draft
from verification.rules.lifecycle import CaseEvent, CaseState, Mover
from verification.rules.scale import MisinfoType, Veracity
from verification.services.conflicts import require_no_conflict
from verification.services.gathering import is_address
from verification.services.moving import lock_case, move
from verification.services.opining import keep_opinion
from verification.services.standing import place_of, words_accepted

TITLE_LIMIT = 200
PART_LIMIT = 5_000
"""Characters of one part of a counter-narrative."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement of the counter-narrative can be checked."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Draft:
    """The parts of a counter-narrative, in the order in which the Debunking Handbook says to tell them."""

    verdict: Veracity
    misinfo_type: MisinfoType | None
    language: str
    title: str
    fact: str
    warning: str
    circulated: str
    why_misleading: str
    closing_fact: str
    what_to_do: str
    sources: tuple[Source, ...]


PARTS = ("title", "fact", "warning", "circulated", "why_misleading", "closing_fact", "what_to_do")
"""The texts of a counter-narrative in the order in which a reader meets them; a second person gets all of them."""


def save_draft(session: Session, *, public_id: str, draft: Draft, actor: Actor, mover: Mover, now: datetime) -> Case:
    """Save a new version; the first one takes the case into editorial review. Incomplete drafts are saved as well.

    While a correction is open the case stays where it is: its public page keeps its notice until somebody approves.
    Raises MayNotDraft for a volunteer whom `refuse_draft` does not let write. What a volunteer writes is no signature.
    """
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    require_may_draft(session, case=case, actor=actor, mover=mover, now=now)
    if CaseState(case.state) not in (CaseState.EDITORIAL_REVIEW, CaseState.UNDER_CORRECTION):
        started = CaseEvent.EDITORIAL_REVIEW_STARTED
        move(session, case, started, actor=actor, mover=mover, proved=frozenset(), now=now)
    _check_lengths(draft)
    for older in session.scalars(_of_case(case.id).where(CounterNarrative.state.in_(("draft", "submitted")))):
        older.state = "superseded"
    if mover is not Mover.VOLUNTEER:
        keep_opinion(session, case=case, verdict=draft.verdict, actor=actor, now=now)
    _add_version(session, case, draft, state="draft", actor=actor, now=now)
    return case


def submit(session: Session, *, public_id: str, draft: Draft, actor: Actor, mover: Mover, now: datetime) -> Case:
    """Save a complete version and put it before a second person; IncompleteCounterNarrative names what is missing."""
    for name in PARTS:
        if not getattr(draft, name).strip():
            raise IncompleteCounterNarrative(field=name)
    if not draft.sources or not all(is_address(source.url) for source in draft.sources):
        raise IncompleteCounterNarrative(field="sources")
    case = save_draft(session, public_id=public_id, draft=draft, actor=actor, mover=mover, now=now)
    latest = latest_version(session, case_id=case.id)
    if latest is None:
        raise AssertionError("save_draft has just added one")
    latest.state, latest.submitted_at = "submitted", now
    facts = {"version": latest.version, "public_id": case.public_id}
    subject = ("counter_narrative", latest.id)
    record(session, "counter_narrative_submitted", actor=actor, subject=subject, now=now, data=facts)
    return case


def require_may_draft(session: Session, *, case: Case, actor: Actor, mover: Mover, now: datetime) -> None:
    """Raise MayNotDraft for a volunteer who may not write here now; the roles that sign may by their role."""
    if mover is not Mover.VOLUNTEER or actor.person_id is None:
        return
    refused = draft_refusal(session, case=case, person_id=actor.person_id, now=now)
    if refused is not None:
        raise MayNotDraft(reason=refused.value)


def draft_refusal(session: Session, *, case: Case, person_id: int, now: datetime) -> NoDraft | None:
    """Return why this person, as a volunteer, may not write the counter-narrative of the case now; or None."""
    newest = latest_version(session, case_id=case.id)
    return refuse_draft(
        place_of(session, person_id=person_id, now=now).level,
        words_accepted(session, person_id=person_id),
        CaseState(case.state),
        newest_is_own=newest is not None and newest.author_id == person_id,
    )


def speaks_for(narrative: CounterNarrative, *, approver_organisation_id: int | None) -> int | None:
    """Return in whose name a version is published once such an approver approves it: a volunteer speaks for nobody."""
    return approver_organisation_id if narrative.author_role == Mover.VOLUNTEER else narrative.organisation_id


def latest_version(session: Session, *, case_id: int) -> CounterNarrative | None:
    """Return the newest version of a case's counter-narrative, or None."""
    return session.scalar(_of_case(case_id).order_by(CounterNarrative.version.desc()).limit(1))


def submitted_version(session: Session, *, case: Case) -> CounterNarrative:
    """Return the version that waits for a second person, or raise WrongState."""
    waiting = session.scalar(_of_case(case.id).where(CounterNarrative.state == "submitted").with_for_update())
    if waiting is None:
        raise WrongState(state=case.state, event="counter_narrative_decided")
    return waiting


def _add_version(
    session: Session, case: Case, draft: Draft, *, state: str, actor: Actor, now: datetime
) -> CounterNarrative:
    if actor.person_id is None:
        raise AssertionError("only a person writes")
    highest = session.scalar(select(func.max(CounterNarrative.version)).where(CounterNarrative.case_id == case.id))
    texts = {name: getattr(draft, name).strip() for name in PARTS}
    version = CounterNarrative(
        case_id=case.id,
        version=(highest or 0) + 1,
        language=draft.language,
        verdict=draft.verdict.value,
        misinfo_type=draft.misinfo_type.value if draft.misinfo_type else None,
        sources=[{"name": source.name, "url": source.url} for source in draft.sources],
        state=state,
        author_id=actor.person_id,
        author_role=actor.role or "",
        organisation_id=None if actor.role == Mover.VOLUNTEER else actor.organisation_id,
        written_at=now,
        **texts,
    )
    session.add(version)
    session.flush()  # the audit names the version by its number
    facts = {"version": version.version, "public_id": case.public_id}
    subject = ("counter_narrative", version.id)
    record(session, "counter_narrative_drafted", actor=actor, subject=subject, now=now, data=facts)
    return version


def _check_lengths(draft: Draft) -> None:
    for item in fields(draft):
        value = getattr(draft, item.name)
        limit = TITLE_LIMIT if item.name == "title" else PART_LIMIT
        if isinstance(value, str) and len(value) > limit:
            raise IncompleteCounterNarrative(field=item.name, limit=limit)


def _of_case(case_id: int) -> Select[CounterNarrative]:
    return select(CounterNarrative).where(CounterNarrative.case_id == case_id)
