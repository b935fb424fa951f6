"""Learning from confirmed links, anew or on top of what serves; installed only where it ranks better."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kernel.errors import Invalid
from search import weights
from search.encoder.port import EncoderSettings, LoadEncoder
from search.encoding import Progress
from search.evaluation.metrics import DecisionFigures, RankingFigures, judge
from search.evaluation.run import PATIENT, temporary_search
from search.fallback import FixedFusion
from search.learning.comparing import Comparison, compare, figures_of, reciprocal_ranks
from search.learning.course import Learned, Rooms, learn
from search.learning.links import Body, fingerprint
from search.learning.school import Class, Lesson, attend
from search.learning.splits import Place, cut, latest
from search.ranking.decision import Scores
from search.ranking.model import Memory, Origin, RankingModel, feature_fingerprint
from search.ranking.training import Base, safe_threshold
from search.serving import Serving

LEAST_LINKS = 200
"""Confirmed links below which nothing is learned: the shipped weights know more."""


class TooFewLinks(Invalid):
    """There is too little to learn from."""

    code = "too_few_links"


@dataclass(frozen=True, slots=True)
class HeldInTime:
    """*Answered*, out of fold, on the dated messages from `first_day` on; its threshold knew only those before."""

    first_day: str
    answered_from: float
    messages: int
    decision: DecisionFigures


@dataclass(frozen=True, slots=True)
class Report:
    """What training did. All figures are of messages that the models measured had not seen.

    `data` is the hash of the questions and answers. Two runs with one seed came out .002 of MRR apart.
    """

    data: str
    seed: int
    epochs: int
    comparison: Comparison
    answered_from: float
    ranking: dict[str, RankingFigures]
    hard: dict[str, RankingFigures]
    decisions: dict[str, DecisionFigures]
    later: HeldInTime | None


def train(
    bodies: Sequence[Body],
    serving: Serving,
    load_encoder: LoadEncoder,
    *,
    folder: Path,
    anew: bool,
    seed: int = 1,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> Report:
    """Learn, compare with what serves, and write `adapter.npz` and `ranking.npz` into `folder`.

    `anew` begins at nothing, for thousands of links; otherwise what serves is carried on with. Raises `TooFewLinks`
    before anything is encoded, and `NotBetter` with nothing written.
    """
    demand_enough(bodies)
    rooms, lessons = read(bodies, load_encoder, settings=settings, progress=progress)
    model = serving.ranker.model
    learned = learn(
        rooms,
        lessons,
        model_id=load_encoder(settings).name,
        seed=seed,
        start=None if anew else serving.adapter,
        base=None if anew else Base(model.forest, model.decision),
    )
    comparison = compare(serving, learned, rooms, seed=seed)
    comparison.demand_better()
    data, trained = fingerprint(bodies), learned.trained
    ranking = {body.name: figures_of(learned, body=body.name) for body in bodies}
    decisions = {body.name: _decided(learned, body.name) for body in bodies}
    figures = {f"mrr_{name}": found.mrr.mean for name, found in ranking.items()}
    figures |= {f"ece_{name}": found.ece for name, found in decisions.items()}
    origin = Origin(data, learned.adapter.fingerprint, feature_fingerprint(), seed, figures)
    install(folder, learned, origin)
    return Report(
        data=data,
        seed=seed,
        epochs=learned.epochs,
        comparison=comparison,
        answered_from=trained.decision.answered_from,
        ranking=ranking,
        hard={body.name: figures_of(learned, body=body.name, hard_only=True) for body in bodies},
        decisions=decisions,
        later=held_in_time([lesson.place for lesson in learned.lessons], trained.chances, trained.right),
    )


def held_in_time(found: Sequence[Place], chances: Scores, right: NDArray[np.bool_]) -> HeldInTime | None:
    """Choose the threshold on all but the latest messages and measure it on those; None where nothing is dated."""
    late = np.array(latest(found), dtype=bool)
    if not late.any():
        return None
    known = np.flatnonzero(~late)
    newest: NDArray[np.bool_] = np.array(latest([found[place] for place in known.tolist()]), dtype=bool)
    answered_from = safe_threshold(chances[known], right[known], newest)
    decision = judge(chances[late], right[late], chances[late] >= answered_from)
    return HeldInTime(str(cut(found)), answered_from, int(late.sum()), decision)


def _decided(learned: Learned, name: str) -> DecisionFigures:
    mine = np.array([lesson.body == name for lesson in learned.lessons], dtype=bool)
    chances = learned.trained.chances[mine]
    return judge(chances, learned.trained.right[mine], chances >= learned.trained.decision.answered_from)


def demand_enough(bodies: Sequence[Body]) -> None:
    """Raise `TooFewLinks` where there is too little to learn from."""
    links = sum(len(question.answers) for body in bodies for question in body.questions)
    if links < LEAST_LINKS:
        raise TooFewLinks(links=links, needed=LEAST_LINKS)


def read(
    bodies: Sequence[Body],
    load_encoder: LoadEncoder,
    *,
    settings: EncoderSettings = PATIENT,
    progress: Progress | None = None,
) -> tuple[Rooms, list[Lesson]]:
    """Put the questions of each body to a search over its debunks, in a folder that is gone afterwards."""
    rooms: dict[str, Class] = {}
    lessons: list[Lesson] = []
    encoder = load_encoder(settings)
    for body in bodies:
        with temporary_search(
            body.documents, FixedFusion(), adapter=None, load_encoder=load_encoder, settings=settings, progress=progress
        ) as search:
            rooms[body.name], mine = attend(body, search, encoder)
            lessons.extend(mine)
    return rooms, lessons


def install(folder: Path, learned: Learned, origin: Origin) -> None:
    """Write both files and put them in place together; a kill leaves the old pair, or a pair that does not match.

    Weights that do not match are not served (search.serving).
    """
    memory = Memory.of([lesson.message for lesson in learned.lessons], reciprocal_ranks(learned))
    model = RankingModel(learned.trained.forest, learned.trained.decision, origin, memory)
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as at_end:
        fresh = [folder / f".new-{file.name}" for file in (weights.ADAPTER, weights.RANKING)]
        for path in fresh:
            at_end.callback(path.unlink, missing_ok=True)
        learned.adapter.save(fresh[0])
        model.save(fresh[1])
        for path in fresh:
            path.replace(folder / path.name.removeprefix(".new-"))
