"""Bodies of debunks in vectors, and their questions as lessons: what the retrievers found, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from search.adapter.linear import Adapter, Vectors
from search.encoder.port import Encoder
from search.evaluation.metrics import is_hard
from search.folding import clean, fold
from search.learning.links import Body
from search.learning.splits import Place, places
from search.passages import EXPLANATION_CHARACTERS, passages
from search.ranking.frequencies import NoFrequencies
from search.ranking.ranker import Described, bundled_background, describe
from search.service import Search
from search.types import FIRST_STAGE_DEPTH, Candidate, Document, Folded

ENCODED_AT_ONCE = 512


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A message with its truth.

    `vectors`: of its passages, shape (n, dim). `right`: the rows of its body's vectors that answer it. `found`: what
    words and neighbours found, without the adapter.
    """

    body: str
    message: str
    answers: frozenset[str]
    place: Place
    is_hard: bool
    vectors: Vectors
    right: NDArray[np.int64]
    found: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A body in vectors; row i of `vectors` belongs to document `owner[i]`, whose rows are `rows[owner[i]]`."""

    body: Body
    folded: tuple[Folded, ...]
    place_of: dict[str, int]
    vectors: Vectors
    owner: NDArray[np.int64]
    rows: tuple[NDArray[np.int64], ...]

    def nearest(self, scores: NDArray[np.float32], depth: int) -> list[int]:
        """Return the best documents, best first, from one score a row."""
        found: dict[int, None] = {}
        for row in np.argsort(-scores, kind="stable"):
            found.setdefault(int(self.owner[row]))
            if len(found) == depth:
                break
        return list(found)


def attend(body: Body, search: Search, encoder: Encoder) -> tuple[Class, list[Lesson]]:
    """Read a body that `search` holds; questions without a word in them are left out."""
    room = _room(body, encoder)
    asked = [(question, place) for question, place in zip(body.questions, places(body.questions), strict=True)]
    parts = [passages(question.message) for question, _ in asked]
    texts = [text for part in parts for text in part]
    vectors = np.concatenate([
        encoder.encode_queries(texts[start : start + ENCODED_AT_ONCE])
        for start in range(0, max(len(texts), 1), ENCODED_AT_ONCE)
    ])  # fmt: skip
    lessons, start = [], 0
    for (question, place), part in zip(asked, parts, strict=True):
        mine, start = vectors[start : start + len(part)], start + len(part)
        if not part:
            continue
        answers = [room.place_of[key] for key in sorted(question.answers)]
        lessons.append(
            Lesson(
                body=body.name,
                message=question.message,
                answers=question.answers,
                place=place,
                is_hard=is_hard(question.message, [body.documents[place].title for place in answers]),
                vectors=mine,
                right=np.concatenate([room.rows[place] for place in answers]),
                found=search.candidates(question.message).candidates,
            )
        )
    return room, lessons


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A class as one adapter sees it."""

    room: Class
    adapter: Adapter
    carried: Vectors

    @classmethod
    def of(cls, room: Class, adapter: Adapter) -> View:
        """Carry the vectors over once for all lessons."""
        return cls(room, adapter, adapter.document(room.vectors))

    def describe(self, lesson: Lesson) -> Described:
        """Return the short list in features, as the production path makes it."""
        return describe(lesson.message, self.candidates(lesson), bundled_background(), NoFrequencies())

    def candidates(self, lesson: Lesson) -> list[Candidate]:
        """Return the candidates as a search finds them: the adapter's own best beside the others', all compared."""
        room = self.room
        dense = (room.vectors @ lesson.vectors.T).max(axis=1)
        adapted = (self.carried @ self.adapter.query(lesson.vectors).T).max(axis=1)
        found = {one.document.key: one for one in lesson.found}
        for place in room.nearest(adapted, FIRST_STAGE_DEPTH):
            document = room.body.documents[place]
            found.setdefault(document.key, Candidate(document, room.folded[place]))
        return [_scored(one, room.rows[room.place_of[key]], dense, adapted) for key, one in sorted(found.items())]

    def hits_share(self, lessons: Sequence[Lesson]) -> float:
        """Return the share of messages that lie nearest to a debunk of their own."""
        asked = self.adapter.query(np.stack([lesson.vectors[0] for lesson in lessons]))
        nearest = (asked @ self.carried.T).argmax(axis=1)
        return float(np.mean([row in lesson.right for row, lesson in zip(nearest, lessons, strict=True)]))


def _scored(
    one: Candidate, rows: NDArray[np.int64], dense: NDArray[np.float32], adapted: NDArray[np.float32]
) -> Candidate:
    if not len(rows):
        return one
    return replace(one, dense=float(dense[rows].max()), adapted=float(adapted[rows].max()))


def _room(body: Body, encoder: Encoder) -> Class:
    texts = [
        (place, clean(text[:EXPLANATION_CHARACTERS]))
        for place, document in enumerate(body.documents)
        for text in (document.title, document.claim, document.explanation)
        if text.strip()
    ]
    vectors = np.concatenate([
        encoder.encode_documents([text for _, text in texts[start : start + ENCODED_AT_ONCE]])
        for start in range(0, len(texts), ENCODED_AT_ONCE)
    ])  # fmt: skip
    rows: list[list[int]] = [[] for _ in body.documents]
    for row, (place, _) in enumerate(texts):
        rows[place].append(row)
    return Class(
        body=body,
        folded=tuple(_folded(document) for document in body.documents),
        place_of={document.key: place for place, document in enumerate(body.documents)},
        vectors=vectors,
        owner=np.array([place for place, _ in texts], np.int64),
        rows=tuple(np.array(mine, np.int64) for mine in rows),
    )


def _folded(document: Document) -> Folded:
    return Folded(fold(document.title), fold(document.claim), fold(document.explanation[:EXPLANATION_CHARACTERS]))
