"""Keeping the order of the queue fresh: what is known of a case becomes its priority, with the reasons.

Priority is derived, like an index: it can be computed again at any moment from what is on record, so no audit event
tells of it. Each reason keeps the numbers behind it and the version of the table whose weights were used.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from verification.models import Assessment, Case, Item, MatchLink, Report, Sighting
from verification.rules.lifecycle import ASSESSABLE, CaseState
from verification.rules.parameters import PARAMETERS, VERSION
from verification.rules.quorum import QUORUM_ASSESSMENTS
from verification.rules.topics import find_topics, topics_of
from verification.rules.triage import CaseSignals, Reason, triage

QUEUED = frozenset({CaseState.TRIAGE, *ASSESSABLE})
"""States whose cases somebody chooses from a list, so that their order matters."""

SLICE = 200
"""Cases scored in one transaction: a moment each, so that nobody's report waits behind it."""


def refresh_priority(session: Session, *, case_id: int, now: datetime) -> None:
    """Score one case anew, if it is still queued."""
    refresh_slice(session, after_id=case_id - 1, now=now, limit=1, only=(case_id,))


def refresh_slice(
    session: Session, *, after_id: int, now: datetime, limit: int = SLICE, only: Collection[int] = ()
) -> int | None:
    """Score the next queued cases by number; return the last number, or None when there are no more."""
    query = select(Case.id, Case.claim, Case.state, Case.topics, Case.report_count, Case.opened_at)
    query = query.where(Case.id > after_id, Case.state.in_([state.value for state in QUEUED]))
    if only:
        query = query.where(Case.id.in_(only))
    rows = session.execute(query.order_by(Case.id).limit(limit)).all()
    if not rows:
        return None
    signals = _signals(session, rows, now=now)
    for row in rows:
        urgency = triage(signals[row.id])
        reasons = [_stored(reason) for reason in urgency.reasons]
        found = [hit.topic.value for hit in signals[row.id].topics]
        topics = list(topics_of("", (*found, *row.topics)))
        # An update of these columns alone: whoever moves the case at this moment loses nothing to it.
        values = {"priority": urgency.score, "priority_reasons": reasons, "topics": topics}
        session.execute(update(Case).where(Case.id == row.id).values(**values))
    last: int = rows[-1].id
    return last


def _signals(session: Session, rows: Sequence[Any], *, now: datetime) -> dict[int, CaseSignals]:
    numbers = [row.id for row in rows]
    since = now - timedelta(seconds=PARAMETERS.triage.velocity_window_seconds)
    texts: dict[int, list[str]] = {number: [] for number in numbers}
    for case_id, text in session.execute(select(Item.case_id, Item.text).where(Item.case_id.in_(numbers))):
        texts[case_id].append(text)
    recent = _counted(session, _per_case(func.count(Report.id), Report).where(Report.received_at > since), numbers)
    reach = _counted(session, _per_case(func.sum(Sighting.views), Sighting), numbers)
    filed = select(Assessment.case_id, func.count()).where(Assessment.superseded_at.is_(None))
    votes = _counted(session, filed.group_by(Assessment.case_id), numbers, column=Assessment.case_id)
    likely = select(MatchLink.case_id, func.max(MatchLink.probability)).where(MatchLink.state == "suggested")
    known = _counted(session, likely.group_by(MatchLink.case_id), numbers, column=MatchLink.case_id)
    return {
        row.id: CaseSignals(
            reports=row.report_count,
            reports_in_window=int(recent.get(row.id, 0)),
            reach=int(reach.get(row.id, 0)),
            topics=find_topics("\n".join([row.claim, *texts[row.id]])),
            age_seconds=max(0.0, (now - row.opened_at).total_seconds()),
            missing_votes=_missing(CaseState(row.state), int(votes.get(row.id, 0))),
            known_score=known.get(row.id),
        )
        for row in rows
    }


def _per_case(counted: Any, table: type[Report | Sighting]) -> Select[Any]:
    return select(Item.case_id, counted).join(table, table.item_id == Item.id).group_by(Item.case_id)


def _counted(session: Session, query: Any, numbers: Collection[int], *, column: Any = Item.case_id) -> dict[int, float]:
    return {case_id: value for case_id, value in session.execute(query.where(column.in_(numbers))) if value is not None}


def _missing(state: CaseState, votes: int) -> int | None:
    """Return how many assessments a case lacks; None where that is no reason to hurry."""
    if state not in ASSESSABLE or state is CaseState.CONSENSUS or votes == 0:
        return None
    return max(1, QUORUM_ASSESSMENTS - votes)


def _stored(reason: Reason) -> dict[str, Any]:
    return {
        "signal": reason.signal.value,
        "points": round(reason.points, 2),
        "value": reason.value,
        "topics": [{"topic": hit.topic.value, "words": list(hit.words)} for hit in reason.topics],
        "version": VERSION,
    }
