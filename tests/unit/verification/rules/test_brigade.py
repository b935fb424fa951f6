"""Coordinated voting: links, groups, bursts and limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.brigade import CastVote, Link, busiest_window, check_rate, find_links, group_links
from verification.rules.reputation import Level

HOUR, DAY = 3600.0, 86_400.0


@given(st.lists(st.floats(0, 1e6), max_size=60), st.floats(1, 1e5))
def test_busiest_window_is_the_brute_force_answer(times: list[float], seconds: float) -> None:
    brute = max((sum(0 <= other - start <= seconds for other in times) for start in times), default=0)
    assert busiest_window(times, seconds) == brute


def together(claims: int, *, gap: float = 60.0, second_level: int = 0, alone: int = 0) -> list[CastVote]:
    """Two raters on `claims` claims `gap` seconds apart, and `alone` further claims each on their own."""
    votes = []
    for claim in range(claims):
        votes += [CastVote(1, claim, 0, claim * DAY), CastVote(2, claim, second_level, claim * DAY + gap)]
    for extra in range(alone):
        votes += [CastVote(rater, f"{rater}-{extra}", 0, extra * HOUR) for rater in (1, 2)]
    return votes


@pytest.mark.parametrize(
    ("votes", "linked"),
    [
        (together(5), True),
        (together(4), False),
        (together(5, gap=1200.0), True),
        (together(5, gap=1201.0), False),
        (together(5, second_level=2), False),
        (together(6, alone=9), True),
        (together(6, alone=10), False),
    ],
)
def test_links_at_their_borders(votes: list[CastVote], linked: bool) -> None:
    assert bool(find_links(votes)) is linked


def test_a_link_says_what_staff_must_see() -> None:
    assert find_links(together(6, alone=4)) == (Link(1, 2, 6, 0.6),)


def test_groups_are_everybody_reachable() -> None:
    links = [Link(4, 5, 5, 1.0), Link(2, 4, 5, 1.0), Link(8, 9, 5, 1.0)]
    assert group_links(links) == {2: 2, 4: 2, 5: 2, 8: 8, 9: 8}
    assert group_links([]) == {}


@pytest.mark.parametrize(
    ("level", "count", "every", "refused"),
    [
        (Level.NEWCOMER, 9, 60.0, None),
        (Level.NEWCOMER, 10, 60.0, HOUR),
        (Level.VOLUNTEER, 39, 60.0, None),
        (Level.VOLUNTEER, 40, 60.0, HOUR),
        (Level.TRUSTED, 149, 500.0, None),
        (Level.TRUSTED, 150, 500.0, DAY),
    ],
)
def test_limits_by_level(level: Level, count: int, every: float, refused: float | None) -> None:
    now = 1e9
    found = check_rate(level, [now - n * every for n in range(count)], now)
    assert (found.window_seconds if found else None) == refused


def test_a_limit_says_when_it_ends() -> None:
    now = 1e9
    found = check_rate(Level.NEWCOMER, [now - 600 - n for n in range(10)], now)
    assert found is not None
    assert found.retry_after_seconds == HOUR - 609
    later = now + found.retry_after_seconds
    assert check_rate(Level.NEWCOMER, [now - 600 - n for n in range(10)], later) is None
