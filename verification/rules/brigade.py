"""Signs of coordinated voting, and limits on how fast anybody votes (CONSENSUS §3.4 and §5d)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from verification.rules.parameters import PARAMETERS, Parameters
from verification.rules.reputation import Level

HOUR_SECONDS, DAY_SECONDS = 3600.0, 86_400.0


def busiest_window(times: Sequence[float], seconds: float) -> int:
    """Return the most moments of `times` that fall within any `seconds` (both ends included)."""
    ordered = sorted(times)
    most = start = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[start] > seconds:
            start += 1
        most = max(most, end - start + 1)
    return most


@dataclass(frozen=True, slots=True)
class CastVote:
    """A vote as the log has it, over many claims; `at` in seconds."""

    rater: int
    claim: Hashable
    level: int | None
    at: float


@dataclass(frozen=True, slots=True)
class Link:
    """Two accounts that vote alike at the same time, with what staff must see to judge it."""

    first: int
    second: int
    shared: int
    share: float
    """Shared claims over the smaller of the two histories, 0-1."""


def find_links(votes: Iterable[CastVote], parameters: Parameters = PARAMETERS) -> tuple[Link, ...]:
    """Return the pairs that cast the same vote within the window on enough claims, strongest first."""
    numbers = parameters.brigade
    by_claim: defaultdict[Hashable, list[CastVote]] = defaultdict(list)
    history: Counter[int] = Counter()
    for vote in votes:
        by_claim[vote.claim].append(vote)
        history[vote.rater] += 1
    shared = Counter(pair for cast in by_claim.values() for pair in _close_pairs(cast, numbers.window_seconds))
    links = []
    for (first, second), count in shared.items():
        share = count / min(history[first], history[second])
        if count >= numbers.shared_claims and share >= numbers.shared_share:
            links.append(Link(first, second, count, share))
    return tuple(sorted(links, key=lambda link: (-link.shared, -link.share, link.first, link.second)))


def _close_pairs(cast: list[CastVote], seconds: float) -> Iterator[tuple[int, int]]:
    ordered = sorted(cast, key=lambda vote: vote.at)
    for position, vote in enumerate(ordered):
        for later in ordered[position + 1 :]:
            if later.at - vote.at > seconds:
                break
            if later.level == vote.level and later.rater != vote.rater:
                yield (vote.rater, later.rater) if vote.rater < later.rater else (later.rater, vote.rater)


def group_links(links: Iterable[Link]) -> dict[int, int]:
    """Return, for each linked account, its group: everybody reachable by links, named by the smallest id."""
    group: dict[int, int] = {}

    def root(rater: int) -> int:
        group.setdefault(rater, rater)
        while group[rater] != rater:
            rater = group[rater]
        return rater

    for link in links:
        first, second = root(link.first), root(link.second)
        group[max(first, second)] = min(first, second)
    return {rater: root(rater) for rater in group}


@dataclass(frozen=True, slots=True)
class RateLimited:
    """Why a vote must wait: more than `votes` in `window_seconds`; free again after `retry_after_seconds`."""

    votes: int
    window_seconds: float
    retry_after_seconds: float


def check_rate(
    level: Level, times: Sequence[float], now: float, parameters: Parameters = PARAMETERS
) -> RateLimited | None:
    """Return why one more vote at `now` is too many after those at `times` (seconds), or None when it is welcome."""
    numbers = parameters.brigade
    new = level in {Level.CANDIDATE, Level.NEWCOMER}
    limits = ((numbers.newcomer_hourly if new else numbers.hourly, HOUR_SECONDS), (numbers.daily, DAY_SECONDS))
    refusals = []
    for votes, window in limits:
        recent = sorted(moment for moment in times if now - moment < window)
        if len(recent) >= votes:
            refusals.append(RateLimited(votes, window, recent[-votes] + window - now))
    return max(refusals, key=lambda refusal: refusal.retry_after_seconds, default=None)
