"""Better words from others: a suggestion for one part of a counter-narrative, and what its writers make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import BadSuggestion, NoSuchSuggestion, OwnWork, WrongState
from verification.models import CounterNarrative, NarrativeSuggestion
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import MisinfoType, Veracity
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case
from verification.services.writing import PART_LIMIT, PARTS, TITLE_LIMIT, Draft, Source, latest_version, save_draft

REASON_LIMIT = 1_000


def suggest(
    session: Session, *, public_id: str, part: str, text: str, reason: str, actor: Actor, now: datetime
) -> NarrativeSuggestion:
    """Suggest another wording for one part of the newest version; its author can simply write a new one."""
    case = lock_case(session, public_id)
    require_no_conflict(session, case=case, actor=actor)
    latest = latest_version(session, case_id=case.id)
    if latest is None or CaseState(case.state) is not CaseState.EDITORIAL_REVIEW:
        raise WrongState(state=case.state, event="narrative_suggested")
    if part not in PARTS:
        raise BadSuggestion(field="part")
    limit = TITLE_LIMIT if part == "title" else PART_LIMIT
    if not text.strip() or len(text.strip()) > limit or text.strip() == getattr(latest, part):
        raise BadSuggestion(field="text")
    if not reason.strip() or len(reason.strip()) > REASON_LIMIT:
        raise BadSuggestion(field="reason")
    if actor.person_id is None or latest.author_id == actor.person_id:
        raise OwnWork(public_id=public_id)
    suggestion = NarrativeSuggestion(
        case_id=case.id,
        counter_narrative_id=latest.id,
        part=part,
        text=text.strip(),
        reason=reason.strip(),
        author_id=actor.person_id,
        suggested_at=now,
    )
    session.add(suggestion)
    session.flush()  # the audit names the suggestion by its number
    facts = {"case_id": case.id, "version": latest.version, "part": part}
    subject = ("narrative_suggestion", suggestion.id)
    record(session, "narrative_suggested", actor=actor, subject=subject, now=now, data=facts)
    return suggestion


def decide(
    session: Session,
    *,
    public_id: str,
    suggestion_id: int,
    accept: bool,
    note: str,
    actor: Actor,
    mover: Mover,
    now: datetime,
) -> None:
    """Take a suggestion into a new version, or decline it with a note. Nobody decides on their own suggestion."""
    case = lock_case(session, public_id)
    mine = (NarrativeSuggestion.id == suggestion_id, NarrativeSuggestion.case_id == case.id)
    suggestion = session.scalar(select(NarrativeSuggestion).where(*mine, NarrativeSuggestion.state == "open"))
    if suggestion is None:
        raise NoSuchSuggestion(suggestion_id=suggestion_id)
    if suggestion.author_id == actor.person_id:
        raise OwnWork(public_id=public_id)
    latest = latest_version(session, case_id=case.id)
    if latest is None or CaseState(case.state) is not CaseState.EDITORIAL_REVIEW:
        raise WrongState(state=case.state, event="narrative_suggestion_decided")
    suggestion.state = "accepted" if accept else "declined"
    suggestion.decided_by, suggestion.decided_at, suggestion.note = actor.person_id, now, note.strip()[:REASON_LIMIT]
    if accept:
        draft = with_part(draft_of(latest), suggestion.part, suggestion.text)
        save_draft(session, public_id=public_id, draft=draft, actor=actor, mover=mover, now=now)
    facts = {"case_id": case.id, "accepted": accept, "part": suggestion.part}
    subject = ("narrative_suggestion", suggestion_id)
    record(session, "narrative_suggestion_decided", actor=actor, subject=subject, now=now, data=facts)


def draft_of(narrative: CounterNarrative) -> Draft:
    """Return a saved version as a draft."""
    return Draft(
        verdict=Veracity(narrative.verdict),
        misinfo_type=MisinfoType(narrative.misinfo_type) if narrative.misinfo_type else None,
        language=narrative.language,
        title=narrative.title,
        fact=narrative.fact,
        warning=narrative.warning,
        circulated=narrative.circulated,
        why_misleading=narrative.why_misleading,
        closing_fact=narrative.closing_fact,
        what_to_do=narrative.what_to_do,
        sources=tuple(Source(source["name"], source["url"]) for source in narrative.sources),
    )


def with_part(draft: Draft, part: str, text: str) -> Draft:
    """Return the draft with one of `PARTS` in other words."""
    if part not in PARTS:
        raise BadSuggestion(field="part")
    return replace(draft, **{part: text})  # type: ignore[arg-type]  # every one of PARTS is a text
