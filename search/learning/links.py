"""What the matcher learns from: links that people decided, gathered by message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from search.evaluation.files import Collection
from search.types import Document


@dataclass(frozen=True, slots=True)
class Link:
    """A message and a debunk, and whether a person confirmed (True) or rejected that the one answers the other."""

    message: str
    document_key: str
    confirmed: bool
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A message and the keys of the debunks that answer it. `day` is when it was answered, None if nobody knows."""

    message: str
    answers: frozenset[str]
    day: date | None


@dataclass(frozen=True, slots=True)
class Body:
    """Debunks and the questions put to them. `name` is for tables; a message meets the debunks of its body only."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]


def body_of_links(name: str, links: Iterable[Link], documents: Sequence[Document]) -> Body:
    """Gather the confirmed debunks of each message; a rejected one is a negative by not being among them."""
    gathered: dict[str, list[Link]] = {}
    known = {document.key for document in documents}
    for link in links:
        if link.confirmed and link.document_key in known:
            gathered.setdefault(link.message, []).append(link)
    questions = tuple(
        Question(message, frozenset(one.document_key for one in mine), _first(one.decided_on for one in mine))
        for message, mine in sorted(gathered.items())
    )
    return Body(name, tuple(documents), questions)


def body_of_collection(name: str, collection: Collection) -> Body:
    """Take over a collection of files; a message is as old as the first debunk that answers it."""
    days = {document.key: document.published_on for document in collection.documents}
    questions = tuple(
        Question(one.text, answers, _first(days[key] for key in answers))
        for one in collection.messages
        for answers in [collection.answers[one.key]]
    )
    return Body(name, collection.documents, questions)


def fingerprint(bodies: Sequence[Body]) -> str:
    """Name the data: equal for equal questions and answers in any order."""
    lines = sorted(
        "\x1f".join((question.message, *sorted(question.answers))) for body in bodies for question in body.questions
    )
    return hashlib.sha256("\x1e".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _first(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)
