"""When a volunteer may write a counter-narrative, and why not (CONSENSUS §5c). Roles that sign may by their role."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from verification.rules.lifecycle import ASSESSABLE, CaseState
from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.reputation import Level, Right, may_draft, rights_of


class NoDraft(StrEnum):
    """Why somebody may not write now."""

    LEVEL = "level"
    SENT_BACK = "sent_back"
    NOT_AGREED = "not_agreed"
    OTHERS_TEXT = "others_text"
    CLOSED = "closed"


def refuse_draft(
    level: Level,
    accepted: Sequence[bool],
    state: CaseState,
    *,
    newest_is_own: bool,
    parameters: Parameters = PARAMETERS,
) -> NoDraft | None:
    """Return why a volunteer may not write in `state`, or None.

    They begin where the assessments agree and go on with what they began: another's words are changed by suggestions.
    `accepted` are the decisions on what they wrote, the oldest first.
    """
    if Right.DRAFT not in rights_of(level):
        return NoDraft.LEVEL
    if not may_draft(level, accepted, parameters):
        return NoDraft.SENT_BACK
    if state is CaseState.EDITORIAL_REVIEW:
        return None if newest_is_own else NoDraft.OTHERS_TEXT
    if state is CaseState.CONSENSUS:
        return None
    return NoDraft.NOT_AGREED if state in ASSESSABLE else NoDraft.CLOSED
