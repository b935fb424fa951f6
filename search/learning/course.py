"""One course of learning: adapter, score and probability, each judged on messages that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.adapter import Adapter
from search.adapter.training import MANY, Corpus, Negatives, best_epochs
from search.adapter.training import train as train_adapter
from search.learning.school import Class, Lesson, View
from search.learning.splits import FOLDS, cut, is_later, latest
from search.ranking.ranker import Described
from search.ranking.training import Base, Judged, Trained
from search.ranking.training import train as train_ranking

STOPPING_SHARE = 0.15
"""Share of the dated messages, the latest, on which the adapter's training is watched."""

Rooms = Mapping[str, Class]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What a course brought. `described[i]` and `trained.scores[i]` are of lesson i, by models that had not seen it."""

    adapter: Adapter
    trained: Trained
    lessons: tuple[Lesson, ...]
    described: tuple[Described, ...]
    epochs: int


def learn(
    rooms: Rooms,
    lessons: Sequence[Lesson],
    *,
    model_id: str,
    seed: int,
    start: Adapter | None = None,
    base: Base | None = None,
    negatives: Negatives = MANY,
) -> Learned:
    """Learn from lessons, anew or on top of an adapter and of trees that there are."""
    course = _Course(rooms, model_id, seed, start, negatives)
    epochs = course.epochs(lessons)
    blind = [course.adapter([one for one in lessons if one.place.fold != fold], epochs) for fold in range(FOLDS)]
    views = {(fold, name): View.of(room, adapter) for fold, adapter in enumerate(blind) for name, room in rooms.items()}
    described = tuple(views[one.place.fold, one.body].describe(one) for one in lessons)
    late = latest([one.place for one in lessons])
    judged = [judged_of(*three) for three in zip(lessons, described, late, strict=True)]
    return Learned(
        course.adapter(lessons, epochs), train_ranking(judged, seed=seed, base=base), tuple(lessons), described, epochs
    )


def judged_of(lesson: Lesson, found: Described, is_latest: bool = False) -> Judged:  # noqa: FBT001, FBT002 - a flag of the data
    """Return the short list with the truth."""
    right = np.array([one.document.key in lesson.answers for one in found.candidates], dtype=bool)
    return Judged(found.rows, right, found.documents, lesson.place.fold, is_latest)


def keys_by(found: Described, scores: NDArray[np.float64]) -> list[str]:
    """Return the keys of the short list, best first."""
    return [found.candidates[row].document.key for row in np.argsort(-scores, kind="stable")]


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    rooms: Rooms
    model_id: str
    seed: int
    start: Adapter | None
    negatives: Negatives

    def epochs(self, lessons: Sequence[Lesson]) -> int:
        """Return the epochs after which the latest messages, of debunks not learned from, are answered best."""
        first = cut([one.place for one in lessons], STOPPING_SHARE)
        held = [one for one in lessons if is_later(one.place, first) and len(one.right)]
        taught = [one for one in lessons if not is_later(one.place, first)]

        def watch(adapter: Adapter) -> float:
            shares = [
                View.of(room, adapter).hits_share(mine)
                for name, room in self.rooms.items()
                if (mine := [one for one in held if one.body == name])
            ]
            return float(np.mean(shares))

        return best_epochs(
            self._corpora(taught),
            watch,
            model_id=self.model_id,
            seed=self.seed,
            start=self.start,
            negatives=self.negatives,
        )

    def adapter(self, lessons: Sequence[Lesson], epochs: int) -> Adapter:
        return train_adapter(
            self._corpora(lessons),
            model_id=self.model_id,
            seed=self.seed,
            epochs=epochs,
            start=self.start,
            negatives=self.negatives,
        )

    def _corpora(self, lessons: Sequence[Lesson]) -> list[Corpus]:
        found = []
        for name, room in self.rooms.items():
            mine = [one for one in lessons if one.body == name and len(one.right)]
            if mine:
                messages = np.stack([one.vectors[0] for one in mine])
                found.append(Corpus(messages, room.vectors, [one.right for one in mine]))
        return found
