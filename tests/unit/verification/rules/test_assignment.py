"""Choice and lot at their borders."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.assignment import draw, may_choose
from verification.rules.parameters import PARAMETERS

AHEAD = PARAMETERS.queue.choices_ahead


def test_choices_may_run_ahead_and_no_further() -> None:
    assert may_choose(by_lot=0, chosen=AHEAD - 1)
    assert not may_choose(by_lot=0, chosen=AHEAD)
    assert may_choose(by_lot=1, chosen=AHEAD)
    assert not may_choose(by_lot=1, chosen=AHEAD + 1)


@given(st.lists(st.booleans(), min_size=20, max_size=200))
def test_in_the_long_run_half_come_by_lot_whatever_one_wishes(wishes: list[bool]) -> None:
    by_lot = chosen = 0
    for wishes_to_choose in wishes:
        if wishes_to_choose and may_choose(by_lot=by_lot, chosen=chosen):
            chosen += 1
        else:
            by_lot += 1
    assert chosen <= by_lot + AHEAD


def test_each_place_is_drawn_as_often_as_its_weight_says() -> None:
    drawn = Counter(draw([1.0, 3.0], number / 1000) for number in range(1000))
    assert drawn == {0: 250, 1: 750}


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=50), st.floats(0, 1, exclude_max=True))
def test_a_draw_always_names_a_place(weights: list[float], chance: float) -> None:
    assert 0 <= draw(weights, chance) < len(weights)


def test_nothing_can_be_drawn_from_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        draw([], 0.5)
