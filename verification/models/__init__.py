"""The nouns of judging, as tables."""

from verification.models.assessment import Assessment, Decision, Evidence, EvidenceOpinion
from verification.models.case import Case, CaseLease, CaseSkip, MatchLink
from verification.models.consensus import (
    CrowdState,
    HoldRelease,
    LearnedLesson,
    RaterState,
    RingMember,
    SignersOpinion,
    VotingRing,
)
from verification.models.fact_check import CounterNarrative, FactCheck, FactCheckRevision
from verification.models.report import Demand, Item, Report, Sighting

__all__ = [
    "Assessment",
    "Case",
    "CaseLease",
    "CaseSkip",
    "CounterNarrative",
    "CrowdState",
    "Decision",
    "Demand",
    "Evidence",
    "EvidenceOpinion",
    "FactCheck",
    "FactCheckRevision",
    "HoldRelease",
    "Item",
    "LearnedLesson",
    "MatchLink",
    "RaterState",
    "Report",
    "RingMember",
    "Sighting",
    "SignersOpinion",
    "VotingRing",
]
