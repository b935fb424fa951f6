"""Turns of a clock: each belongs to one moment, and the table names handlers that exist."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.handlers import HANDLERS
from app.timetable import EPOCH, TIMETABLE, Round

NIGHTLY = Round("rank_narratives", timedelta(days=1), at=timedelta(hours=19))


def test_a_turn_begins_at_its_hour_and_lasts_until_the_next() -> None:
    begins = EPOCH + timedelta(days=3, hours=19)
    assert NIGHTLY.turn(begins) == 3
    assert NIGHTLY.turn(begins - timedelta(microseconds=1)) == 2
    assert NIGHTLY.turn(begins + timedelta(days=1) - timedelta(microseconds=1)) == 3
    assert NIGHTLY.began(3) == begins


@pytest.mark.parametrize("one", TIMETABLE, ids=lambda one: one.handler)
def test_every_round_has_a_handler_and_begins_within_its_time(one: Round) -> None:
    assert one.handler in HANDLERS
    assert timedelta() <= one.at < one.every
