"""Why a case is held back, and which accounts count as one voter, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_decimal, format_percent

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.queue import shorten
from app.presenters.words import wait_word
from verification.models import PaceObjection
from verification.queries.holds import HeldCase, Member, Ring
from verification.rules.brigade import RateLimited
from verification.rules.consensus import Hold
from verification.rules.parameters import PARAMETERS


@dataclass(frozen=True, slots=True)
class HeldView:
    """A held case; `flags` is empty where no flag waits."""

    public_id: str
    title: str
    reasons: tuple[str, ...]
    weight: str
    flags: str
    since: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """An account in a ring, by its public name."""

    alias: str
    linked_to: str
    shared: int
    share: str
    suspended: bool
    objection: str


@dataclass(frozen=True, slots=True)
class RingView:
    """Accounts that count as one voter."""

    ring_id: int
    state: str
    tone: str
    found_at: datetime
    members: tuple[MemberView, ...]


@dataclass(frozen=True, slots=True)
class PaceView:
    """What an account reads that judges faster than its level allows; `reason` and `wait` are empty once it may go on.

    `said` is its last objection, with what came of it.
    """

    reason: str
    wait: str
    may_object: bool
    said: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class PaceObjectionView:
    """An objection to the pace, by its author's public name."""

    objection_id: int
    alias: str
    text: str
    objected_at: datetime


def hold_word(hold: Hold) -> str:
    """Return why a case is held back, in one plain sentence."""
    numbers = PARAMETERS.leaning
    minutes = round(numbers.burst_seconds / 60)
    return {
        Hold.UNUSUAL_TURNOUT: _("Far more people than usual judged it."),
        Hold.BURST: _(
            "More than %(votes)s assessments came within %(minutes)s minutes.",
            votes=numbers.burst_votes,
            minutes=minutes,
        ),
        Hold.LINKED_GROUP: _("Accounts that keep judging alike at the same time gave a large part of the assessments."),
        Hold.ABUSE_REPORT: _("Somebody flagged one of its assessments as abuse."),
    }[hold]


def held_view(held: HeldCase) -> HeldView:
    """Return a held case for the page of those who may let it go on."""
    voices = format_decimal(round(held.effective_votes, 1))
    flags = ngettext("%(num)s flag waits", "%(num)s flags wait", held.open_flags)
    return HeldView(
        public_id=held.public_id,
        title=shorten(held.claim),
        reasons=tuple(hold_word(hold) for hold in held.holds),
        weight=_("%(votes)s assessments, worth %(voices)s independent ones", votes=held.votes, voices=voices),
        flags=flags if held.open_flags else "",
        since=held.since,
    )


def ring_view(ring: Ring) -> RingView:
    """Return a ring with its members."""
    states = {
        "open": (_("Found by the system, not looked at yet"), "yellow"),
        "confirmed": (_("Confirmed by staff"), "teal"),
    }
    word, tone = states[ring.state]
    return RingView(ring.ring_id, word, tone, ring.found_at, tuple(map(_member_view, ring.members)))


def alike_word(member: Member) -> str:
    """Return what put an account into a ring."""
    return ngettext(
        "%(num)s case was judged alike within %(minutes)s minutes",
        "%(num)s cases were judged alike within %(minutes)s minutes",
        member.shared,
        minutes=round(PARAMETERS.brigade.window_seconds / 60),
    )


def pace_view(
    limited: RateLimited | None, said: PaceObjection | None, *, now: datetime, heard_every: timedelta
) -> PaceView | None:
    """Return the page of an account that was stopped; None where nothing stops it and it never objected."""
    if limited is None and said is None:
        return None
    outcomes = {
        "open": _("Nobody has answered yet"),
        "upheld": _("Upheld: you may go on"),
        "rejected": _("Rejected: the limit stands"),
    }
    return PaceView(
        reason=_("That was %(votes)s assessments in a short time, and haste makes mistakes.", votes=limited.votes)
        if limited
        else "",
        wait=wait_word(limited.retry_after_seconds + 1) if limited else "",
        may_object=limited is not None and (said is None or said.objected_at <= now - heard_every),
        said=said.objection if said else "",
        outcome=outcomes[said.outcome] if said else "",
        answer=said.answer if said else "",
    )


def pace_objection_view(row: PaceObjection, alias: str) -> PaceObjectionView:
    """Return an objection to the pace for those who decide on it."""
    return PaceObjectionView(row.id, alias, row.objection, row.objected_at)


def _member_view(member: Member) -> MemberView:
    return MemberView(
        alias=member.alias,
        linked_to=member.linked_to,
        shared=member.shared,
        share=format_percent(member.share),
        suspended=member.suspended,
        objection=member.objection,
    )
