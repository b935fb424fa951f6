"""What a crowd's votes on one claim amount to: Bayes with votes counted as correlated (CONSENSUS §5b).

The crowd suggests and never decides: `weigh` gives a leaning, and only the agency's sign-off gives a verdict. What a
sign-off teaches is in `verification.rules.learning`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from statistics import median

from verification.rules.brigade import busiest_window
from verification.rules.parameters import PARAMETERS, LeaningNumbers, Parameters


@dataclass(frozen=True, slots=True)
class Vote:
    """One rater's standing vote on a claim.

    `level` is the step on the ordinal axis, None for "not proven". `at` is in seconds of any one epoch. `blind` says
    that neither the leaning nor a sign-off was visible to the caster. Raters with the same `link` count as one voter.
    `excluded` votes (a suspended account, a conflict of interest found later) stay on record and weigh nothing.
    """

    rater: Hashable
    level: int | None
    at: float = 0.0
    blind: bool = True
    link: Hashable = None
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class RaterRecord:
    """What sign-offs have taught about one rater: `counts[truth][vote]` in weighted votes, and how many were signed."""

    counts: tuple[tuple[float, ...], ...]
    signed: int = 0


@dataclass(frozen=True)
class Crowd:
    """What sign-offs have taught about all raters together. `levels` is K, the number of steps of the axis."""

    pool: tuple[tuple[float, ...], ...]
    """`pool[truth][vote]`, in votes, prior included."""
    classes: tuple[float, ...]
    """Signed claims a verdict, prior included."""
    rho: float
    turnouts: tuple[int, ...] = ()
    """Votes on each of the last signed claims, oldest first."""
    signed: int = 0
    rho_losses: tuple[float, ...] = ()
    """Summed negative log-likelihood of the signed verdicts under each of the parameter table's `rho_choices`."""

    @property
    def levels(self) -> int:
        return len(self.classes)

    @cached_property
    def confusion(self) -> tuple[tuple[float, ...], ...]:
        """P(vote | truth), `[truth][vote]`."""
        return tuple(tuple(cell / sum(row) for cell in row) for row in self.pool)

    @cached_property
    def pulls(self) -> tuple[tuple[float, ...], ...]:
        """`[vote][truth]`: the log-likelihood of a vote under each truth, centred over truths."""
        columns = [[math.log(row[vote]) for row in self.confusion] for vote in range(self.levels)]
        return tuple(tuple(value - sum(column) / len(column) for value in column) for column in columns)

    @cached_property
    def accuracy(self) -> float:
        """The mean over truths of the share that votes right."""
        return sum(row[level] for level, row in enumerate(self.confusion)) / self.levels


class Hold(StrEnum):
    """Why a leaning is kept back for a senior verifier."""

    UNUSUAL_TURNOUT = "unusual_turnout"
    BURST = "burst"
    LINKED_GROUP = "linked_group"
    ABUSE_REPORT = "abuse_report"


@dataclass(frozen=True, slots=True)
class Leaning:
    """What the votes amount to. `level` is where they lean, None on a tie; nothing here is a verdict."""

    probabilities: tuple[float, ...]
    level: int | None
    unproven: bool
    votes: int
    effective_votes: float
    weight: float
    shown: bool
    holds: frozenset[Hold]

    @property
    def probability(self) -> float:
        """The probability of the step that leads."""
        return max(self.probabilities)


def new_crowd(levels: int, parameters: Parameters = PARAMETERS) -> Crowd:
    """Return the crowd that nothing has been signed for yet."""
    numbers = parameters.consensus
    right, wrong = numbers.pool_prior_accuracy, (1 - numbers.pool_prior_accuracy) / (levels - 1)
    pool = tuple(
        tuple(numbers.pool_prior * (right if vote == truth else wrong) for vote in range(levels))
        for truth in range(levels)
    )
    return Crowd(pool, (numbers.class_prior,) * levels, numbers.rho, rho_losses=(0.0,) * len(numbers.rho_choices))


def prior(crowd: Crowd, parameters: Parameters = PARAMETERS) -> tuple[float, ...]:
    """Return how often each step is signed, with a floor so that a rare truth can still win."""
    floor = parameters.consensus.class_floor * max(crowd.classes)
    raised = [max(count, floor) for count in crowd.classes]
    return tuple(count / sum(raised) for count in raised)


def gain(record: RaterRecord | None, crowd: Crowd, parameters: Parameters = PARAMETERS) -> float:
    """Return how much a rater's vote counts, from 0 to the cap, where 1 is the crowd's average rater.

    Accuracy is averaged over truths, so who always says SALAH earns nothing where nearly everything is SALAH.
    """
    if record is None:
        return _relative_gain(crowd.accuracy, crowd, parameters)
    strength = parameters.consensus.gain_prior
    accuracy = 0.0
    for level, (shares, counts) in enumerate(zip(crowd.confusion, record.counts, strict=True)):
        accuracy += (strength * shares[level] + counts[level]) / (strength + sum(counts))
    return _relative_gain(accuracy / crowd.levels, crowd, parameters)


def _relative_gain(accuracy: float, crowd: Crowd, parameters: Parameters) -> float:
    chance = 1 / crowd.levels
    reference = max(crowd.accuracy, chance + parameters.consensus.reference_margin)
    offset = math.log(crowd.levels - 1)
    strength = (math.log(accuracy / (1 - accuracy)) + offset) / (math.log(reference / (1 - reference)) + offset)
    return min(parameters.consensus.gain_cap, max(0.0, strength))


@dataclass(frozen=True, slots=True)
class WeighedVote:
    """A vote with what it weighs, whether its rater is proven, and where it pulls (natural log-odds a truth)."""

    vote: Vote
    weight: float
    proven: bool
    pulls: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums behind a leaning. `pulls` and `weight` are of the votes on the axis; "not proven" is apart."""

    pulls: tuple[float, ...]
    weight: float
    unproven_weight: float
    effective_votes: float


def appraise(
    votes: Sequence[Vote],
    records: Mapping[Hashable, RaterRecord],
    crowd: Crowd,
    parameters: Parameters = PARAMETERS,
) -> list[WeighedVote]:
    """Weigh each vote: less while its rater is unproven, shared between linked raters, nothing if excluded."""
    numbers = parameters.consensus
    sharing = Counter(vote.link for vote in votes if vote.link is not None and not vote.excluded)
    weighed = []
    for vote in votes:
        record = records.get(vote.rater)
        proven = record is not None and record.signed >= numbers.proven_after
        weight = 1.0 if proven else numbers.unproven_rater_weight
        if not vote.blind:
            weight *= numbers.unblind_weight
        if vote.excluded:
            weight = 0.0
        elif vote.link is not None:
            weight /= sharing[vote.link]
        weighed.append(WeighedVote(vote, weight, proven, _pulls(vote, record, crowd, parameters)))
    return weighed


def _pulls(vote: Vote, record: RaterRecord | None, crowd: Crowd, parameters: Parameters) -> tuple[float, ...]:
    if vote.level is None:
        return ()
    strength = gain(record, crowd, parameters)
    pulls = crowd.pulls[vote.level]
    # A vote never counts against what it says, however confused the crowd that casts such votes.
    if strength * pulls[vote.level] <= 0:
        return (0.0,) * crowd.levels
    cap = parameters.consensus.pull_cap
    return tuple([min(cap, max(-cap, strength * pull)) for pull in pulls])


def add_up(weighed: Iterable[WeighedVote], levels: int) -> Tally:
    """Add up the votes of one claim. Their order does not matter beyond rounding."""
    sums = [0.0] * levels
    weight = squares = unproven = 0.0
    for one in weighed:
        if one.vote.level is None:
            unproven += one.weight
            continue
        weight += one.weight
        squares += one.weight * one.weight
        for truth, pull in enumerate(one.pulls):
            sums[truth] += one.weight * pull
    return Tally(tuple(sums), weight, unproven, weight * weight / squares if squares else 0.0)


def posterior(tally: Tally, crowd: Crowd, rho: float, parameters: Parameters = PARAMETERS) -> tuple[float, ...]:
    """Return P(truth). Votes count as correlated: any number of them weighs less than 1/rho independent ones."""
    damping = 1 / (1 + rho * max(0.0, tally.effective_votes - 1))
    logs = [math.log(share) + damping * pull for share, pull in zip(prior(crowd, parameters), tally.pulls, strict=True)]
    highest = max(logs)
    powers = [math.exp(value - highest) for value in logs]
    total = sum(powers)
    return tuple([power / total for power in powers])


def weigh(
    votes: Sequence[Vote],
    records: Mapping[Hashable, RaterRecord],
    crowd: Crowd,
    *,
    was_shown: bool = False,
    abuse_reported: bool = False,
    parameters: Parameters = PARAMETERS,
) -> Leaning:
    """Return the leaning of one claim's votes, whether it may be shown, and what holds it back."""
    weighed = appraise(votes, records, crowd, parameters)
    tally = add_up(weighed, crowd.levels)
    probabilities = posterior(tally, crowd, crowd.rho, parameters)
    level = _leader(probabilities)
    cast = sum(not vote.excluded for vote in votes)
    weight = tally.weight + tally.unproven_weight
    numbers, rule = parameters.consensus, parameters.leaning
    unproven = cast >= numbers.unproven_votes and tally.unproven_weight >= numbers.unproven_share * weight
    holds = _holds(weighed, crowd, abuse_reported=abuse_reported, rule=rule)
    shown = (
        not holds
        and not unproven
        and level is not None
        and tally.effective_votes >= rule.effective_votes
        and tally.weight >= rule.weight
        and max(probabilities) >= (rule.withdraw_below if was_shown else rule.show_from)
        and not _proven_disagree(weighed, crowd, level, parameters)
    )
    return Leaning(probabilities, level, unproven, cast, tally.effective_votes, weight, shown, holds)


def _leader(probabilities: Sequence[float]) -> int | None:
    highest = max(probabilities)
    leaders = [level for level, value in enumerate(probabilities) if math.isclose(value, highest, rel_tol=1e-9)]
    # A tie leans nowhere; above all it never leans to SALAH by being first.
    return leaders[0] if len(leaders) == 1 else None


def _proven_disagree(weighed: Sequence[WeighedVote], crowd: Crowd, level: int, parameters: Parameters) -> bool:
    proven = [one for one in weighed if one.proven]
    if len(proven) < parameters.leaning.proven_raters:
        return False
    return _leader(posterior(add_up(proven, crowd.levels), crowd, crowd.rho, parameters)) != level


def _holds(
    weighed: Sequence[WeighedVote], crowd: Crowd, *, abuse_reported: bool, rule: LeaningNumbers
) -> frozenset[Hold]:
    found = {Hold.ABUSE_REPORT} if abuse_reported else set()
    if len(crowd.turnouts) >= rule.turnout_claims and len(weighed) > rule.turnout_factor * median(crowd.turnouts):
        found.add(Hold.UNUSUAL_TURNOUT)
    if busiest_window([one.vote.at for one in weighed], rule.burst_seconds) > rule.burst_votes:
        found.add(Hold.BURST)
    if _largest_linked_share(weighed) > rule.linked_share:
        found.add(Hold.LINKED_GROUP)
    return frozenset(found)


def _largest_linked_share(weighed: Sequence[WeighedVote]) -> float:
    # Counted by heads: the share that the group tried to cast, not the single vote that it is cut down to.
    members = Counter(one.vote.link for one in weighed if one.vote.link is not None and not one.vote.excluded)
    heads = max((count for count in members.values() if count > 1), default=0)
    return heads / len(weighed) if heads else 0.0
