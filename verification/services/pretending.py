"""What people do on a hidden question besides answering it: accepted as on an open case, kept with the question.

Each function takes what its neighbour for cases takes, refuses what that refuses, and says with False that the number
is not one of this person's hidden questions. Nothing here reaches the signed case but a flag: abuse is abuse there too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from kernel.outbox import Actor
from verification.errors import (
    AlreadyDecided,
    BadAppeal,
    BadClusterChange,
    BlindFirst,
    CaseTaken,
    MergedAway,
    NoSuchPost,
    WrongState,
)
from verification.models import Case, ClusterChange, DeliberationPost, HiddenBallot, RecusalDoubt
from verification.queries.hidden import dossier, handed_to
from verification.rules.lifecycle import CaseState, Mover
from verification.services import flagging
from verification.services.assessing import Ballot, check_ballot, require_own_evidence
from verification.services.clustering import CLOSED, require_change_reason
from verification.services.conflicts import require_no_conflict
from verification.services.deliberating import require_words
from verification.services.examining import mine, note_done, shown_evidence, stand_behind
from verification.services.leasing import LEASE, colleague_for
from verification.services.sighting import Seen, check_seen
from verification.services.standing import require_may_judge
from verification.services.stating import require_reason
from verification.services.writing import require_may_draft


def change_answer(session: Session, *, public_id: str, ballot: Ballot, actor: Actor, now: datetime) -> bool:
    """Keep another mind beside the answer, which alone was learned from; refused where a change of mind would be."""
    asked = mine(session, public_id, actor)
    if asked is None:
        return False
    require_may_judge(session, actor=actor, now=now)
    if asked.answered_at is None:
        raise WrongState(state=CaseState.IN_REVIEW.value, event="assessment_changed")
    check_ballot(ballot)
    shown = shown_evidence(session, asked, now=now)
    require_own_evidence(ballot, known=shown)
    chosen = sorted(ballot.evidence_ids)
    said = {
        "verdict": ballot.verdict.value,
        "misinfo_type": ballot.misinfo_type.value if ballot.misinfo_type else None,
        "confidence": ballot.confidence,
        "reason": ballot.reason.strip(),
        "evidence_ids": chosen,
        "filed_at": now.isoformat(),
    }
    asked.doings = {**asked.doings, "minds": [*asked.doings.get("minds", []), said]}
    stand_behind(asked, shown, evidence_ids=chosen)
    note_done(session, "hidden_ballot_mind_changed", asked, actor=actor, now=now)
    return True


def contribute(
    session: Session, *, public_id: str, text: str, thread_id: int | None, actor: Actor, now: datetime
) -> bool:
    """Keep a contribution to the discussion with the question; BlindFirst before it is answered."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    if found.answered_at is None:
        raise BlindFirst(public_id=public_id)
    require_words(text)
    posts = found.doings.get("posts", [])
    if thread_id is not None and all((one["id"], one["thread_id"]) != (thread_id, None) for one in posts):
        raise NoSuchPost(post_id=thread_id)
    said = {"thread_id": thread_id, "text": text.strip(), "at": now.isoformat()}
    _keep(session, found, "posts", {"id": _number(session, DeliberationPost.id, posts), **said}, actor=actor, now=now)
    return True


def add_sighting(session: Session, *, public_id: str, seen: Seen, actor: Actor, now: datetime) -> bool:
    """Keep a sighting with the question."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    check_seen(seen, today=now.date())
    addresses = {"url": seen.url or None, "archive_url": seen.archive_url or None}
    said = {"platform": seen.platform.strip(), "seen_on": seen.seen_on.isoformat(), "views": seen.views, **addresses}
    _keep(session, found, "sightings", said, actor=actor, now=now)
    return True


def hand_over(session: Session, *, public_id: str, to_alias: str, actor: Actor, now: datetime) -> bool:
    """Pass the question on as if a colleague had it now; it is not theirs, so nobody is asked in its place."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    colleague = colleague_for(session, session.get_one(Case, found.case_id), to_alias, actor)
    if found.taken_until is None or found.taken_until <= now:
        raise CaseTaken
    handed = {"name": colleague.name, "until": (now + LEASE).isoformat()}
    found.doings = {**found.doings, "handed": handed}
    found.taken_until, found.skipped_at = None, None if found.answered_at else now
    note_done(session, "hidden_ballot_handed_over", found, actor=actor, now=now)
    return True


def doubt_recusal(
    session: Session, *, public_id: str, organisation_id: int, reason: str, actor: Actor, now: datetime
) -> bool:
    """Keep with the question that its claim does not speak of the organisation."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    if organisation_id not in session.get_one(Case, found.case_id).named_organisation_ids:
        raise BadAppeal(field="organisation")
    doubts, reason = found.doings.get("doubts", []), require_reason(reason, field="reason")
    if any(one["about"] == organisation_id for one in doubts):
        raise AlreadyDecided(public_id=public_id)
    number = _number(session, RecusalDoubt.id, doubts)
    said = {"id": number, "about": organisation_id, "reason": reason, "at": now.isoformat()}
    _keep(session, found, "doubts", said, actor=actor, now=now)
    return True


def merge(session: Session, *, public_id: str, into_public_id: str, reason: str, actor: Actor, now: datetime) -> bool:
    """Lay the question to rest as if its message had moved to that case; to its person alone it looks so."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    staying = session.scalar(select(Case).where(Case.public_id == into_public_id))
    if staying is None or into_public_id == public_id:
        raise BadClusterChange(field="into")
    if staying.merged_into_id is not None:
        raise MergedAway(public_id=into_public_id)
    if CaseState(staying.state) in CLOSED:
        raise WrongState(state=staying.state, event="cases_merged")
    require_no_conflict(session, case=staying, actor=actor)
    if handed_to(found, now):
        raise CaseTaken
    merged = {"into": into_public_id, "reason": require_change_reason(reason), "at": now.isoformat()}
    found.doings = {**found.doings, "merged": {"id": _number(session, ClusterChange.id, []), **merged}}
    found.taken_until, found.skipped_at = None, None if found.answered_at else now
    note_done(session, "hidden_ballot_merged", found, actor=actor, now=now)
    return True


def undo_merge(session: Session, *, change_id: int, actor: Actor, now: datetime) -> bool:
    """Wake a question of the actor's that `merge` laid to rest under this number."""
    query = select(HiddenBallot).where(HiddenBallot.person_id == actor.person_id).with_for_update()
    for found in session.scalars(query):
        if found.doings.get("merged", {}).get("id") == change_id:
            found.doings = {kind: said for kind, said in found.doings.items() if kind != "merged"}
            note_done(session, "hidden_ballot_merge_undone", found, actor=actor, now=now)
            return True
    return False


def refuse_draft(session: Session, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Refuse a counter-narrative to a hidden question as to a case on which the assessments do not agree yet."""
    found = mine(session, public_id, actor)
    if found is not None:
        case = dossier(session, public_id=public_id, person_id=found.person_id, now=now).case
        require_may_draft(session, case=case, actor=actor, mover=Mover.VOLUNTEER, now=now)


def file_flag(
    session: Session,
    *,
    public_id: str,
    subject: tuple[str, int],
    reason: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """File a flag on what the question shows: on the signed case, and on the actor's own source with the question."""
    found = mine(session, public_id, actor)
    if found is None:
        return False
    if subject[0] == "evidence" and any(one["id"] == subject[1] for one in found.sources):
        if subject[1] in found.doings.get("flags", []):
            raise AlreadyDecided(public_id=public_id)
        _keep(session, found, "flags", subject[1], actor=actor, now=now)
        return True
    signed = session.get_one(Case, found.case_id).public_id
    about: dict[str, Any] = {"public_id": signed, "subject": subject, "reason": reason, "note": note}
    flagging.file_flag(session, **about, actor=actor, now=now)
    return True


def _keep(session: Session, found: HiddenBallot, kind: str, said: object, *, actor: Actor, now: datetime) -> None:
    found.doings = {**found.doings, kind: [*found.doings.get(kind, []), said]}
    note_done(session, f"hidden_ballot_{kind}_kept", found, actor=actor, now=now)


def _number(session: Session, column: InstrumentedAttribute[int], kept: list[Any]) -> int:
    """Return a number such as the next row would have."""
    return (session.scalar(select(func.max(column))) or 0) + 1 + len(kept)
