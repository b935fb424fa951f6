"""Reading the board: publications of one organisation, by what they wait for, with the words that explain them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from accounts.models import Organisation
from app.i18n import gettext as _
from app.presenters.board import BoardRow, PublicationPage, board_row, publication_page
from app.wiring import Saring
from publishing import corrections, desk, engagement, killswitch, overview
from publishing.models import PublicationState
from publishing.overview import Entry
from verification.models import FactCheck

PAGE = 30
"""Publications on one page of the board."""

_S = PublicationState

FILTERS: dict[str, tuple[str, ...]] = {
    "semua": (),
    "perlu-orang": desk.FOR_A_PERSON,
    "antre": (_S.PENDING, _S.SENDING, _S.RETRY),
    "terjadwal": (_S.SCHEDULED,),
    "tayang": (_S.PUBLISHED,),
    "batal": (_S.CANCELLED,),
}
"""The views of the board, by the word in their address, with the states that each holds."""


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the board; `tabs` are (text, address, count)."""

    tabs: tuple[tuple[str, str, int], ...]
    now: str
    rows: tuple[BoardRow, ...]
    vanished: tuple[BoardRow, ...]
    older: str


class Board:
    """The publications of one organisation, read in one transaction."""

    def __init__(self, saring: Saring, session: Session, organisation: Organisation) -> None:
        self.session = session
        self.organisation = organisation
        self._networks = dict(saring.channels.kinds)
        self._now = saring.clock.now()
        self._frozen = bool(killswitch.in_force(session, organisation.id))

    def page(self, wanted: str, *, below: int | None) -> BoardPage:
        """Return one page of a view, newest first."""
        found = overview.listed(
            self.session,
            self.organisation.id,
            states=FILTERS[wanted],
            before_id=below,
            limit=PAGE + 1,
        )
        rows = tuple(map(self.row, found[:PAGE]))
        counts = overview.counts(self.session, self.organisation.id)
        address = {word: url_for("publications.index", tampil=word) for word in FILTERS}
        tabs = [
            (text, address[word], sum(counts.get(state, 0) for state in FILTERS[word] or counts))
            for word, text in filter_words().items()
        ]
        more = len(found) > PAGE
        return BoardPage(
            tabs=tuple(tabs),
            now=address[wanted],
            rows=rows,
            vanished=tuple(map(self.row, overview.vanished(self.session, self.organisation.id))),
            older=url_for("publications.index", tampil=wanted, sebelum=rows[-1].publication_id) if more else "",
        )

    def row(self, entry: Entry) -> BoardRow:
        """Return a publication as the board lists it."""
        return board_row(
            entry,
            networks=self._networks,
            time_zone=self.organisation.time_zone,
            frozen=self._frozen,
            now=self._now,
        )


def publication_context(board: Board, publication_id: int) -> PublicationPage:
    """Return the page of one publication, with all that was sent about the same fact-check."""
    session, organisation = board.session, board.organisation
    entry = overview.entry(session, publication_id, organisation_id=organisation.id)
    row = entry.publication
    about = overview.about(session, row.counter_narrative_id, organisation_id=organisation.id)
    fact_check = session.get(FactCheck, row.counter_narrative_id)
    href = url_for("fact_checks.show", public_id=fact_check.public_id, slug=fact_check.slug) if fact_check else ""
    return publication_page(
        entry,
        row=board.row(entry),
        siblings=tuple(board.row(other) for other in about if other.publication.id != row.id),
        attempts=desk.attempts(session, row.id),
        snapshots=engagement.snapshots(session, row.id),
        progress=corrections.progress(session, row.counter_narrative_id, row.version),
        case_href=href,
        time_zone=organisation.time_zone,
    )


def filter_named(word: str | None) -> str:
    """Return the view of that name, or the one of everything."""
    return word if word in FILTERS else "semua"


def filter_words() -> dict[str, str]:
    """Return what each view is called."""
    return {
        "semua": _("All"),
        "perlu-orang": _("Needs somebody"),
        "antre": _("In line"),
        "terjadwal": _("Scheduled"),
        "tayang": _("Live"),
        "batal": _("Cancelled"),
    }
