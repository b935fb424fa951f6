"""What a senior verifier does about a hold: look at the votes, and let the case go on for a public reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import AlreadyDecided
from verification.models import Decision, HoldRelease
from verification.services.concluding import conclude, latest_decision
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case, require_assessable
from verification.services.stating import require_reason


def release_holds(session: Session, *, public_id: str, reason: str, actor: Actor, now: datetime) -> Decision:
    """Let a held case go on: its present holds count no more, until many more votes have come. Concludes at once.

    For what is not honest there are other acts: suspending an account takes its votes out, confirming a ring keeps
    its accounts one voter, and a verifier may take the case into editorial review whatever the votes.
    """
    case = lock_case(session, public_id)
    require_assessable(case)
    require_no_conflict(session, case=case, actor=actor)
    decision = latest_decision(session, case_id=case.id)
    if decision is None or not decision.holds or actor.person_id is None:
        raise AlreadyDecided(public_id=public_id)
    reason = require_reason(reason, field="reason")
    votes = len(decision.inputs["votes"])
    for hold in decision.holds:
        session.add(
            HoldRelease(
                case_id=case.id, hold=hold, votes=votes, reason=reason, released_by=actor.person_id, released_at=now
            )
        )
    facts = {"public_id": public_id, "holds": decision.holds, "reason": reason}
    record(session, "holds_released", actor=actor, subject=("case", case.id), now=now, data=facts)
    session.flush()  # the conclusion reads the releases
    return conclude(session, case, now=now)
