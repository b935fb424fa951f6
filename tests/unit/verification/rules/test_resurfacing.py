"""The borders of a new wave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from verification.rules.parameters import PARAMETERS
from verification.rules.resurfacing import Wave, find_wave

TODAY = date(2026, 11, 24)
NUMBERS = PARAMETERS.resurfacing
LONG_AGO = TODAY - timedelta(days=400)


def days(*counts: int) -> dict[date, int]:
    """Questions a day, the last one today."""
    return {TODAY - timedelta(days=back): count for back, count in enumerate(reversed(counts)) if count}


def test_a_wave_of_an_old_answer_is_found() -> None:
    assert find_wave(days(2, 3, 5), published_on=LONG_AGO, today=TODAY) == Wave(10, 0.0)


@pytest.mark.parametrize(("count", "found"), [(NUMBERS.least - 1, False), (NUMBERS.least, True)])
def test_a_few_questions_are_no_wave(count: int, found: bool) -> None:
    assert (find_wave({TODAY: count}, published_on=LONG_AGO, today=TODAY) is not None) is found


@pytest.mark.parametrize(("age", "found"), [(NUMBERS.old_after_days - 1, False), (NUMBERS.old_after_days, True)])
def test_a_young_answer_is_still_in_its_first_wave(age: int, found: bool) -> None:
    published = TODAY - timedelta(days=age)
    assert (find_wave({TODAY: 50}, published_on=published, today=TODAY) is not None) is found


def test_what_is_always_asked_for_does_not_rise() -> None:
    steady = days(*[4] * 60)
    assert find_wave(steady, published_on=LONG_AGO, today=TODAY) is None
    doubled = {**steady, **days(*[8] * NUMBERS.window_days)}
    assert find_wave(doubled, published_on=LONG_AGO, today=TODAY) is None
    risen = {**steady, **days(*[12] * NUMBERS.window_days)}
    assert find_wave(risen, published_on=LONG_AGO, today=TODAY) == Wave(84, 28.0)


def test_a_last_wave_that_is_over_is_none() -> None:
    over = {TODAY - timedelta(days=NUMBERS.window_days): 90}
    assert find_wave(over, published_on=LONG_AGO, today=TODAY) is None


def test_questions_of_tomorrow_do_not_count() -> None:
    assert find_wave({TODAY + timedelta(days=1): 90}, published_on=LONG_AGO, today=TODAY) is None


def test_the_numbers_are_the_tables() -> None:
    strict = replace(PARAMETERS, resurfacing=replace(NUMBERS, least=100))
    assert find_wave({TODAY: 99}, published_on=LONG_AGO, today=TODAY, parameters=strict) is None
