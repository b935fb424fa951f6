"""The values that travel between the engine (which finds candidates) and the ranking (which judges them)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What may be said of a hit. `ANSWERED` is claimed at a stated precision only (search.decision)."""

    ANSWERED = "answered"
    SUGGESTED = "suggested"
    NONE = "none"


class Retriever(StrEnum):
    """The first-stage retrievers; each returns its own best `FIRST_STAGE_DEPTH` documents."""

    DENSE = "dense"
    ADAPTED = "adapted"
    WORDS = "words"
    GRAMS = "grams"


FIRST_STAGE_DEPTH = 100
"""Documents each retriever contributes (MATCHING.md, section 1)."""


@dataclass(frozen=True, slots=True)
class Document:
    """One debunk as the matcher sees it. `key` is unique and stable; texts are raw: folding is search's business."""

    key: str
    title: str
    explanation: str = ""
    claim: str = ""
    language: str = ""
    verdict: str = ""
    published_on: date | None = None
    url: str = ""
    source: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Folded:
    """A document's texts after `search.folding.fold`, done once when it was written."""

    title: str
    claim: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document found by at least one retriever, with each retriever's score; None where it is not in that top list.

    `dense` and `adapted` are cosines in [-1, 1], the best of the document's vectors; `words` and `grams` are BM25
    scores >= 0, the best of its fields.
    """

    document: Document
    folded: Folded
    dense: float | None = None
    adapted: float | None = None
    words: float | None = None
    grams: float | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that sets query and document apart. `kind`: negation, number, amount, date, place or name."""

    kind: str
    in_query: tuple[str, ...]
    in_document: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer with its reasons. `probability` is calibrated, in [0, 1]; `passage` is what matched in the query."""

    document: Document
    probability: float
    outcome: Outcome
    passage: str
    terms: tuple[str, ...]
    retrievers: tuple[Retriever, ...]
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first. `degraded` names what did not take part (`encoder`, `vectors`, `lexical`, `calibration`)."""

    hits: tuple[Hit, ...]
    outcome: Outcome
    degraded: tuple[str, ...] = ()
    vector: tuple[float, ...] | None = field(default=None, repr=False)
