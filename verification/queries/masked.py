"""The further pages of a hidden question: its discussion and its wording, as they are on an open case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import Case, HiddenBallot, NarrativeRanking, Sighting
from verification.queries import deliberation as talk
from verification.queries import wording as words
from verification.queries.deliberation import Deliberation, Mind, PostRow, SightingRow, Thread
from verification.queries.desk import Dossier
from verification.queries.hidden import dossier, hidden_ballot, minds_of, moved_by


def deliberation(session: Session, *, found: Dossier, person_id: int) -> Deliberation:
    """Return what was said about the case or the hidden question of a dossier, as far as this person may read it."""
    ballot = hidden_ballot(session, public_id=found.case.public_id, person_id=person_id)
    if ballot is None:
        return talk.deliberation(session, case=found.case, person_id=person_id)
    alias = session.get_one(Person, person_id).alias
    minds, posts = minds_of(ballot), ballot.doings.get("posts", ())
    return Deliberation(
        open=ballot.answered_at is not None,
        threads=tuple(_thread(one, posts, alias) for one in posts if one["thread_id"] is None),
        minds=(Mind(alias, mine=True, assessments=minds),) if len(minds) > 1 else (),
        sightings=_sightings(session, ballot, alias),
        suggestions=(),
    )


def wording(session: Session, *, public_id: str, person_id: int, now: datetime) -> words.Wording:
    """Return the wording of a case, or that of a hidden question, which has none yet; or raise NoSuchCase."""
    if hidden_ballot(session, public_id=public_id, person_id=person_id) is None:
        return words.wording(session, public_id=public_id, person_id=person_id)
    case: Case = dossier(session, public_id=public_id, person_id=person_id, now=now).case
    ranking = session.scalar(select(NarrativeRanking).order_by(NarrativeRanking.id.desc()).limit(1))
    return words.Wording(case, (), (), None, "", None, ranking)


def _thread(first: dict[str, Any], posts: list[dict[str, Any]], alias: str) -> Thread:
    answers = tuple(_post(one, alias) for one in posts if one["thread_id"] == first["id"])
    return Thread(_post(first, alias), answers)


def _post(said: dict[str, Any], alias: str) -> PostRow:
    return PostRow(said["id"], alias, said["text"], datetime.fromisoformat(said["at"]), mine=True, hidden_because="")


def _sightings(session: Session, ballot: HiddenBallot, alias: str) -> tuple[SightingRow, ...]:
    older = moved_by(session, ballot)
    known = [
        replace(row, sighting=_copy(row.sighting, seen_on=row.sighting.seen_on + older))
        for row in talk.sightings(session, case_id=ballot.case_id)
        if row.sighting.added_at + older <= ballot.offered_at
    ]
    mine = [
        SightingRow(_copy(None, **{**said, "seen_on": date.fromisoformat(said["seen_on"])}), alias)
        for said in ballot.doings.get("sightings", ())
    ]
    return tuple(sorted((*known, *mine), key=lambda row: row.sighting.seen_on))


def _copy(seen: Sighting | None, **changes: Any) -> Sighting:
    names = ("platform", "url", "archive_url", "seen_on", "views")
    return Sighting(**{**({name: getattr(seen, name) for name in names} if seen else {}), **changes})
