"""What a crowd's votes on one claim amount to: Bayes with votes counted as correlated (CONSENSUS §5b).

The crowd suggests and never decides: `weigh` gives a leaning, and only the agency's sign-off gives a verdict. What a
sign-off teaches is in `verification.rules.learning`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import NamedTuple

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
    """What sign-offs have taught about one rater: by truth, weighted votes `cast` and those `right`; signed votes."""

    cast: tuple[float, ...]
    right: tuple[float, ...]
    signed: int = 0


@dataclass(frozen=True, slots=True)
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


class Hold(StrEnum):
    """Why a leaning is kept back for a senior verifier."""

    UNUSUAL_TURNOUT = "unusual_turnout"
    BURST = "burst"
    LINKED_GROUP = "linked_group"
    ABUSE_REPORT = "abuse_report"


@dataclass(frozen=True, slots=True)
class Leaning:
    """What the votes amount to. `level` is where they lean, None on a tie; nothing here is a verdict.

    `voices` is Kish's effective sample size, which says how evenly the weight is spread. `effective_votes` is how many
    independent votes the evidence amounts to; it stays at or below 1/rho (10), whatever the number of votes.
    `vouched` says that enough raters with a record are among the voters; strangers alone lean, and are not believed.
    """

    probabilities: tuple[float, ...]
    level: int | None
    unproven: bool
    votes: int
    voices: float
    effective_votes: float
    weight: float
    vouched: bool
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
    total = sum(raised)
    return tuple([count / total for count in raised])


class Yardstick:
    """A crowd made ready to measure votes with: built once a claim, so that each vote costs little."""

    def __init__(self, crowd: Crowd, parameters: Parameters = PARAMETERS) -> None:
        numbers = parameters.consensus
        levels = crowd.levels
        confusion = [[cell / sum(row) for cell in row] for row in crowd.pool]
        logs = [[math.log(confusion[truth][vote]) for truth in range(levels)] for vote in range(levels)]
        self.log_prior = tuple([math.log(share) for share in prior(crowd, parameters)])
        self._numbers = numbers
        # [vote][truth]: the log-likelihood of a vote under each truth, centred over truths.
        self._pulls = [[value - sum(row) / levels for value in row] for row in logs]
        self._prior_right = [numbers.gain_prior * row[level] for level, row in enumerate(confusion)]
        self._offset = math.log(levels - 1)
        self._accuracy = sum(row[level] for level, row in enumerate(confusion)) / levels
        reference = max(self._accuracy, 1 / levels + numbers.reference_margin)
        self._reference = math.log(reference / (1 - reference)) + self._offset
        self._stranger = [self._vector(vote, self.gain(None)) for vote in range(levels)]

    def gain(self, record: RaterRecord | None) -> float:
        """Return how much a rater's vote counts, from 0 to the cap, where 1 is the crowd's average rater.

        Accuracy is averaged over truths, so who always says SALAH earns nothing where nearly everything is SALAH.
        """
        if record is None:
            return self._relative(self._accuracy)
        strength = self._numbers.gain_prior
        shares = [
            (known + right) / (strength + cast)
            for known, right, cast in zip(self._prior_right, record.right, record.cast, strict=True)
        ]
        return self._relative(sum(shares) / len(shares))

    def pulls(self, level: int, record: RaterRecord | None) -> tuple[float, ...]:
        """Return where a vote for `level` pulls, in natural log-odds a truth."""
        return self._stranger[level] if record is None else self._vector(level, self.gain(record))

    def _relative(self, accuracy: float) -> float:
        strength = (math.log(accuracy / (1 - accuracy)) + self._offset) / self._reference
        return min(self._numbers.gain_cap, max(0.0, strength))

    def _vector(self, level: int, gain: float) -> tuple[float, ...]:
        pulls = self._pulls[level]
        # A vote never counts against what it says, however confused the crowd that casts such votes.
        if gain * pulls[level] <= 0:
            return (0.0,) * len(pulls)
        cap = self._numbers.pull_cap
        if gain * max(pulls) <= cap and gain * min(pulls) >= -cap:
            return tuple([gain * pull for pull in pulls])
        return tuple([min(cap, max(-cap, gain * pull)) for pull in pulls])


def gain(record: RaterRecord | None, crowd: Crowd, parameters: Parameters = PARAMETERS) -> float:
    """Return how much a rater's vote counts, 1 being the crowd's average rater (see Yardstick.gain)."""
    return Yardstick(crowd, parameters).gain(record)


class WeighedVote(NamedTuple):
    """A vote with what it weighs, whether its rater is proven, and where it pulls (natural log-odds a truth).

    A tuple, because a replay makes millions and a frozen dataclass takes four times as long to make.
    """

    vote: Vote
    weight: float
    proven: bool
    pulls: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums behind a leaning. `pulls`, `weight` and `voices` are of the votes on the axis; "not proven" is apart."""

    pulls: tuple[float, ...]
    weight: float
    unproven_weight: float
    voices: float

    def damping(self, rho: float) -> float:
        """Return what one voice counts among so many that are correlated by `rho`: 1 / design effect (Kish 1965)."""
        return 1 / (1 + rho * max(0.0, self.voices - 1))


def appraise(
    votes: Sequence[Vote],
    records: Mapping[Hashable, RaterRecord],
    yardstick: Yardstick,
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
        pulls = () if vote.level is None else yardstick.pulls(vote.level, record)
        weighed.append(WeighedVote(vote, weight, proven, pulls))
    return weighed


def add_up(weighed: Iterable[WeighedVote], levels: int) -> Tally:
    """Add up the votes of one claim. The sums are exact, so that the order of votes does not matter in the last bit."""
    everyone = list(weighed)
    on_axis = [one for one in everyone if one.vote.level is not None]
    weight = math.fsum([one.weight for one in on_axis])
    squares = math.fsum([one.weight * one.weight for one in on_axis])
    sums = tuple([math.fsum([one.weight * one.pulls[truth] for one in on_axis]) for truth in range(levels)])
    voices = weight * weight / squares if squares else 0.0
    return Tally(sums, weight, math.fsum([one.weight for one in everyone if one.vote.level is None]), voices)


def posterior(tally: Tally, log_prior: Sequence[float], rho: float) -> tuple[float, ...]:
    """Return P(truth). Votes count as correlated: any number of them weighs less than 1/rho independent ones."""
    damping = tally.damping(rho)
    logs = [start + damping * pull for start, pull in zip(log_prior, tally.pulls, strict=True)]
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
    released: Collection[Hold] = (),
    parameters: Parameters = PARAMETERS,
) -> Leaning:
    """Return the leaning of one claim's votes, whether it may be shown, and what holds it back.

    `released` holds were looked at by a senior verifier, who let the case go on.
    """
    yardstick = Yardstick(crowd, parameters)
    log_prior = yardstick.log_prior
    weighed = appraise(votes, records, yardstick, parameters)
    tally = add_up(weighed, crowd.levels)
    probabilities = posterior(tally, log_prior, crowd.rho)
    level = _leader(probabilities)
    cast = sum(not vote.excluded for vote in votes)
    weight = tally.weight + tally.unproven_weight
    numbers, rule = parameters.consensus, parameters.leaning
    # What is shown is never bolder than the rho that was tuned against attacks, even where the crowd's own is lower:
    # at .05 a brigade of 30 % gets several times as many wrong leanings shown (docs/consensus.md).
    careful_rho = max(crowd.rho, numbers.rho)
    careful = max(posterior(tally, log_prior, careful_rho))
    unproven = cast >= numbers.unproven_votes and tally.unproven_weight >= numbers.unproven_share * weight
    holds = _holds(weighed, crowd, abuse_reported=abuse_reported, rule=rule) - frozenset(released)
    vouched = _vouched(weighed, crowd, unproven=unproven, parameters=parameters)
    shown = (
        vouched
        and not holds
        and not unproven
        and level is not None
        and tally.voices >= rule.voices
        and tally.weight >= rule.weight
        and careful >= (rule.withdraw_below if was_shown else rule.show_from)
        and not _proven_disagree(weighed, log_prior, level, careful_rho, rule)
    )
    effective = tally.voices * tally.damping(careful_rho)
    return Leaning(probabilities, level, unproven, cast, tally.voices, effective, weight, vouched, shown, holds)


def _leader(probabilities: Sequence[float]) -> int | None:
    highest = max(probabilities)
    leaders = [level for level, value in enumerate(probabilities) if math.isclose(value, highest, rel_tol=1e-9)]
    # A tie leans nowhere; above all it never leans to SALAH by being first.
    return leaders[0] if len(leaders) == 1 else None


def _vouched(weighed: Sequence[WeighedVote], crowd: Crowd, *, unproven: bool, parameters: Parameters) -> bool:
    """Say whether raters with a record are enough among the voters; where the votes say "not proven", so must they."""
    rule, proven = parameters.leaning, [one for one in weighed if one.proven and one.weight > 0]
    # Accounts that vote as one are one of them.
    voters = len({("rater", one.vote.rater) if one.vote.link is None else ("link", one.vote.link) for one in proven})
    if crowd.signed >= rule.cold_start_signed and voters < rule.proven_needed:
        return False
    if not unproven or voters < rule.proven_raters:
        return True
    tally = add_up(proven, crowd.levels)
    doubt = tally.unproven_weight
    return doubt >= parameters.consensus.unproven_share * (tally.weight + doubt)


def _proven_disagree(
    weighed: Sequence[WeighedVote], log_prior: Sequence[float], level: int, rho: float, rule: LeaningNumbers
) -> bool:
    proven = [one for one in weighed if one.proven and one.weight > 0]
    if len(proven) < rule.proven_raters or len(proven) == len(weighed):
        return False
    return _leader(posterior(add_up(proven, len(log_prior)), log_prior, rho)) != level


def _holds(
    weighed: Sequence[WeighedVote], crowd: Crowd, *, abuse_reported: bool, rule: LeaningNumbers
) -> frozenset[Hold]:
    found = {Hold.ABUSE_REPORT} if abuse_reported else set()
    times = [one.vote.at for one in weighed if not one.vote.excluded]
    if len(crowd.turnouts) >= rule.turnout_claims and len(times) > rule.turnout_factor * median(crowd.turnouts):
        found.add(Hold.UNUSUAL_TURNOUT)
    if busiest_window(times, rule.burst_seconds) > rule.burst_votes:
        found.add(Hold.BURST)
    if _largest_linked_share(weighed) > rule.linked_share:
        found.add(Hold.LINKED_GROUP)
    return frozenset(found)


def _largest_linked_share(weighed: Sequence[WeighedVote]) -> float:
    # Counted by heads: the share that the group tried to cast, not the single vote that it is cut down to.
    counted = [one.vote.link for one in weighed if not one.vote.excluded]
    members = Counter(link for link in counted if link is not None)
    return max((count / len(counted) for count in members.values() if count > 1), default=0.0)
