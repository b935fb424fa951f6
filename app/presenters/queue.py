"""A case in a list of the desk, and why it is there, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.numbers import format_compact_decimal
from flask import url_for
from flask_babel import format_percent, get_locale

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.accounts import topic_words
from verification.queries.queue import Balance, QueueRow
from verification.rules.assignment import may_choose
from verification.rules.lifecycle import CaseState
from verification.rules.parameters import PARAMETERS
from verification.rules.quorum import QUORUM_ASSESSMENTS
from verification.rules.triage import TriageSignal

TITLE_CHARACTERS = 140
"""Characters of a message that stand for its title in a list."""

LEAST_POINTS = 1.0
"""Points below which a reason is not worth a reader's second."""

MOST_REASONS = 4
HOUR_SECONDS, DAY_SECONDS = 3_600, 86_400


@dataclass(frozen=True, slots=True)
class QueueCardView:
    """A case in a list; see components/queue_card.html."""

    href: str
    public_id: str
    title: str
    state: str
    tone: str
    waiting_since: datetime
    demand: int
    reasons: tuple[str, ...]
    assessments: int
    wanted: int
    held_by: str
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeskPage:
    """What one person finds at their desk. `may_choose` is whether they may pick, or the lot has to catch up;
    `may_judge` whether the entrance is behind them."""

    held: tuple[QueueCardView, ...]
    reviews: tuple[QueueCardView, ...]
    waiting: tuple[QueueCardView, ...]
    by_lot: int
    chosen: int
    may_choose: bool
    may_judge: bool


def desk_page(
    held: Iterable[QueueRow],
    waiting: Iterable[QueueRow],
    reviews: Iterable[QueueRow],
    balance: Balance,
    *,
    bound: bool,
    may_judge: bool,
) -> DeskPage:
    """Return the desk; `bound` are those whose cases come by lot for one half."""
    return DeskPage(
        held=tuple(queue_card(row, mine=True) for row in held),
        reviews=tuple(map(queue_card, reviews)),
        waiting=tuple(map(queue_card, waiting)),
        by_lot=balance.by_lot,
        chosen=balance.chosen,
        may_choose=not bound or may_choose(by_lot=balance.by_lot, chosen=balance.chosen),
        may_judge=may_judge,
    )


def queue_card(row: QueueRow, *, mine: bool = False) -> QueueCardView:
    """Return a row of the queue as it is shown; `mine` are those that the reader holds."""
    return QueueCardView(
        href=url_for("cases.show", public_id=row.public_id),
        public_id=row.public_id,
        title=shorten(row.title),
        state=state_word(row.state),
        tone=state_tone(row.state),
        waiting_since=row.opened_at,
        demand=row.report_count,
        reasons=reason_words(row.reasons, own_topics=row.own_topics),
        assessments=row.assessments,
        wanted=QUORUM_ASSESSMENTS,
        held_by="" if mine else row.held_by,
        held_until=row.held_until if mine else None,
    )


def reason_words(reasons: Iterable[Mapping[str, Any]], *, own_topics: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return why a case is where it is in the queue, the strongest reason first."""
    counted = [reason_word(reason) for reason in reasons if reason["points"] >= LEAST_POINTS]
    mine = [_("Your topic: %(topic)s", topic=topic_words().get(topic, topic)) for topic in own_topics]
    return (*mine[:1], *counted[:MOST_REASONS])


def reason_word(reason: Mapping[str, Any]) -> str:
    """Return one stored reason in words, with the fact behind it."""
    signal, value = TriageSignal(reason["signal"]), float(reason["value"])
    number = int(value)
    if signal is TriageSignal.DEMAND:
        return ngettext("%(num)s report", "%(num)s reports", number)
    if signal is TriageSignal.VELOCITY:
        hours = int(PARAMETERS.triage.velocity_window_seconds // HOUR_SECONDS)
        return _("Spreads: %(num)s in %(hours)s hours", num=number, hours=hours)
    if signal is TriageSignal.REACH:
        return _("Seen %(number)s times", number=format_compact_decimal(number, locale=get_locale()))
    if signal is TriageSignal.HARM:
        return _harm_word(reason["topics"])
    if signal is TriageSignal.AGE:
        return _waiting_word(number)
    if signal is TriageSignal.NEAR_CONSENSUS:
        return ngettext("%(num)s assessment missing", "%(num)s assessments missing", number)
    return _("Resembles an earlier check (%(share)s)", share=format_percent(value))


def state_word(state: CaseState) -> str:
    """Return the state of a case in plain words."""
    words = {
        CaseState.RECEIVED: _("Received"),
        CaseState.TRIAGE: _("Being sorted"),
        CaseState.MATCHED: _("Already checked before"),
        CaseState.DECLINED: _("Not checked"),
        CaseState.IN_REVIEW: _("Being checked"),
        CaseState.NEEDS_MORE_ASSESSMENTS: _("Needs more assessments"),
        CaseState.CONSENSUS: _("Provisional consensus"),
        CaseState.DISPUTED: _("Disputed"),
        CaseState.EDITORIAL_REVIEW: _("With the editors"),
        CaseState.APPROVED: _("Approved"),
        CaseState.PUBLISHED: _("Published"),
        CaseState.UNDER_CORRECTION: _("Being corrected"),
        CaseState.CORRECTED: _("Corrected"),
        CaseState.RETRACTED: _("Withdrawn"),
    }
    return words[state]


def state_tone(state: CaseState) -> str:
    """Return the colour of a state; the word always stands beside it."""
    if state in (CaseState.DISPUTED, CaseState.UNDER_CORRECTION, CaseState.RETRACTED):
        return "orange"
    if state in (CaseState.PUBLISHED, CaseState.CORRECTED, CaseState.APPROVED, CaseState.MATCHED):
        return "green"
    return "teal" if state in (CaseState.CONSENSUS, CaseState.EDITORIAL_REVIEW) else "slate"


def shorten(text: str) -> str:
    """Return the beginning of a message as a title, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= TITLE_CHARACTERS:
        return line
    return line[:TITLE_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _harm_word(topics: Iterable[Mapping[str, Any]]) -> str:
    first = next(iter(topics))
    words = ", ".join(first["words"][:3])
    return f"{topic_words().get(first['topic'], first['topic'])}: {words}"


def _waiting_word(seconds: int) -> str:
    if seconds < DAY_SECONDS:
        return ngettext("Waiting for %(num)s hour", "Waiting for %(num)s hours", max(1, seconds // HOUR_SECONDS))
    return ngettext("Waiting for %(num)s day", "Waiting for %(num)s days", seconds // DAY_SECONDS)
