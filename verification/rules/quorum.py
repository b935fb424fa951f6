"""The first rule of the house: three independent assessments, two thirds of them agreeing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.scale import Veracity

QUORUM_ASSESSMENTS = 3
"""Assessments, one a person, before anything is concluded (issue 2, step 4)."""

AGREEMENT_NUMERATOR, AGREEMENT_DENOMINATOR = 2, 3
"""The share that must agree, as whole numbers so that exactly two thirds passes (issue 2, step 4)."""


class QuorumState(StrEnum):
    """What the assessments amount to so far."""

    NEEDS_MORE = "needs_more_assessments"
    CONSENSUS = "consensus"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True)
class QuorumOutcome:
    """The state, how many assessed, how many stand behind the leading verdict, and the verdict when it is reached."""

    state: QuorumState
    assessments: int
    agreeing: int
    verdict: Veracity | None = None


def count_quorum(verdict_by_person: Mapping[int, Veracity]) -> QuorumOutcome:
    """Judge by simple quorum. The mapping's keys make the assessments independent: one a person."""
    total = len(verdict_by_person)
    if not total:
        return QuorumOutcome(QuorumState.NEEDS_MORE, 0, 0)
    leading, agreeing = Counter(verdict_by_person.values()).most_common(1)[0]
    if total < QUORUM_ASSESSMENTS:
        return QuorumOutcome(QuorumState.NEEDS_MORE, total, agreeing)
    # Two thirds leave no room for a tie, so the order of counting never decides.
    if agreeing * AGREEMENT_DENOMINATOR >= total * AGREEMENT_NUMERATOR:
        return QuorumOutcome(QuorumState.CONSENSUS, total, agreeing, leading)
    return QuorumOutcome(QuorumState.DISPUTED, total, agreeing)
