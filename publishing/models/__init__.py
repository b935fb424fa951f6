"""Accounts on networks, publications with their attempts, the kill switch, and what comes back, as tables."""

from publishing.models.accounts import AccountState, ChannelAccount, KillSwitch, Subscriber
from publishing.models.cards import ShareCard
from publishing.models.drafts import PendingConnection, PostDraft
from publishing.models.engagement import EngagementWatch, InboundReply, MetricSnapshot, ReplyState
from publishing.models.guards import REFUSAL
from publishing.models.publications import (
    Act,
    Operation,
    Publication,
    PublicationAttempt,
    PublicationState,
    Reason,
    Step,
)

__all__ = [
    "REFUSAL",
    "AccountState",
    "Act",
    "ChannelAccount",
    "EngagementWatch",
    "InboundReply",
    "KillSwitch",
    "MetricSnapshot",
    "Operation",
    "PendingConnection",
    "PostDraft",
    "Publication",
    "PublicationAttempt",
    "PublicationState",
    "Reason",
    "ReplyState",
    "ShareCard",
    "Step",
    "Subscriber",
]
