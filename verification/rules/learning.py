"""What a sign-off teaches the crowd model, and how an overturned one is unlearned (CONSENSUS §5b).

A lesson is drawn from the votes as they stood at sign-off, once, and kept: unlearning subtracts the same lesson,
whatever has happened since. Nothing is ever learned from a leaning.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from verification.rules.consensus import Crowd, RaterRecord, Vote, Yardstick, add_up, appraise, posterior
from verification.rules.parameters import PARAMETERS, Parameters


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one sign-off teaches, fixed at its moment. `truth` None (not proven) teaches nothing on the axis.

    `marks` are the (rater, level) of the valid votes, each worth `mark_weight` in its rater's record and `pool_weight`
    in the crowd's. `rho_losses` is what the verdict cost under each candidate for rho, before it was learned.
    """

    truth: int | None
    marks: tuple[tuple[Hashable, int], ...]
    mark_weight: float
    pool_weight: float
    turnout: int
    rho_losses: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """The crowd after a lesson, and the records that changed."""

    crowd: Crowd
    records: dict[Hashable, RaterRecord]


def draw_lesson(
    votes: Sequence[Vote],
    truth: int | None,
    records: Mapping[Hashable, RaterRecord],
    crowd: Crowd,
    parameters: Parameters = PARAMETERS,
) -> Lesson:
    """Return what the sign-off of `truth` teaches from `votes` as they stand now."""
    none = (0.0,) * len(crowd.rho_losses)
    if truth is None:
        return Lesson(None, (), 0.0, 0.0, len(votes), none)
    numbers = parameters.consensus
    marks = tuple((v.rater, v.level) for v in votes if v.blind and not v.excluded and v.level is not None)
    if not marks:
        return Lesson(truth, (), 0.0, 0.0, len(votes), none)
    wrong = sum(level != truth for _, level in marks)
    contested = wrong >= numbers.contested_from * len(marks)
    yardstick = Yardstick(crowd, parameters)
    tally = add_up(appraise(votes, records, yardstick, parameters), crowd.levels)
    losses = [-math.log(posterior(tally, yardstick.log_prior, rho)[truth]) for rho in numbers.rho_choices]
    return Lesson(
        truth,
        marks,
        numbers.contested_factor if contested else 1.0,
        min(1.0, numbers.pool_votes_a_claim / len(marks)),
        len(votes),
        tuple(losses),
    )


def learn(
    lesson: Lesson, records: Mapping[Hashable, RaterRecord], crowd: Crowd, parameters: Parameters = PARAMETERS
) -> Learned:
    """Return the crowd and the touched records after `lesson`; what was passed in stays as it is."""
    taught = _apply(lesson, records, crowd, sign=1)
    turnouts = (*crowd.turnouts, lesson.turnout)[-parameters.leaning.turnout_window :]
    return Learned(
        replace(taught.crowd, turnouts=turnouts, rho=_fit_rho(taught.crowd.rho_losses, parameters)), taught.records
    )


def unlearn(
    lesson: Lesson, records: Mapping[Hashable, RaterRecord], crowd: Crowd, parameters: Parameters = PARAMETERS
) -> Learned:
    """Take an overturned verdict's lesson back. How many voted stays known: the turnout was real."""
    taught = _apply(lesson, records, crowd, sign=-1)
    return Learned(replace(taught.crowd, rho=_fit_rho(taught.crowd.rho_losses, parameters)), taught.records)


def learn_gold(
    record: RaterRecord | None, vote: int, truth: int, levels: int, parameters: Parameters = PARAMETERS
) -> RaterRecord:
    """Return a rater's record after a gold question: it teaches the gain, proves nobody, leaves the crowd alone."""
    return _mark(record or _blank(levels), truth, vote, parameters.consensus.gold_weight, 0)


def fade(record: RaterRecord, elapsed_seconds: float, parameters: Parameters = PARAMETERS) -> RaterRecord:
    """Return a record as it counts after `elapsed_seconds`: old marks fade, the number of signed votes stays."""
    factor = 0.5 ** (max(0.0, elapsed_seconds) / parameters.reputation.half_life_seconds)
    cast, right = ([count * factor for count in counts] for counts in (record.cast, record.right))
    return RaterRecord(tuple(cast), tuple(right), record.signed)


def _blank(levels: int) -> RaterRecord:
    return RaterRecord((0.0,) * levels, (0.0,) * levels)


def _mark(record: RaterRecord, truth: int, vote: int, weight: float, signed: int) -> RaterRecord:
    cast, right = list(record.cast), list(record.right)
    # Marks may have faded since they were learned: what is taken back never goes below nothing.
    cast[truth] = max(0.0, cast[truth] + weight)
    if vote == truth:
        right[truth] = max(0.0, right[truth] + weight)
    right[truth] = min(right[truth], cast[truth])
    return RaterRecord(tuple(cast), tuple(right), record.signed + signed)


def _apply(lesson: Lesson, records: Mapping[Hashable, RaterRecord], crowd: Crowd, *, sign: int) -> Learned:
    if lesson.truth is None or not lesson.marks:
        return Learned(crowd, {})
    truth, changed = lesson.truth, {}
    row = list(crowd.pool[truth])
    for rater, level in lesson.marks:
        record = records.get(rater) or _blank(crowd.levels)
        changed[rater] = _mark(record, truth, level, sign * lesson.mark_weight, sign)
        row[level] += sign * lesson.pool_weight
    pool = (*crowd.pool[:truth], tuple(row), *crowd.pool[truth + 1 :])
    classes = tuple(count + sign * (level == truth) for level, count in enumerate(crowd.classes))
    losses = tuple(old + sign * new for old, new in zip(crowd.rho_losses, lesson.rho_losses, strict=True))
    return Learned(replace(crowd, pool=pool, classes=classes, signed=crowd.signed + sign, rho_losses=losses), changed)


def _fit_rho(losses: Sequence[float], parameters: Parameters) -> float:
    """Return rho as the signed verdicts have it: the geometric mean of the candidates, by their prior and losses."""
    numbers = parameters.consensus
    logs = [
        -loss - (math.log(rho / numbers.rho) / numbers.rho_prior_spread) ** 2 / 2
        for rho, loss in zip(numbers.rho_choices, losses, strict=True)
    ]
    highest = max(logs)
    weights = [math.exp(value - highest) for value in logs]
    mean = sum(math.log(rho) * weight for rho, weight in zip(numbers.rho_choices, weights, strict=True))
    return math.exp(mean / sum(weights))
