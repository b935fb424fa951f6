"""How good the matching is on messages that it had not seen: out of fold, later in time, and with parts left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from search.encoder.port import EncoderSettings, LoadEncoder
from search.encoding import Progress
from search.evaluation.metrics import DecisionFigures, RankingFigures, judge, measure
from search.evaluation.run import PATIENT, PLAIN_MEAN, alone, plain_mean
from search.learning.comparing import figures_of
from search.learning.course import Learned, Rooms, judged_of, keys_by, learn
from search.learning.links import Body, fingerprint
from search.learning.school import Lesson, View
from search.learning.splits import cut, is_later
from search.learning.training import read
from search.ranking.features import FEATURES
from search.ranking.training import first_chance, train
from search.types import Retriever

LEFT_OUT = {
    "the adapter": ("adapted_",),
    "words and grams": ("words_", "grams_"),
    "all comparison of texts": (
        "query_", "head_", "grams_in_", "grams_balance", "shared_", "pairs_", "longest_", "sentence_", "rarest_",
        "names_", "numbers_", "length_",
    ),
    "single sentences": ("sentence_",),
}  # fmt: skip
"""What is left out, with the beginnings of its features' names."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one body's messages. `retrievers`: each alone, and their plain mean."""

    ranking: RankingFigures
    hard: RankingFigures
    retrievers: dict[str, RankingFigures]
    decision: DecisionFigures


@dataclass(frozen=True, slots=True)
class Later:
    """Learned from what was answered before `first_day`, measured on what came from then on.

    Of a body without dates one fold stands for the later side. The threshold was chosen on the earlier side.
    """

    first_day: str
    learned_from: int
    bodies: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Proof:
    """What `script/saring search prove` prints. `left_out`: MRR of each body where the trees do without something.

    `learned_from_one`: MRR of each body (inner name) by trees that learned from one body alone (outer name).
    """

    data: str
    seed: int
    epochs: int
    answered_from: float
    bodies: dict[str, Measured]
    later: Later
    left_out: dict[str, dict[str, float]]
    learned_from_one: dict[str, dict[str, float]]


def prove(
    bodies: Sequence[Body],
    load_encoder: LoadEncoder,
    *,
    seed: int,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Proof:
    """Measure on bodies, in folders that are gone afterwards; the installation is not touched."""
    rooms, lessons = read(bodies, load_encoder, settings=settings, progress=progress)
    model_id = load_encoder(settings).name
    learned = learn(rooms, lessons, model_id=model_id, seed=seed)
    names = [body.name for body in bodies]
    return Proof(
        data=fingerprint(bodies),
        seed=seed,
        epochs=learned.epochs,
        answered_from=learned.trained.decision.answered_from,
        bodies={name: _out_of_fold(learned, name) for name in names},
        later=_later(rooms, lessons, model_id=model_id, seed=seed),
        left_out={what: _without(learned, names, prefixes, seed) for what, prefixes in LEFT_OUT.items()},
        learned_from_one={name: _from_one(learned, names, name, seed) for name in names} if len(names) > 1 else {},
    )


def _out_of_fold(learned: Learned, name: str) -> Measured:
    kept = np.array([lesson.body == name for lesson in learned.lessons], dtype=bool)
    lessons = [lesson for lesson in learned.lessons if lesson.body == name]
    candidates = [found.candidates for found, is_in in zip(learned.described, kept, strict=True) if is_in]
    answers = [lesson.answers for lesson in lessons]
    chances, right = learned.trained.chances[kept], learned.trained.right[kept]
    return Measured(
        ranking=figures_of(learned, body=name),
        hard=figures_of(learned, body=name, hard_only=True),
        retrievers={
            **{one.value: measure([alone(found, one) for found in candidates], answers) for one in Retriever},
            PLAIN_MEAN: measure([plain_mean(found) for found in candidates], answers),
        },
        decision=judge(chances, right, chances >= learned.trained.decision.answered_from),
    )


def _later(rooms: Rooms, lessons: Sequence[Lesson], *, model_id: str, seed: int) -> Later:
    first = cut([lesson.place for lesson in lessons])
    earlier = [lesson for lesson in lessons if not is_later(lesson.place, first)]
    learned = learn(rooms, earlier, model_id=model_id, seed=seed)
    measured = {
        name: _applied(learned, View.of(room, learned.adapter), mine)
        for name, room in rooms.items()
        if (mine := [one for one in lessons if one.body == name and is_later(one.place, first)])
    }
    return Later(str(first or ""), len(earlier), measured)


def _applied(learned: Learned, view: View, lessons: Sequence[Lesson]) -> Measured:
    """Rank messages that were not learned from, exactly as they would be served."""
    decision, forest = learned.trained.decision, learned.trained.forest
    candidates = [view.candidates(lesson) for lesson in lessons]
    described = [view.describe(lesson) for lesson in lessons]
    scores = [forest.score(found.rows) for found in described]
    keys = [keys_by(*pair) for pair in zip(described, scores, strict=True)]
    answers = [lesson.answers for lesson in lessons]
    judged = [judged_of(*pair) for pair in zip(lessons, described, strict=True)]
    chances = np.array([first_chance(*pair, decision) for pair in zip(judged, scores, strict=True)])
    right = np.array([ranked[0] in known for ranked, known in zip(keys, answers, strict=True)], dtype=bool)
    hard = [pair for pair, lesson in zip(zip(keys, answers, strict=True), lessons, strict=True) if lesson.is_hard]
    return Measured(
        ranking=measure(keys, answers),
        hard=measure([ranked for ranked, _ in hard], [known for _, known in hard]),
        retrievers={
            **{one.value: measure([alone(found, one) for found in candidates], answers) for one in Retriever},
            PLAIN_MEAN: measure([plain_mean(found) for found in candidates], answers),
        },
        decision=judge(chances, right, chances >= decision.answered_from),
    )


def _without(learned: Learned, names: Sequence[str], prefixes: tuple[str, ...], seed: int) -> dict[str, float]:
    """Return the MRR of each body where the trees cannot look at some features."""
    blind = np.array([feature.startswith(prefixes) for feature in FEATURES], dtype=bool)
    judged = [
        replace(judged_of(lesson, found), rows=np.where(blind, np.float32(0), found.rows))
        for lesson, found in zip(learned.lessons, learned.described, strict=True)
    ]
    again = replace(learned, trained=train(judged, seed=seed))
    return {name: figures_of(again, body=name).mrr.mean for name in names}


def _from_one(learned: Learned, names: Sequence[str], teacher: str, seed: int) -> dict[str, float]:
    """Return the MRR of each body by trees that learned from one alone; of that body itself, out of fold."""
    pairs = list(zip(learned.lessons, learned.described, strict=True))
    taught = train([judged_of(*pair) for pair in pairs if pair[0].body == teacher], seed=seed)
    own = iter(taught.scores)
    scores: list[NDArray[np.float64]] = [
        next(own) if lesson.body == teacher else taught.forest.score(found.rows) for lesson, found in pairs
    ]
    again = replace(learned, trained=replace(taught, scores=tuple(scores)))
    return {name: figures_of(again, body=name).mrr.mean for name in names}
