"""The discussion of a case in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.numbers import format_compact_decimal
from flask_babel import get_locale

from app.i18n import gettext as _
from app.presenters.desk import shown_reason
from app.presenters.queue import shorten
from app.presenters.verdicts import verdict_view
from verification.queries.deliberation import Deliberation, Mind, SightingRow, Thread
from verification.queries.desk import Dossier


@dataclass(frozen=True, slots=True)
class SightingView:
    """Where and when a message was seen."""

    day: date
    place: str
    url: str
    archive_url: str
    views: str
    added_by: str


@dataclass(frozen=True, slots=True)
class MindView:
    """How somebody's mind changed: each judgement with its word, its reason and its moment."""

    who: str
    steps: tuple[tuple[str, str, datetime], ...]


@dataclass(frozen=True, slots=True)
class DiscussionPage:
    """The discussion as one person may read it; `open` is whether they may at all."""

    public_id: str
    title: str
    open: bool
    threads: tuple[Thread, ...]
    minds: tuple[MindView, ...]
    sightings: tuple[SightingView, ...]
    may_hide: bool
    may_hand_over: bool


def discussion_page(dossier: Dossier, said: Deliberation, *, may_hide: bool) -> DiscussionPage:
    """Return the page of a case's discussion."""
    case = dossier.case
    return DiscussionPage(
        public_id=case.public_id,
        title=shorten(case.claim or (dossier.items[0].text if dossier.items else "")),
        open=said.open,
        threads=said.threads,
        minds=tuple(_mind_view(mind, dossier.flagged) for mind in said.minds),
        sightings=tuple(map(_sighting_view, said.sightings)),
        may_hide=may_hide,
        may_hand_over=dossier.held_by_me,
    )


def _mind_view(mind: Mind, flagged: dict[tuple[str, int], str]) -> MindView:
    steps = tuple(
        (verdict_view(one.verdict).word, shown_reason(one, flagged), one.filed_at) for one in mind.assessments
    )
    return MindView(_("You") if mind.mine else mind.alias, steps)


def _sighting_view(row: SightingRow) -> SightingView:
    seen = row.sighting
    number = format_compact_decimal(seen.views, locale=get_locale())
    return SightingView(
        day=seen.seen_on,
        place=seen.platform,
        url=seen.url or "",
        archive_url=seen.archive_url or "",
        views=_("Seen %(number)s times", number=number) if seen.views else "",
        added_by=row.alias,
    )
