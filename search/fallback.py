"""The ranking that needs no training: a fixed mix of the retrievers, which claims nothing about being right.

It serves when the learned weights are missing or were made for another model; an outcome is then *suggested* at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search.folding import fold, words
from search.types import Candidate, Hit, Outcome, Retriever

WEIGHTS = {Retriever.DENSE: 0.3, Retriever.WORDS: 0.35, Retriever.GRAMS: 0.35}
"""The best fixed mix of min–max scaled scores on the development data: MRR .799 (MATCHING.md, section 1)."""

SUGGESTED_FROM = 0.5
"""Mixed score, 0..1, from which a hit is worth showing; a mix that only one weak retriever supports stays below."""

_SCORES: dict[Retriever, Callable[[Candidate], float | None]] = {
    Retriever.DENSE: lambda candidate: candidate.dense,
    Retriever.ADAPTED: lambda candidate: candidate.adapted,
    Retriever.WORDS: lambda candidate: candidate.words,
    Retriever.GRAMS: lambda candidate: candidate.grams,
}


class FixedFusion:
    """Ranks by `WEIGHTS` over what the retrievers found."""

    calibrated = False
    version = "fixed"

    def rank(self, query_text: str, candidates: Sequence[Candidate], *, limit: int) -> tuple[Hit, ...]:
        """Return the best `limit` candidates. `probability` holds the mixed score, which is not calibrated."""
        mixed = [0.0] * len(candidates)
        for retriever, weight in WEIGHTS.items():
            for place, scaled in enumerate(_scaled([_SCORES[retriever](candidate) for candidate in candidates])):
                mixed[place] += weight * scaled
        asked = set(words(fold(query_text)))
        order = sorted(range(len(candidates)), key=lambda place: (-mixed[place], candidates[place].document.key))
        return tuple(_hit(candidates[place], mixed[place], query_text, asked) for place in order[:limit])


def _scaled(scores: list[float | None]) -> list[float]:
    known = [score for score in scores if score is not None]
    if not known:
        return [0.0] * len(scores)
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    return [0.0 if score is None else (score - low) / spread if high > low else 1.0 for score in scores]


def _hit(candidate: Candidate, score: float, query_text: str, asked: set[str]) -> Hit:
    shared = [word for word in words(f"{candidate.folded.title} {candidate.folded.claim}") if word in asked]
    return Hit(
        document=candidate.document,
        probability=score,
        outcome=Outcome.SUGGESTED if score >= SUGGESTED_FROM else Outcome.NONE,
        passage=query_text,
        terms=tuple(dict.fromkeys(shared)),
        retrievers=tuple(retriever for retriever, read in _SCORES.items() if read(candidate) is not None),
    )
