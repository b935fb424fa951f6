"""What is learned from and what is measured on: never the same debunk on both sides, and once never the same time.

Pure. Messages that share an answer, directly or over others, form a group; a split never cuts a group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from search.learning.links import Question

FOLDS = 5

LATER_SHARE = 0.2
"""Share of the dated messages that are the later ones."""

UNDATED_FOLD = 0
"""Of messages that nobody can date, this fold stands on the later side: apart by debunk at least."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands. `day` is that of its group's latest message, None where none is dated."""

    fold: int
    day: date | None


def places(questions: Sequence[Question]) -> list[Place]:
    """Return the place of each question."""
    groups = _groups(questions)
    latest: dict[str, date] = {}
    for group, question in zip(groups, questions, strict=True):
        if question.day is not None:
            latest[group] = max(question.day, latest.get(group, question.day))
    return [Place(_fold(group), latest.get(group)) for group in groups]


def cut(found: Sequence[Place], share: float = LATER_SHARE) -> date | None:
    """Return the first day of the later side, or None where nothing is dated."""
    days = sorted(place.day for place in found if place.day is not None)
    return days[int(len(days) * (1 - share))] if days else None


def is_later(place: Place, first: date | None) -> bool:
    """Whether a place is on the later side."""
    if place.day is None or first is None:
        return place.fold == UNDATED_FOLD
    return place.day >= first


def latest(found: Sequence[Place]) -> list[bool]:
    """Whether each place is among the latest of the dated ones; none is where nothing is dated."""
    first = cut(found)
    return [first is not None and place.day is not None and place.day >= first for place in found]


def _groups(questions: Sequence[Question]) -> list[str]:
    """Name each question's group by the smallest key of its answers (union–find over keys)."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for question in questions:
        first, *others = sorted(question.answers)
        for other in others:
            low, high = sorted((root(first), root(other)))
            parent[high] = low
    return [root(min(question.answers)) for question in questions]


def _fold(group: str) -> int:
    return int(hashlib.sha256(group.encode("utf-8", "surrogatepass")).hexdigest(), 16) % FOLDS
