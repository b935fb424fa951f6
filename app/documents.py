"""What the matcher is told of a fact-check."""

from __future__ import annotations

from search.types import Document
from verification.models import FactCheck
from verification.rules.lifecycle import CaseState

HIDDEN = frozenset({CaseState.RETRACTED.value})
"""States in which a fact-check answers nobody any more."""

KEY_PREFIX = "fact_check:"


def document_of(fact_check: FactCheck) -> Document:
    """Return the fact-check as the matcher reads it: what circulates, what is said of it, and why."""
    body = fact_check.body
    why = " ".join(part for part in (fact_check.summary, body.get("why_misleading"), body.get("closing_fact")) if part)
    return Document(
        key=key_of(fact_check.id),
        title=fact_check.title,
        explanation=why,
        claim=fact_check.claim,
        language=fact_check.language,
        verdict=fact_check.verdict or "",
        published_on=fact_check.dated_on,
        url=f"/cek/{fact_check.public_id}/{fact_check.slug}",
        source=fact_check.source_name,
        topics=tuple(fact_check.topics),
    )


def key_of(fact_check_id: int) -> str:
    """Return the matcher's key of a fact-check."""
    return f"{KEY_PREFIX}{fact_check_id}"


def fact_check_id_of(key: str) -> int:
    """Return which fact-check a matcher's key means."""
    return int(key.removeprefix(KEY_PREFIX))
