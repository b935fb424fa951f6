"""Whether an agency's own word and the verdict go together (PEERS §3.4): a disagreement is shown, never settled."""

from __future__ import annotations

from enum import StrEnum

from verification.rules.scale import Veracity


class Stance(StrEnum):
    """What an agency says of a claim that names it."""

    DISPUTES = "disputes"
    SUPPORTS = "supports"
    CLARIFIES = "clarifies"


def disagrees(stance: Stance, verdict: Veracity) -> bool:
    """Return whether the agency holds the opposite of the verdict.

    Only the ends of the scale can be contradicted: to a claim that is partly right, or not proven, an agency that
    disputes or supports it says one half of what the verdict says.
    """
    return (stance, verdict) in {(Stance.SUPPORTS, Veracity.FALSE), (Stance.DISPUTES, Veracity.TRUE)}
