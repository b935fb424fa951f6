"""What follows from an event: one idempotent handler a consequence. The worker calls them, at least once each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from accounts.letters.writing import SEND_LETTER
from app.cards import draw_cards, spoken
from app.documents import HIDDEN, document_of, fact_check_id_of, key_of
from app.errands import send_letter
from app.wiring import Saring
from search import documents
from verification.models import Case, CounterNarrative, FactCheck, Item
from verification.services.matching import Suggestion, suggest_links

Handler = Callable[[Saring, Mapping[str, Any]], None]

MATCHES_SUGGESTED = 5
"""Links proposed to the reviewers of a new case."""


def index_fact_check(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Make a published or corrected fact-check findable, or a retracted one unfindable."""
    with saring.database.write() as session:
        fact_check = session.get(FactCheck, int(payload["fact_check_id"]))
        now = saring.clock.now()
        if fact_check is None or fact_check.state in HIDDEN:
            documents.remove(session, key_of(int(payload["fact_check_id"])), now=now)
        else:
            documents.put(session, document_of(fact_check), now=now)
    saring.search.encode_pending()


def suggest_matches(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Propose to the reviewers of a new case the fact-checks that may answer it."""
    with saring.database.read() as session:
        item = session.get(Item, int(payload["item_id"]))
    if item is None:
        return
    found = saring.search.search(item.text, limit=MATCHES_SUGGESTED)
    suggestions = [
        Suggestion(
            fact_check_id=fact_check_id_of(hit.document.key),
            probability=hit.probability,
            scores={"retrievers": [r.value for r in hit.retrievers], "outcome": hit.outcome.value},
        )
        for hit in found.hits
    ]
    with saring.database.write() as session:
        suggest_links(
            session,
            item_id=item.id,
            suggestions=suggestions,
            model=saring.settings.embedding_model,
            now=saring.clock.now(),
        )


def draw_share_cards(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Draw the cards of a version that waits for approval, so that who approves sees what will be shown."""
    now = saring.clock.now()
    with saring.database.write() as session:
        narrative = session.get(CounterNarrative, int(payload["subject_id"]))
        if narrative is not None:
            case = session.get_one(Case, narrative.case_id)
            languages = spoken(session, narrative)
            draw_cards(saring, session, place=case, narrative=narrative, languages=languages, now=now)


HANDLERS: dict[str, Handler] = {
    "draw_share_cards": draw_share_cards,
    "index_fact_check": index_fact_check,
    "suggest_matches": suggest_matches,
    SEND_LETTER: send_letter,
}

ERRANDS = frozenset({SEND_LETTER})
"""Handlers that wait for servers of others; they get a thread of their own, so that no answer waits behind them."""

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "counter_narrative_submitted": ("draw_share_cards",),
    "report_received": ("suggest_matches",),
    "fact_check_published": ("index_fact_check",),
    "correction_published": ("index_fact_check",),
    "fact_check_retracted": ("index_fact_check",),
}
"""Which handlers an event wakes. The events themselves know nothing of it."""
