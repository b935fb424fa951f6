"""The order in which leaning, holds and quorum conclude, at each of its borders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from verification.rules.concluding import Outcome, Rule, conclude
from verification.rules.consensus import Hold, Leaning, Vote, new_crowd, weigh
from verification.rules.parameters import VERSION
from verification.rules.scale import Veracity

F, M, P, T, U = Veracity.FALSE, Veracity.MISLEADING, Veracity.PARTLY_TRUE, Veracity.TRUE, Veracity.UNPROVEN


def leaning(*verdicts: Veracity, every_seconds: float = 3600.0) -> Leaning:
    votes = [Vote(rater, verdict.level, at=rater * every_seconds) for rater, verdict in enumerate(verdicts)]
    return weigh(votes, {}, new_crowd(3))


def concluded(*verdicts: Veracity, signed: int = 100, every_seconds: float = 3600.0) -> tuple[Rule, Outcome, object]:
    found = conclude(verdicts, leaning(*verdicts, every_seconds=every_seconds), signed=signed)
    return found.rule, found.outcome, found.verdict


def test_a_leaning_that_may_be_shown_is_a_consensus() -> None:
    assert leaning(*[F] * 7).shown
    assert concluded(*[F] * 7) == (Rule.CONSENSUS, Outcome.CONSENSUS, F)
    assert concluded(*[T] * 7, F) == (Rule.CONSENSUS, Outcome.CONSENSUS, T)


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [([M] * 6 + [P] * 5, M), ([P] * 6 + [M] * 5, P), ([M] * 6 + [P] * 6, M)],
)
def test_the_word_for_the_middle_step_is_the_one_that_more_chose(verdicts: list[Veracity], word: Veracity) -> None:
    shown = replace(leaning(*verdicts), shown=True, level=1)
    assert conclude(verdicts, shown, signed=100).verdict is word


def test_not_proven_is_a_consensus_beside_the_axis() -> None:
    assert concluded(*[U] * 4, F)[1:] == (Outcome.CONSENSUS, U)
    assert concluded(*[U] * 4)[1:] == (Outcome.NEEDS_MORE, None)


def test_strangers_alone_put_no_case_aside_as_not_proven() -> None:
    strangers = replace(leaning(*[U] * 8), vouched=False)
    assert strangers.unproven
    assert conclude([U] * 8, strangers, signed=100).outcome is Outcome.NEEDS_MORE


def test_a_hold_keeps_the_case_open_whatever_the_votes_say() -> None:
    assert concluded(*[F] * 11, every_seconds=60.0) == (Rule.CONSENSUS, Outcome.HELD, None)
    assert concluded(*[U] * 11, every_seconds=60.0, signed=0) == (Rule.CONSENSUS, Outcome.HELD, None)
    reported = weigh([Vote(n, 0, at=n * 3600.0) for n in range(3)], {}, new_crowd(3), abuse_reported=True)
    assert conclude([F] * 3, reported, signed=0).outcome is Outcome.HELD


def test_a_released_hold_holds_no_more_and_the_others_do() -> None:
    burst = [Vote(n, 0, at=n * 60.0) for n in range(11)]
    assert weigh(burst, {}, new_crowd(3)).holds == {Hold.BURST}
    assert weigh(burst, {}, new_crowd(3), released=[Hold.BURST]).shown
    both = weigh(burst, {}, new_crowd(3), released=[Hold.BURST], abuse_reported=True)
    assert both.holds == {Hold.ABUSE_REPORT}
    assert not both.shown


def test_votes_that_were_excluded_burst_nothing() -> None:
    burst = [Vote(n, 0, at=n * 60.0, excluded=n > 2) for n in range(200)]
    assert weigh(burst, {}, new_crowd(3)).holds == frozenset()


def test_the_first_quorum_serves_until_enough_is_signed() -> None:
    assert concluded(F, F, F, signed=19) == (Rule.QUORUM, Outcome.CONSENSUS, F)
    assert concluded(F, F, F, signed=20) == (Rule.CONSENSUS, Outcome.NEEDS_MORE, None)
    assert concluded(F, F, signed=0) == (Rule.CONSENSUS, Outcome.NEEDS_MORE, None)


@pytest.mark.parametrize("signed", [0, 20])
def test_a_quorum_that_disagrees_is_a_dispute(signed: int) -> None:
    assert concluded(F, T, M, signed=signed) == (Rule.QUORUM, Outcome.DISPUTED, None)


def test_each_rule_says_by_which_numbers_it_went() -> None:
    assert (Rule.CONSENSUS.version, Rule.QUORUM.version) == (VERSION, "1")
