"""Levels, gold questions, credit and accuracy, at every border."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.reputation import (
    Circumstances,
    GoldQuestion,
    Level,
    NoCredit,
    Right,
    Standing,
    accuracy,
    hidden_gold_number,
    is_hidden_gold,
    judge_gold,
    level_of,
    may_draft,
    next_level,
    no_credit,
    pick_gold,
    pick_hidden,
    rights_of,
)
from verification.rules.scale import Veracity

DAY = 86_400.0
TRUSTED = Standing(gold_passed=True, signed=20, gain=1.0, account_age_seconds=4 * DAY, actions=10)
SECRET = b"a secret of the tests"


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, Level.TRUSTED),
        ({"signed": 19}, Level.VOLUNTEER),
        ({"gain": 0.999}, Level.VOLUNTEER),
        ({"account_age_seconds": 4 * DAY - 1}, Level.VOLUNTEER),
        ({"actions": 9}, Level.VOLUNTEER),
        ({"signed": 5}, Level.VOLUNTEER),
        ({"signed": 4}, Level.NEWCOMER),
        ({"gold_passed": False}, Level.CANDIDATE),
        ({"gold_passed": False, "appointed": True}, Level.VERIFIER),
    ],
)
def test_levels(change: dict[str, object], level: Level) -> None:
    assert level_of(replace(TRUSTED, **change)) is level  # type: ignore[arg-type]


def test_a_candidate_judges_nothing_and_only_the_trusted_draft() -> None:
    assert rights_of(Level.CANDIDATE) == frozenset()
    assert [level for level in Level if Right.JUDGE not in rights_of(level)] == [Level.CANDIDATE]
    assert [level for level in Level if Right.DRAFT in rights_of(level)] == [Level.TRUSTED, Level.VERIFIER]


@pytest.mark.parametrize("level", [Level.CANDIDATE, Level.NEWCOMER, Level.VOLUNTEER])
def test_who_meets_every_condition_of_the_next_level_is_there(level: Level) -> None:
    start = {
        Level.CANDIDATE: Standing(gold_passed=False, signed=0, gain=1.0, account_age_seconds=0, actions=0),
        Level.NEWCOMER: replace(TRUSTED, signed=0),
        Level.VOLUNTEER: replace(TRUSTED, signed=5, gain=0.2, account_age_seconds=1.0, actions=0),
    }[level]
    assert level_of(start) is level
    found = next_level(start)
    assert found is not None
    target, steps = found
    assert not all(step.met for step in steps)
    fields = {"entrance": "gold_passed", "age": "account_age_seconds"}
    met = replace(start, **{fields.get(step.unit, step.unit): step.wanted for step in steps})
    assert level_of(met) is target


def test_there_is_nothing_to_earn_beyond_trust() -> None:
    assert next_level(TRUSTED) is None
    assert next_level(replace(TRUSTED, appointed=True)) is None


@pytest.mark.parametrize(
    ("level", "accepted", "allowed"),
    [
        (Level.TRUSTED, [], True),
        (Level.TRUSTED, [False, False, True, True, True], True),
        (Level.TRUSTED, [False, False, False, True, True], False),
        (Level.TRUSTED, [False, False, False, True, True, True], True),
        (Level.VOLUNTEER, [], False),
        (Level.VERIFIER, [False] * 5, True),
    ],
)
def test_drafting_is_locked_when_three_of_the_last_five_were_rejected(
    level: Level, accepted: list[bool], allowed: bool
) -> None:
    assert may_draft(level, accepted) is allowed


@pytest.mark.parametrize(
    ("circumstances", "reason"),
    [
        (Circumstances(own=False, saw_tally=False, after_sign_off=False), None),
        (Circumstances(own=True, saw_tally=False, after_sign_off=False), NoCredit.OWN_CLAIM),
        (Circumstances(own=False, saw_tally=True, after_sign_off=False), NoCredit.SAW_TALLY),
        (Circumstances(own=False, saw_tally=True, after_sign_off=True), NoCredit.AFTER_SIGN_OFF),
        (Circumstances(own=True, saw_tally=True, after_sign_off=True, excluded=True), NoCredit.EXCLUDED),
    ],
)
def test_credit(circumstances: Circumstances, reason: NoCredit | None) -> None:
    assert no_credit(circumstances) is reason


def test_four_of_five_gold_questions_pass() -> None:
    four = judge_gold([(0, 0), (0, 0), (2, 2), (2, 2), (1, 0)], at=100.0)
    assert (four.passed, four.right, four.retry_at) == (True, 4, None)
    three = judge_gold([(0, 0), (0, 0), (2, 2), (2, None), (1, 0)], at=100.0)
    assert (three.passed, three.right, three.retry_at) == (False, 3, 100.0 + DAY)
    assert not judge_gold([(0, 0)] * 4, at=0.0).passed


VERDICTS = [Veracity.FALSE] * 8 + [Veracity.TRUE] * 8 + [Veracity.MISLEADING, Veracity.PARTLY_TRUE] * 2
STOCK = [GoldQuestion(f"question-{n}", verdict) for n, verdict in enumerate(VERDICTS)]


def test_the_entrance_has_the_right_mixture_and_new_questions_the_second_time() -> None:
    first = pick_gold(STOCK, frozenset(), person_id=7, secret=SECRET)
    assert sorted(question.level for question in first) == [0, 0, 1, 2, 2]
    assert first == pick_gold(STOCK[::-1], frozenset(), person_id=7, secret=SECRET)
    second = pick_gold(STOCK, frozenset(question.key for question in first), person_id=7, secret=SECRET)
    assert not set(first) & set(second)
    assert first != pick_gold(STOCK, frozenset(), person_id=8, secret=SECRET)


def test_the_entrance_is_short_where_the_stock_runs_out() -> None:
    assert len(pick_gold(STOCK[:1], frozenset(), person_id=7, secret=SECRET)) == 1


@given(st.integers(1, 10**6), st.integers(0, 50))
def test_one_hidden_gold_in_every_fifteen_ballots(person: int, block: int) -> None:
    ballots = range(block * 15, block * 15 + 15)
    assert sum(is_hidden_gold(n, person_id=person, secret=SECRET) for n in ballots) == 1


@given(st.integers(1, 10_000), st.integers(0, 300))
def test_the_next_hidden_gold_is_less_than_two_blocks_away(person: int, ballot: int) -> None:
    number = hidden_gold_number(ballot, person_id=person, secret=SECRET)
    assert ballot <= number < ballot + 2 * 15
    assert [n for n in range(ballot, number + 1) if is_hidden_gold(n, person_id=person, secret=SECRET)] == [number]


def test_a_hidden_question_is_one_that_was_not_seen() -> None:
    stock = [GoldQuestion(f"case-{number}", Veracity.FALSE) for number in range(6)]
    seen = {question.key for question in stock[:4]}
    asked = {pick_hidden(stock, frozenset(seen), person_id=p, number=3, secret=SECRET) for p in range(40)}
    assert asked == set(stock[4:])
    assert pick_hidden(stock, frozenset(q.key for q in stock), person_id=1, number=3, secret=SECRET) is None


def test_hidden_gold_cannot_be_counted_out() -> None:
    places = {
        next(n % 15 for n in range(block * 15, block * 15 + 15) if is_hidden_gold(n, person_id=3, secret=SECRET))
        for block in range(60)
    }
    assert len(places) > 10


@given(st.integers(1, 500).flatmap(lambda votes: st.tuples(st.integers(0, votes), st.just(votes))))
def test_accuracy_lies_within_its_interval(pair: tuple[int, int]) -> None:
    found = accuracy(*pair)
    assert found is not None
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1


def test_accuracy_is_wilson_and_silent_without_votes() -> None:
    assert accuracy(0, 0) is None
    eight = accuracy(8, 10)
    assert eight is not None
    assert (round(eight.low, 3), round(eight.high, 3)) == (0.490, 0.943)
