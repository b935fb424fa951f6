"""What follows from an event: one idempotent handler a consequence. The worker calls them, at least once each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.documents import HIDDEN, document_of, fact_check_id_of, key_of
from app.wiring import Saring
from search import documents
from verification.models import FactCheck, Item
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


HANDLERS: dict[str, Handler] = {
    "index_fact_check": index_fact_check,
    "suggest_matches": suggest_matches,
}

SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "report_received": ("suggest_matches",),
    "fact_check_published": ("index_fact_check",),
    "correction_published": ("index_fact_check",),
    "fact_check_retracted": ("index_fact_check",),
}
"""Which handlers an event wakes. The events themselves know nothing of it."""
