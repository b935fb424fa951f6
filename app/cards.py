"""Share cards of counter-narratives: drawn by the worker when a version is submitted, and found again by everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person, RoleGrant
from accounts.roles import REVIEWERS, Role
from app.i18n import in_language
from app.presenters.verdicts import verdict_view
from app.presenters.words import HOUSE
from app.wiring import Saring
from publishing import share_card
from publishing.approval import Card
from publishing.channels.values import Image
from publishing.connecting import accounts_of
from publishing.share_card import Face
from verification.models import CounterNarrative
from verification.queries.public import Published
from verification.rules.lifecycle import CaseState

OPEN_GRAPH_SHAPE = "landscape"
"""1200 x 630, as link previews want it."""


class Placed(Protocol):
    """Whatever has a public number."""

    @property
    def public_id(self) -> str: ...


def draw_cards(
    saring: Saring,
    session: Session,
    *,
    place: Placed,
    narrative: CounterNarrative,
    speaker: int | None,
    languages: Iterable[str],
    now: datetime,
) -> tuple[Card, ...]:
    """Return the cards of a version in each of `languages`, drawing those that are not there yet.

    `speaker` is the organisation in whose name they go out; None is the house.
    """
    organisation = session.get(Organisation, speaker or 0)
    cards: list[Card] = []
    for language in sorted(languages):
        with in_language(language):
            word = verdict_view(narrative.verdict).word
        face = Face(
            verdict=narrative.verdict,
            word=word,
            claim=narrative.circulated,
            organisation=organisation.name if organisation else HOUSE,
            # Without the readable part: a short address makes a code that an old phone still reads.
            url=f"{saring.settings.public_url}/cek/{place.public_id}",
            language=language,
        )
        key = {"counter_narrative_id": narrative.id, "version": narrative.version, "speaker": speaker or 0}
        cards += share_card.ensure(session, face, url_of=address_of(saring), now=now, **key)
    return tuple(cards)


def kept_cards(
    saring: Saring, session: Session, *, narrative: CounterNarrative, speaker: int | None
) -> tuple[Card, ...]:
    """Return the cards of a version in one organisation's name (None: the house's) that are drawn already."""
    key = {"counter_narrative_id": narrative.id, "version": narrative.version, "speaker": speaker or 0}
    return share_card.kept(session, url_of=address_of(saring), **key)


def preview_card(saring: Saring, session: Session, published: Published) -> Image | None:
    """Return the picture by which other sites announce a fact-check; none where it is withdrawn or not our own."""
    numbers = [revision.counter_narrative_id for revision in published.revisions]
    latest = max((number for number in numbers if number is not None), default=None)
    if latest is None or published.fact_check.state == CaseState.RETRACTED:
        return None
    narrative = session.get_one(CounterNarrative, latest)
    cards = kept_cards(saring, session, narrative=narrative, speaker=narrative.organisation_id)
    wanted = (published.fact_check.language, OPEN_GRAPH_SHAPE)
    return next((card.image for card in cards if (card.language, card.shape) == wanted), None)


def speakers(session: Session, narrative: CounterNarrative) -> set[int | None]:
    """Return in whose name a version that waits may go out; None is the house.

    A volunteer speaks for nobody, so that it is the organisation of whoever approves: each of theirs gets its card.
    """
    if narrative.author_role != Role.VOLUNTEER:
        return {narrative.organisation_id}
    approvers = select(Person.organisation_id).join(RoleGrant, RoleGrant.person_id == Person.id)
    return set(session.scalars(approvers.where(RoleGrant.role.in_(REVIEWERS)).distinct()))


def spoken(session: Session, narrative: CounterNarrative, speaker: int | None) -> set[str]:
    """Return the languages that cards are needed in: that of the text, and those of the speaker's accounts."""
    accounts = accounts_of(session, speaker or 0, connected_only=True)
    return {narrative.language, *(account.language for account in accounts)}


def address_of(saring: Saring) -> Callable[[str], str]:
    """Return what turns a card's hash into its public address, at which it never changes."""
    return lambda sha256: f"{saring.settings.public_url}/kartu/{sha256}.png"
