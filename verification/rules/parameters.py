"""Every number that judges, in one versioned table: value, unit and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

VERSION = "2026.2"
"""Changes with any value below; decisions keep it, so that each can be explained by the numbers of its day."""

_SECONDS = "seconds"


def _number(default: Any, unit: str, source: str) -> Any:
    return field(default=default, metadata={"unit": unit, "source": source})


@dataclass(frozen=True, slots=True)
class ConsensusNumbers:
    """Online Bayes taught by sign-off (CONSENSUS §5b)."""

    pool_prior: float = _number(50.0, "votes a verdict", "CONSENSUS §5b, a0")
    pool_prior_accuracy: float = _number(0.62, "share right, 0-1", "CONSENSUS §5b, acc0; one lay vote is .60-.73")
    class_prior: float = _number(20.0, "signed claims a verdict", "CONSENSUS §5b, cls0")
    class_floor: float = _number(0.25, "share of the largest class", "CONSENSUS §5b: each >= max/4")
    gain_prior: float = _number(4.0, "signed votes a verdict", "CONSENSUS §5b, n0")
    gain_cap: float = _number(3.0, "times an average rater", "CONSENSUS §5b, clip(0, 3)")
    reference_margin: float = _number(0.05, "share right above chance", "CONSENSUS §5b, 1/K + .05")
    pull_cap: float = _number(1.5, "natural log-odds a vote", "CONSENSUS §5b, clip to +-1.5")
    rho: float = _number(0.10, "correlation between votes", "CONSENSUS §5b, design effect")
    rho_choices: tuple[float, ...] = _number(
        (0.05, 0.0625, 0.08, 0.10, 0.125, 0.16, 0.20), "correlation between votes", "CONSENSUS §5b, refit range"
    )
    rho_prior_spread: float = _number(0.5, "natural log", "docs/consensus.md; CONSENSUS §5b refits every 200 claims")
    unproven_rater_weight: float = _number(0.5, "votes", "CONSENSUS §5b, w while n_r < 5")
    proven_after: int = _number(5, "signed votes", "CONSENSUS §5b, n_r >= 5")
    unblind_weight: float = _number(0.5, "votes", "own choice: a change of mind counts, an echo must not count in full")
    contested_from: float = _number(0.30, "share of votes wrong", "CONSENSUS §5b")
    contested_factor: float = _number(6.0, "times", "docs/consensus.md; CONSENSUS §5b has 3")
    pool_votes_a_claim: float = _number(10.0, "votes", "CONSENSUS §5b, min(1, 10/n)")
    gold_weight: float = _number(1.0, "votes", "CONSENSUS §5c: gold votes enter C_r with m = 1")
    unproven_share: float = _number(0.5, "share of weight", "CONSENSUS §5b, BELUM_TERBUKTI")
    unproven_votes: int = _number(5, "votes", "CONSENSUS §5b, BELUM_TERBUKTI")


@dataclass(frozen=True, slots=True)
class LeaningNumbers:
    """When a leaning is shown, and when it is held back (CONSENSUS §5, decision rule)."""

    voices: float = _number(5.0, "voices (Kish)", "CONSENSUS §5, n_eff >= 5")
    weight: float = _number(3.0, "votes", "CONSENSUS §5, sum w >= 3")
    show_from: float = _number(0.80, "probability", "CONSENSUS §5")
    withdraw_below: float = _number(0.75, "probability", "CONSENSUS §5")
    proven_raters: int = _number(3, "raters", "CONSENSUS §5: if >= 3 proven")
    proven_needed: int = _number(
        3, "raters", "docs/consensus.md: once a house has learned, strangers alone show no leaning"
    )
    turnout_factor: float = _number(2.5, "times the median turnout", "CONSENSUS §5, hold")
    turnout_claims: int = _number(8, "signed claims", "CONSENSUS §5, hold: >= 8 of them")
    turnout_window: int = _number(50, "signed claims", "own choice: recent enough to follow growth")
    burst_votes: int = _number(10, "votes", "CONSENSUS §5, hold: more than 10 in 20 min")
    burst_seconds: float = _number(1200.0, _SECONDS, "CONSENSUS §5, hold: 20 min")
    linked_share: float = _number(1 / 3, "share of weight", "CONSENSUS §5, hold")
    cold_start_signed: int = _number(
        20, "signed claims", "ADR 0010: below, a quorum also makes a provisional consensus"
    )
    release_votes: int = _number(10, "votes", "own choice: a released hold holds again after one more burst")


@dataclass(frozen=True, slots=True)
class ReputationNumbers:
    """Gold questions, levels and decay (CONSENSUS §5c)."""

    gold_levels: tuple[int, ...] = _number((0, 0, 2, 2, 1), "steps of the axis", "CONSENSUS §5c")
    gold_pass: int = _number(4, "right answers", "CONSENSUS §5c: pass 4 of 5")
    gold_retry_seconds: float = _number(86_400.0, _SECONDS, "CONSENSUS §5c: after 24 h, with others")
    hidden_gold_every: int = _number(15, "ballots", "CONSENSUS §5c: 1 in 15")
    volunteer_signed: int = _number(5, "signed votes", "CONSENSUS §5c, relawan")
    trusted_signed: int = _number(20, "signed votes", "CONSENSUS §5c, tepercaya")
    trusted_gain: float = _number(1.0, "times an average rater", "CONSENSUS §5c, tepercaya")
    trusted_age_seconds: float = _number(4 * 86_400.0, _SECONDS, "CONSENSUS §5c: account >= 4 days")
    trusted_actions: int = _number(10, "actions", "CONSENSUS §5c")
    drafts_remembered: int = _number(5, "drafts", "CONSENSUS §5c: 3 of the last 5")
    drafts_rejected: int = _number(3, "rejected drafts", "CONSENSUS §5c: 3 of the last 5")
    half_life_seconds: float = _number(180 * 86_400.0, _SECONDS, "CONSENSUS §5c: halve every 180 days")
    interval_z: float = _number(1.96, "standard errors", "Wilson 1927, 95 % interval")


@dataclass(frozen=True, slots=True)
class BrigadeNumbers:
    """Links between accounts and limits on voting (CONSENSUS §3.4 and §5d)."""

    window_seconds: float = _number(1200.0, _SECONDS, "CONSENSUS §3.4: 20 min")
    shared_claims: int = _number(5, "claims", "CONSENSUS §3.4: >= 5 shared")
    shared_share: float = _number(0.4, "share of the smaller history", "CONSENSUS §3.4")
    newcomer_hourly: int = _number(10, "votes", "CONSENSUS §5d, baru")
    hourly: int = _number(40, "votes", "CONSENSUS §5d")
    daily: int = _number(150, "votes", "CONSENSUS §5d")


@dataclass(frozen=True, slots=True)
class TriageNumbers:
    """What makes a case urgent. Points add up to 100; the weights are judgement until staff's choices teach better."""

    demand_points: float = _number(20.0, "points", "own choice; Community Notes and Check rank by requests first")
    demand_full: int = _number(64, "reports", "own choice: doubles six times from one")
    velocity_points: float = _number(15.0, "points", "own choice")
    velocity_window_seconds: float = _number(6 * 3600.0, _SECONDS, "own choice: a forward's first wave")
    velocity_full: float = _number(10.0, "reports in the window", "own choice")
    reach_points: float = _number(15.0, "points", "own choice; PEERS §3.5: low reach, do not amplify")
    reach_full: int = _number(1_000_000, "people", "own choice")
    harm_points: float = _number(25.0, "points", "own choice; PEERS §3.5")
    harm_health: float = _number(1.0, "share of harm points", "own choice: lives")
    harm_disaster: float = _number(1.0, "share of harm points", "own choice: lives, within hours")
    harm_election: float = _number(0.8, "share of harm points", "own choice")
    harm_money: float = _number(0.8, "share of harm points", "own choice: a fourth of typed TurnBackHoax items")
    age_points: float = _number(10.0, "points", "own choice: nobody waits for ever")
    age_full_seconds: float = _number(72 * 3600.0, _SECONDS, "own choice")
    near_consensus_points: float = _number(10.0, "points", "own choice: one more ballot finishes it")
    near_consensus_full: int = _number(3, "missing votes", "own choice")
    similarity_points: float = _number(5.0, "points", "own choice: a known hoax in new clothes is quick to answer")
    similarity_from: float = _number(0.75, "calibrated score, 0-1", "PEERS §2.1: Check suggests from .75")


@dataclass(frozen=True, slots=True)
class QueueNumbers:
    """How cases are given out (CONSENSUS §5d)."""

    random_ballot_share: float = _number(0.5, "share of ballots", "CONSENSUS §5d: an attacker cannot pick")
    choices_ahead: int = _number(3, "cases", "own choice: so many may be chosen before the lot has to catch up")
    own_topic_points: float = _number(15.0, "points", "own choice: who knows a topic judges it faster")


@dataclass(frozen=True, slots=True)
class ResurfacingNumbers:
    """When an old answer is asked for so much that it is worth sharing again."""

    window_days: int = _number(7, "days", "own choice: a forward's second life is seen within a week")
    windows_before: int = _number(4, "windows", "own choice: a month says what is usual")
    old_after_days: int = _number(30, "days", "own choice: before that it is still the first wave")
    least: int = _number(10, "questions", "own choice: a class that tries Saring out is no wave")
    factor: float = _number(3.0, "times the usual", "own choice, tested at its borders")
    spread: float = _number(3.0, "square roots of the usual", "Poisson counts: one in a thousand by chance")
    quiet_days: int = _number(14, "days", "own choice: after somebody has dealt with it")


@dataclass(frozen=True, slots=True)
class BridgingNumbers:
    """Ranking of counter-narratives across camps (CONSENSUS §4 and §5e)."""

    floor_ratings: int = _number(2_000, "ratings", "CONSENSUS §5e")
    intercept_ridge: float = _number(0.15, "lambda, mean form", "CONSENSUS §4, Community Notes")
    factor_ridge: float = _number(0.03, "lambda, mean form", "CONSENSUS §4, Community Notes")
    sweeps: int = _number(400, "ridge sweeps", "CONSENSUS §5e")
    seeds: int = _number(5, "random starts", "CONSENSUS §5e")
    rater_ratings: int = _number(5, "ratings", "CONSENSUS §5e")
    badge_ratings: int = _number(5, "ratings", "CONSENSUS §5e")
    helpful_from: float = _number(0.40, "intercept", "CONSENSUS §5e")
    helpful_until: float = _number(0.39, "intercept", "CONSENSUS §5e, inertia .01")
    helpful_factor: float = _number(0.5, "absolute factor", "CONSENSUS §5e")
    unhelpful_intercept: float = _number(-0.05, "intercept", "CONSENSUS §5e")
    unhelpful_slope: float = _number(-0.8, "intercept a factor", "CONSENSUS §5e")


@dataclass(frozen=True, slots=True)
class SignOffNumbers:
    """The agency's verdict (CONSENSUS §5, verdict)."""

    lock_seconds: float = _number(14 * 86_400.0, _SECONDS, "CONSENSUS §5: lock 14 days after sign-off")
    reopening_verifiers: int = _number(2, "verifiers", "CONSENSUS §5")
    export_delay_seconds: float = _number(48 * 3600.0, _SECONDS, "CONSENSUS §5d: public export, 48 h late")


@dataclass(frozen=True, slots=True)
class WritingNumbers:
    """What the linter of counter-narratives asks for."""

    lix_indonesian: float = _number(60.0, "LIX", "75th percentile of 2,265 Indonesian fact-checks (docs/consensus.md)")
    lix_english: float = _number(50.0, "LIX", "Björnsson 1968: difficult from 50")
    lix_words: int = _number(30, "words", "own choice: a measure of fewer words is noise")
    sentence_words: int = _number(25, "words", "own choice: plain-language advice is 15-25")
    myth_overlap: float = _number(0.6, "share of the myth's content words", "own choice, tested on written examples")
    myth_repeats: int = _number(1, "times", "Debunking Handbook 2020: state the myth once")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The whole table."""

    consensus: ConsensusNumbers = ConsensusNumbers()
    leaning: LeaningNumbers = LeaningNumbers()
    reputation: ReputationNumbers = ReputationNumbers()
    brigade: BrigadeNumbers = BrigadeNumbers()
    sign_off: SignOffNumbers = SignOffNumbers()
    triage: TriageNumbers = TriageNumbers()
    queue: QueueNumbers = QueueNumbers()
    resurfacing: ResurfacingNumbers = ResurfacingNumbers()
    bridging: BridgingNumbers = BridgingNumbers()
    writing: WritingNumbers = WritingNumbers()


PARAMETERS = Parameters()


@dataclass(frozen=True, slots=True)
class Row:
    """One number as the public page shows it."""

    group: str
    name: str
    value: Any
    unit: str
    source: str


def rows(parameters: Parameters = PARAMETERS) -> Iterator[Row]:
    """Yield every number of the table, group by group, in the order in which it is written."""
    for group in fields(parameters):
        numbers = getattr(parameters, group.name)
        for number in fields(numbers):
            yield Row(group.name, number.name, getattr(numbers, number.name), **number.metadata)
