"""The nouns of judging, as tables."""

from verification.models.appeal import AgencyStatement, Appeal, Flag, RecusalDoubt
from verification.models.assessment import Assessment, Decision, Evidence, EvidenceOpinion
from verification.models.attachment import Attachment, Upload
from verification.models.case import Case, CaseLease, CaseSkip, MatchLink
from verification.models.cluster import ClusterChange, ResurfacingAlert
from verification.models.consensus import (
    CrowdState,
    HoldRelease,
    LearnedLesson,
    PaceObjection,
    RaterState,
    RingMember,
    SignersOpinion,
    VotingRing,
)
from verification.models.correction import Correction, Reopening
from verification.models.deliberation import (
    DeliberationPost,
    HelpRating,
    NarrativeRank,
    NarrativeRanking,
    NarrativeSuggestion,
)
from verification.models.fact_check import CounterNarrative, FactCheck, FactCheckRevision
from verification.models.guards import REFUSAL
from verification.models.report import Demand, Item, Report, Sighting
from verification.models.subscription import Subscription
from verification.models.topic import FactCheckTopic
from verification.models.volunteer import EntranceAttempt, GoldAnswer, HiddenBallot
from verification.models.work import BallotAssignment, LongWork, VoteExport

__all__ = [
    "REFUSAL",
    "AgencyStatement",
    "Appeal",
    "Assessment",
    "Attachment",
    "BallotAssignment",
    "Case",
    "CaseLease",
    "CaseSkip",
    "ClusterChange",
    "Correction",
    "CounterNarrative",
    "CrowdState",
    "Decision",
    "DeliberationPost",
    "Demand",
    "EntranceAttempt",
    "Evidence",
    "EvidenceOpinion",
    "FactCheck",
    "FactCheckRevision",
    "FactCheckTopic",
    "Flag",
    "GoldAnswer",
    "HelpRating",
    "HiddenBallot",
    "HoldRelease",
    "Item",
    "LearnedLesson",
    "LongWork",
    "MatchLink",
    "NarrativeRank",
    "NarrativeRanking",
    "NarrativeSuggestion",
    "PaceObjection",
    "RaterState",
    "RecusalDoubt",
    "Reopening",
    "Report",
    "ResurfacingAlert",
    "RingMember",
    "Sighting",
    "SignersOpinion",
    "Subscription",
    "Upload",
    "VoteExport",
    "VotingRing",
]
