"""Which case should be looked at first, and why: every reason is a value that a template puts into words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.parameters import PARAMETERS, Parameters, TriageNumbers
from verification.rules.topics import HarmTopic, TopicHit


class TriageSignal(StrEnum):
    """What can make a case urgent."""

    DEMAND = "demand"
    VELOCITY = "velocity"
    REACH = "reach"
    HARM = "harm"
    AGE = "age"
    NEAR_CONSENSUS = "near_consensus"
    SIMILARITY = "similarity"


_S = TriageSignal


@dataclass(frozen=True, slots=True)
class CaseSignals:
    """What is known of a waiting case. `missing_votes` is None before review, `known_score` without a match."""

    reports: int
    reports_in_window: int
    """Reports within the last `velocity_window_seconds`."""
    reach: int
    """People who may have seen it, as counted or stated; 0 when unknown."""
    topics: tuple[TopicHit, ...]
    age_seconds: float
    missing_votes: int | None = None
    known_score: float | None = None
    """Calibrated similarity to the nearest debunk, 0-1."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its points, and the fact behind it (a count, seconds, a score) that the sentence needs."""

    signal: TriageSignal
    points: float
    value: float
    topics: tuple[TopicHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Urgency:
    """How urgent a case is, 0-100, with the reasons that count, strongest first."""

    score: float
    reasons: tuple[Reason, ...]


def triage(signals: CaseSignals, parameters: Parameters = PARAMETERS) -> Urgency:
    """Add up what makes the case urgent. Each signal saturates, so that none can be pumped up without end."""
    numbers = parameters.triage
    reasons = [
        Reason(signal, points * min(1.0, share), value, signals.topics if signal is _S.HARM else ())
        for signal, points, share, value in (
            (_S.DEMAND, numbers.demand_points, *_logarithmic(signals.reports, numbers.demand_full)),
            (
                _S.VELOCITY,
                numbers.velocity_points,
                *_linear(signals.reports_in_window, numbers.velocity_full),
            ),
            (_S.REACH, numbers.reach_points, *_logarithmic(signals.reach, numbers.reach_full)),
            (_S.HARM, numbers.harm_points, *_harm(signals.topics, numbers)),
            (_S.AGE, numbers.age_points, *_linear(signals.age_seconds, numbers.age_full_seconds)),
            (_S.NEAR_CONSENSUS, numbers.near_consensus_points, *_nearness(signals.missing_votes, numbers)),
            (_S.SIMILARITY, numbers.similarity_points, *_similarity(signals.known_score, numbers)),
        )
        if share > 0
    ]
    reasons.sort(key=lambda reason: (-reason.points, reason.signal))
    return Urgency(sum(reason.points for reason in reasons), tuple(reasons))


# Each returns (share of the signal's points, which the caller caps at 1; the fact behind it).


def _logarithmic(count: int, full: int) -> tuple[float, float]:
    # The hundredth report says less than the tenth. One report is no demand yet.
    return math.log(max(1, count)) / math.log(full), float(count)


def _linear(value: float, full: float) -> tuple[float, float]:
    return value / full, float(value)


def _harm(topics: tuple[TopicHit, ...], numbers: TriageNumbers) -> tuple[float, float]:
    weight = {
        HarmTopic.HEALTH: numbers.harm_health,
        HarmTopic.DISASTER: numbers.harm_disaster,
        HarmTopic.ELECTION: numbers.harm_election,
        HarmTopic.MONEY: numbers.harm_money,
    }
    return max((weight[hit.topic] for hit in topics), default=0.0), float(len(topics))


def _nearness(missing: int | None, numbers: TriageNumbers) -> tuple[float, float]:
    if missing is None or missing < 1:
        return 0.0, 0.0
    return 1 - (missing - 1) / numbers.near_consensus_full, float(missing)


def _similarity(score: float | None, numbers: TriageNumbers) -> tuple[float, float]:
    if score is None:
        return 0.0, 0.0
    return (score - numbers.similarity_from) / (1 - numbers.similarity_from), score
