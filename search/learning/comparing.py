"""Is what was learned better than what serves? The same messages, each ranked by models that had not seen it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kernel.errors import Conflict
from search.evaluation.metrics import RESAMPLES, RankingFigures, measure
from search.evaluation.run import PLAIN_MEAN
from search.learning.course import Learned, Rooms, keys_by
from search.learning.school import View
from search.ranking.features import SHORTLIST
from search.serving import Serving

CERTAINTY = 0.9
"""Share of bootstrap samples of the messages in which the newcomer must have the higher MRR."""

WHAT_SERVES = "what serves"


class NotBetter(Conflict):
    """What was learned is no better than what serves; nothing was installed."""

    code = "not_better"


@dataclass(frozen=True, slots=True)
class Comparison:
    """MRR of what serves and of the newcomer over the same `messages`; of `unseen` of them neither has learned.

    On messages that what serves has learned from it counts with the ranks it had out of fold at that time. Weights
    that do not remember what they learned from cannot be compared fairly; then the plain mean of the retrievers stands
    in for them, and `against` says so. `certainty` is the share of bootstrap samples in which the newcomer is ahead.
    """

    against: str
    messages: int
    unseen: int
    before: float
    after: float
    certainty: float

    def demand_better(self) -> None:
        """Raise `NotBetter` unless the newcomer is ahead beyond chance."""
        if self.after <= self.before or self.certainty < CERTAINTY:
            raise NotBetter(before=self.before, after=self.after, certainty=self.certainty)


def compare(serving: Serving, learned: Learned, rooms: Rooms, *, seed: int) -> Comparison:
    """Rank every lesson by what serves, and set it against the ranks out of fold of what was learned."""
    if not serving.remembers:
        before = [
            reciprocal_rank([one.document.key for one in found.candidates], lesson.answers)
            for lesson, found in zip(learned.lessons, learned.described, strict=True)
        ]  # the short list is in the order of the plain mean
        return _weighed(PLAIN_MEAN, before, learned, unseen=0, seed=seed)
    views = {name: View.of(room, serving.adapter) for name, room in rooms.items()}
    before, unseen = [], 0
    for lesson in learned.lessons:
        known = serving.reciprocal_rank(lesson.message)
        if known is None:
            unseen += 1
            hits = serving.ranker.rank(lesson.message, views[lesson.body].candidates(lesson), limit=SHORTLIST)
            known = reciprocal_rank([hit.document.key for hit in hits], lesson.answers)
        before.append(known)
    return _weighed(WHAT_SERVES, before, learned, unseen=unseen, seed=seed)


def _weighed(against: str, before: Sequence[float], learned: Learned, *, unseen: int, seed: int) -> Comparison:
    old, new = np.array(before), np.array(reciprocal_ranks(learned))
    random = np.random.default_rng(seed)
    ahead = [float((new - old)[random.integers(0, len(old), len(old))].mean() > 0) for _ in range(RESAMPLES)]
    return Comparison(against, len(old), unseen, float(old.mean()), float(new.mean()), float(np.mean(ahead)))


def reciprocal_ranks(learned: Learned) -> list[float]:
    """Return each lesson's reciprocal rank, out of fold."""
    ranked = zip(learned.lessons, learned.described, learned.trained.scores, strict=True)
    return [reciprocal_rank(keys_by(found, scores), lesson.answers) for lesson, found, scores in ranked]


def reciprocal_rank(keys: Sequence[str], answers: frozenset[str]) -> float:
    """Return 1 / the place of the first answer, 0 where there is none."""
    return next((1 / place for place, key in enumerate(keys, start=1) if key in answers), 0.0)


def figures_of(learned: Learned, *, body: str | None = None, hard_only: bool = False) -> RankingFigures:
    """Return the ranking figures out of fold, of one body or of all."""
    kept = [
        (keys_by(found, scores), lesson.answers)
        for lesson, found, scores in zip(learned.lessons, learned.described, learned.trained.scores, strict=True)
        if body in (None, lesson.body) and (lesson.is_hard or not hard_only)
    ]
    return measure([keys for keys, _ in kept], [answers for _, answers in kept])
