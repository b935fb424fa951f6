"""The page of a claim's messages in words: what belongs together, who said so, and how to take it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.i18n import gettext as _
from app.presenters.fact_checks import CardView, card_view
from app.presenters.hits import LikenessView, likeness_view
from app.presenters.queue import shorten, state_word
from verification.queries.clusters import ChangeRow, Cluster, ItemRow, LinkDetail, NearCase
from verification.rules.lifecycle import MERGEABLE, CaseState
from verification.services.clustering import CLOSED


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; `came_from` is the number of the case with which it came, or empty."""

    item_id: int
    text: str
    reports: int
    came_from: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A merge or split in one sentence; `may_undo` while it stands."""

    change_id: int
    sentence: str
    reason: str
    made_by: str
    made_at: datetime
    undone: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class NearView:
    """A case that may be the same claim."""

    public_id: str
    href: str
    title: str
    reports: int
    shared: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with its history: the model and thresholds that made it, who decided, what it pointed at before."""

    link_id: int
    card: CardView
    state: str
    word: str
    tone: str
    likeness: LikenessView
    model: str
    thresholds: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    original: CardView | None


@dataclass(frozen=True, slots=True)
class ClusterPage:
    """Everything the page shows."""

    public_id: str
    title: str
    state: str
    merged_into: str
    messages: tuple[MessageView, ...]
    changes: tuple[ChangeView, ...]
    near: tuple[NearView, ...]
    proposals: tuple[ProposalView, ...]
    may_merge: bool
    may_split: bool
    may_withdraw: bool


def cluster_page(found: Cluster) -> ClusterPage:
    """Return the page of a case's messages."""
    case, state = found.case, CaseState(found.case.state)
    resting = bool(found.merged_into)
    return ClusterPage(
        public_id=case.public_id,
        title=shorten(case.claim or (found.items[0].item.text if found.items else case.public_id)),
        state=state_word(state),
        merged_into=found.merged_into,
        messages=tuple(map(_message_view, found.items)),
        changes=tuple(map(_change_view, found.changes)),
        near=() if resting else tuple(map(_near_view, found.near)),
        proposals=tuple(map(_proposal_view, found.links)),
        may_merge=not resting and state in MERGEABLE,
        may_split=not resting and len(found.items) > 1 and state not in CLOSED,
        may_withdraw=not resting and state is CaseState.MATCHED,
    )


def _message_view(row: ItemRow) -> MessageView:
    return MessageView(row.item.id, row.item.text, row.reports, row.came_from)


def _change_view(row: ChangeRow) -> ChangeView:
    facts = {"source": row.source, "target": row.target, "count": row.items}
    sentence = (
        _("Case %(source)s was joined with %(target)s; messages moved: %(count)s", **facts)
        if row.kind == "merge"
        else _("Messages taken out of %(source)s into the new case %(target)s: %(count)s", **facts)
    )
    undone = _("Undone by %(alias)s", alias=row.undone_by) if row.undone_at else ""
    return ChangeView(row.change_id, sentence, row.reason, row.made_by, row.made_at, undone, row.undone_at is None)


def _near_view(near: NearCase) -> NearView:
    href = url_for("clusters.show", public_id=near.public_id)
    return NearView(near.public_id, href, shorten(near.text), near.report_count, near.shared.title)


def _proposal_view(row: LinkDetail) -> ProposalView:
    words = {"suggested": _("Proposed"), "confirmed": _("Confirmed"), "rejected": _("Rejected")}
    tones = {"suggested": "slate", "confirmed": "green", "rejected": "orange"}
    link = row.link
    return ProposalView(
        link_id=link.id,
        card=card_view(row.fact_check),
        state=link.state,
        word=words[link.state],
        tone=tones[link.state],
        likeness=likeness_view(link.probability),
        model=link.model,
        thresholds=link.threshold_version or "–",
        proposed_at=link.proposed_at,
        decided_by=row.decided_by,
        decided_at=link.decided_at,
        original=card_view(row.original) if row.original else None,
    )
