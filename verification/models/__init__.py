"""The nouns of judging, as tables."""

from verification.models.assessment import Assessment, Decision, Evidence, EvidenceOpinion
from verification.models.case import Case, CaseLease, CaseSkip, MatchLink
from verification.models.fact_check import CounterNarrative, FactCheck, FactCheckRevision
from verification.models.report import Demand, Item, Report, Sighting

__all__ = [
    "Assessment",
    "Case",
    "CaseLease",
    "CaseSkip",
    "CounterNarrative",
    "Decision",
    "Demand",
    "Evidence",
    "EvidenceOpinion",
    "FactCheck",
    "FactCheckRevision",
    "Item",
    "MatchLink",
    "Report",
    "Sighting",
]
