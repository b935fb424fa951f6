"""Wall clocks and the moments they mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from publishing.errors import UnknownLocalTime
from publishing.scheduling import local_time, moment_of


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("shown", "zone", "moment"),
    [
        ("2026-11-25T07:30", "Asia/Jakarta", "2026-11-25T00:30+00:00"),
        ("2026-11-25T07:30", "Asia/Jayapura", "2026-11-24T22:30+00:00"),
        ("2026-10-25T02:30", "Europe/Amsterdam", "2026-10-25T00:30+00:00"),
    ],
)
def test_a_wall_clock_means_a_moment(shown: str, zone: str, moment: str) -> None:
    assert moment_of(local(shown), zone) == datetime.fromisoformat(moment)
    assert local_time(datetime.fromisoformat(moment), zone).replace(tzinfo=None) == local(shown)


def test_a_time_that_no_clock_shows_is_refused() -> None:
    with pytest.raises(UnknownLocalTime):
        moment_of(local("2026-03-29T02:30"), "Europe/Amsterdam")
    with pytest.raises(UnknownLocalTime):
        moment_of(datetime(2026, 1, 1, tzinfo=UTC), "Asia/Jakarta")
