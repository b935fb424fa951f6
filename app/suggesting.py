"""From what search found to what reviewers are asked: may this fact-check answer that message?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.documents import fact_check_id_of
from app.wiring import Saring
from search.types import Hit
from verification.services.matching import Suggestion, suggest_links

MATCHES_SUGGESTED = 5
"""Links proposed to the reviewers of a new case."""


def suggestions_of(hits: Iterable[Hit]) -> list[Suggestion]:
    """Return hits as proposals, each with all that the matcher can say for it."""
    return [
        Suggestion(
            fact_check_id=fact_check_id_of(hit.document.key),
            probability=hit.probability,
            scores={
                "retrievers": [retriever.value for retriever in hit.retrievers],
                "outcome": hit.outcome.value,
                "terms": list(hit.terms),
                "differences": [difference.kind for difference in hit.differences],
            },
        )
        for hit in hits
    ]


def propose(saring: Saring, *, item_id: int, suggestions: Sequence[Suggestion]) -> None:
    """Write proposals down with the model that made them and the version of the thresholds it was judged by."""
    with saring.database.write() as session:
        suggest_links(
            session,
            item_id=item_id,
            suggestions=suggestions,
            model=saring.settings.embedding_model,
            threshold_version=saring.search.threshold_version,
            now=saring.clock.now(),
        )
