"""The board: every publication with its state, the reason and the next step in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.i18n import gettext as _
from app.presenters.charts import TrendView, trend_views
from app.presenters.publishing import (
    act_word,
    local_moment,
    reason_word,
    state_tone,
    state_word,
    step_word,
    zone_word,
)
from app.presenters.words import excerpt
from publishing.channels.interface import Channel
from publishing.channels.values import Payload
from publishing.corrections import Progress
from publishing.desk import FOR_A_PERSON, WAITING, maybe_live
from publishing.models import (
    AccountState,
    ChannelAccount,
    MetricSnapshot,
    PublicationAttempt,
    PublicationState,
    Reason,
)
from publishing.overview import Entry
from publishing.scheduling import local_time

EXCERPT_CHARACTERS = 140


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One publication in a list. `next_step` says what happens, or what somebody has to do."""

    publication_id: int
    href: str
    network: str
    handle: str
    act: str
    title: str
    excerpt: str
    state: str
    tone: str
    reason: str
    next_step: str
    when: str
    remote_url: str
    needs_somebody: bool


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One line of what was tried; it is never changed."""

    at: datetime
    when: str
    text: str
    detail: str
    status: int | None
    request_id: str


@dataclass(frozen=True, slots=True)
class PostView:
    """What was approved, as the network shows it: see components/post.html."""

    network: str
    name: str
    handle: str
    text: str
    language: str
    image_url: str
    image_alt: str
    when: str


@dataclass(frozen=True, slots=True)
class PublicationPage:
    """One publication with all that was tried. Each `may_` flag is one block of the page."""

    row: BoardRow
    post: PostView
    case_href: str
    payload_sha256: str
    fence: int
    """Grows with each try and each act of a person: what somebody saw is good only for what they saw."""
    approved_at: str
    attempts: tuple[AttemptView, ...]
    siblings: tuple[BoardRow, ...]
    delivered: str
    trends: tuple[TrendView, ...]
    counted: str
    local_not_before: str
    time_zone: str
    may_confirm: bool
    may_resend: bool
    may_cancel: bool
    may_deny: bool
    may_reschedule: bool
    may_note: bool
    reconnect_href: str


def board_row(
    entry: Entry, *, networks: dict[str, type[Channel]], time_zone: str, frozen: bool, now: datetime
) -> BoardRow:
    """Return a publication as the board lists it."""
    row, account = entry.publication, entry.account
    payload = Payload.from_json(row.payload)
    moment = row.published_at or row.not_before
    vanished = _vanished(entry)
    return BoardRow(
        publication_id=row.id,
        href=url_for("publications.show", publication_id=row.id),
        network=network_word(networks, account.kind),
        handle=account.handle,
        act=act_word(row.op, row.act),
        title=payload.title,
        excerpt=excerpt(payload.text, EXCERPT_CHARACTERS),
        state=_("Vanished") if vanished else state_word(row.state),
        tone="red" if vanished else state_tone(row.state),
        reason=_("The post is no longer there, and nobody here took it down.") if vanished else reason_word(row.reason),
        next_step=next_step(entry, time_zone=time_zone, frozen=frozen, now=now),
        when=local_moment(moment, time_zone),
        remote_url=row.remote_url or "",
        needs_somebody=vanished or row.state in FOR_A_PERSON,
    )


def publication_page(
    entry: Entry,
    *,
    row: BoardRow,
    siblings: tuple[BoardRow, ...],
    attempts: list[PublicationAttempt],
    snapshots: list[MetricSnapshot],
    progress: Progress,
    case_href: str,
    time_zone: str,
) -> PublicationPage:
    """Return the page of one publication."""
    publication, account = entry.publication, entry.account
    waiting = publication.state in WAITING and publication.maybe_sent_at is None
    unclear = maybe_live(publication)
    last = snapshots[-1] if snapshots else None
    return PublicationPage(
        row=row,
        post=post_view(account, Payload.from_json(publication.payload), network=row.network, when=row.when),
        case_href=case_href,
        payload_sha256=publication.payload_sha256,
        fence=publication.fence,
        approved_at=local_moment(publication.approved_at, time_zone),
        attempts=tuple(_attempt_view(one, time_zone) for one in attempts),
        siblings=siblings,
        delivered=delivered_words(progress, corrected=publication.version > 1),
        trends=trend_views(snapshots, time_zone=time_zone),
        counted=local_moment(last.at, time_zone) if last else "",
        local_not_before=local_time(publication.not_before, time_zone).strftime("%Y-%m-%dT%H:%M"),
        time_zone=zone_word(time_zone),
        may_confirm=publication.state == PublicationState.UNKNOWN or unclear,
        may_resend=publication.state in FOR_A_PERSON,
        may_cancel=waiting or (publication.state in FOR_A_PERSON and not unclear),
        may_deny=unclear,
        may_reschedule=waiting and publication.state != PublicationState.RETRY,
        may_note=_vanished(entry),
        reconnect_href=url_for("channel_accounts.show", account_id=account.id)
        if account.state == AccountState.NEEDS_REAUTH
        else "",
    )


def next_step(entry: Entry, *, time_zone: str, frozen: bool, now: datetime) -> str:
    """Return what happens next with a publication, or what somebody has to do, as a sentence."""
    row, _account = entry.publication, entry.account
    if _vanished(entry):
        return _("Look at the account, find out who removed it, and take note of it here.")
    match PublicationState(row.state):
        case PublicationState.UNKNOWN:
            return _("Look at the account. Is the post there? Say so here.")
        case PublicationState.FAILED if row.reason == Reason.NOT_OURS:
            return _("Your post says what no longer holds. Read the new words below, then send them or let them go.")
        case PublicationState.FAILED:
            return _("Mend the cause and send it again, or cancel it.")
        case PublicationState.NEEDS_REAUTH:
            return _("Connect the account again; what waits is then sent by itself.")
        case PublicationState.PUBLISHED | PublicationState.CANCELLED:
            return _("Nothing more is to be done.")
        case PublicationState.SENDING:
            return _("The network has it; the answer is on its way.")
        case _:
            return _waiting_for(entry, time_zone=time_zone, frozen=frozen, now=now)


def network_word(networks: dict[str, type[Channel]], kind: str) -> str:
    """Return what a network is called."""
    return networks[kind].capabilities.label if kind in networks else kind


def post_view(account: ChannelAccount, payload: Payload, *, network: str, when: str = "") -> PostView:
    """Return a payload as it will look."""
    return PostView(
        network=network,
        name=account.name,
        handle=account.handle,
        text=payload.text,
        language=payload.language,
        image_url=url_for("share_cards.show", sha256=payload.image.sha256) if payload.image else "",
        image_alt=payload.image.alt if payload.image else "",
        when=when,
    )


def delivered_words(progress: Progress, *, corrected: bool) -> str:
    """Return how far a version has got, and how long a correction took to reach its last account."""
    if progress.total == 0:
        return ""
    if progress.seconds is None:
        return _("%(done)s of %(total)s delivered", done=progress.done, total=progress.total)
    if corrected:
        return _("Every account corrected %(time)s after approval", time=duration_word(progress.seconds))
    return _("Everywhere %(time)s after approval", time=duration_word(progress.seconds))


def duration_word(seconds: float) -> str:
    """Return a length of time in the unit that a person would choose."""
    if seconds < 90:
        return _("%(num)s seconds", num=round(seconds))
    if seconds < 5_400:
        return _("%(num)s minutes", num=round(seconds / 60))
    if seconds < 129_600:
        return _("%(num)s hours", num=round(seconds / 3_600))
    return _("%(num)s days", num=round(seconds / 86_400))


def _vanished(entry: Entry) -> bool:
    watch = entry.watch
    return watch is not None and watch.vanished_at is not None and watch.vanished_noted_at is None


def _waiting_for(entry: Entry, *, time_zone: str, frozen: bool, now: datetime) -> str:
    row, account = entry.publication, entry.account
    if entry.waits_for_word:
        return _("It waits until somebody says whether the post before it is live.")
    if frozen:
        return _("Publishing is stopped; it is sent once two people let it go on.")
    if account.state != AccountState.CONNECTED:
        return _("Connect the account again; what waits is then sent by itself.")
    resting = account.paused_until if account.paused_until and account.paused_until > now else None
    due = max(row.not_before, resting or row.not_before)
    if due > now:
        return _("It is sent on %(when)s.", when=local_moment(due, time_zone))
    if row.depends_on is not None:
        return _("It follows as soon as the post before it is out.")
    return _("It is sent within moments.")


def _attempt_view(attempt: PublicationAttempt, time_zone: str) -> AttemptView:
    return AttemptView(
        at=attempt.at,
        when=local_moment(attempt.at, time_zone),
        text=step_word(attempt.step),
        detail=attempt.detail or "",
        status=attempt.status,
        request_id=attempt.request_id or "",
    )
