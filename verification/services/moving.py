"""Moving a case along its lifecycle: the one way in which `Case.state` changes."""

from __future__ import annotations

import secrets
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import MergedAway, NoSuchCase, NotAReviewer, WrongState
from verification.models import Case, HiddenBallot
from verification.rules.lifecycle import ASSESSABLE, CaseEvent, CaseState, Guard, IllegalTransition, Mover, transition

_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """Return a public number of 10 signs without look-alikes; a unique constraint settles the rest."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(10))


def lock_case(session: Session, public_id: str) -> Case:
    """Return the case, locked until the transaction ends, so that two people cannot move it at once."""
    query = select(Case).where(Case.public_id == public_id).with_for_update()
    case = session.scalar(query.execution_options(populate_existing=True))
    if case is None:
        if session.scalar(select(HiddenBallot.id).where(HiddenBallot.public_id == public_id)) is not None:
            # A hidden question takes no such act, and must not answer as a number that names nothing.
            raise WrongState(state=CaseState.NEEDS_MORE_ASSESSMENTS.value, event="case_changed")
        raise NoSuchCase(public_id=public_id)
    if case.merged_into_id is not None:
        raise MergedAway(public_id=public_id)
    return case


def move(
    session: Session,
    case: Case,
    event: CaseEvent,
    *,
    actor: Actor,
    mover: Mover,
    proved: AbstractSet[Guard],
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Take the case one step further and write it down.

    `proved` are the guards the caller has shown to hold. Raises WrongState where the lifecycle has no such step, and
    NotAReviewer where the role may not take it. A guard that the caller forgot is a fault of ours: AssertionError.
    """
    try:
        step = transition(CaseState(case.state), event)
    except IllegalTransition as error:
        raise WrongState(state=case.state, event=event.value) from error
    if mover not in step.movers:
        raise NotAReviewer(roles=sorted(step.movers))
    missing = step.missing(proved)
    if missing:
        raise AssertionError(f"{event} without proof of {sorted(missing)}")
    previous = case.state
    case.state, case.state_changed_at = step.target.value, now
    case.revision += 1
    facts = {"from": previous, "to": case.state, "public_id": case.public_id, **(data or {})}
    record(session, event.value, actor=actor, subject=("case", case.id), now=now, data=facts)


def require_assessable(case: Case) -> None:
    """Raise WrongState unless the case takes evidence and assessments now."""
    if CaseState(case.state) not in ASSESSABLE:
        raise WrongState(state=case.state, event="assessment_filed")
