"""The record of a fact-check for search engines (schema.org ClaimReview): one a page, for our own verdicts only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.presenters.verdicts import VerdictView
from verification.models import FactCheck, FactCheckRevision
from verification.rules.scale import MisinfoType, Veracity

_AUTHENTICITY = {
    MisinfoType.FALSE_CONTEXT.value: "DecontextualizedContent",
    MisinfoType.MANIPULATED_CONTENT.value: "EditedOrCroppedContent",
    MisinfoType.SATIRE_PARODY.value: "SatireOrParodyContent",
}
"""What was done to a picture, where the kind of misinformation says so; the other kinds are about words."""

WORST, BEST = 1, 5
"""Ends of the rating that ClaimReview asks for (Veracity.claim_review_value)."""


def claim_review(
    fact_check: FactCheck,
    *,
    verdict: VerdictView,
    url: str,
    site: str,
    author: str,
    corrections: Sequence[FactCheckRevision] = (),
    pictured: bool = False,
) -> dict[str, Any]:
    """Return the record. A verdict beside the scale carries its word and no number; each correction is a comment.

    With `pictured`, of a claim that went around as a picture, it says what was done to that (schema.org MediaReview).
    """
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": verdict.word}
    value = Veracity(fact_check.verdict).claim_review_value if fact_check.verdict else None
    if value is not None:
        rating |= {"ratingValue": value, "worstRating": WORST, "bestRating": BEST}
    claim: dict[str, Any] = {"@type": "Claim"}
    if fact_check.claim_published_on is not None:
        claim["datePublished"] = fact_check.claim_published_on.isoformat()
    record = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": url,
        "claimReviewed": fact_check.claim,
        "datePublished": fact_check.published_at.isoformat(),
        "dateModified": fact_check.modified_at.isoformat(),
        "inLanguage": fact_check.language,
        "author": {"@type": "Organization", "name": author, "url": site},
        "itemReviewed": claim,
        "reviewRating": rating,
    }
    comments = [
        {"@type": "CorrectionComment", "text": row.reason, "dateCreated": row.published_at.isoformat()}
        for row in corrections
    ]
    media = media_review(fact_check, url=url, author=record["author"]) if pictured else None
    return record | ({"correction": comments} if comments else {}) | ({"associatedMediaReview": media} if media else {})


def media_review(fact_check: FactCheck, *, url: str, author: Any) -> dict[str, Any] | None:
    """Return what is said of the picture, or None where the verdict says nothing about it."""
    category = _AUTHENTICITY.get(fact_check.misinfo_type or "")
    if category is None and fact_check.verdict == Veracity.TRUE:
        category = "OriginalMediaContent"
    if category is None:
        return None
    return {
        "@type": "MediaReview",
        "url": url,
        "datePublished": fact_check.published_at.isoformat(),
        "author": author,
        "mediaAuthenticityCategory": category,
        "itemReviewed": {"@type": "ImageObject", "caption": fact_check.claim},
    }
