"""Ranking of counter-narratives: the floor, the switch, the badge, and help that crosses camps."""

from dataclasses import replace

import numpy as np
import pytest

from verification.rules.bridging import Badge, Help, HelpRating, Method, factorise, give_badge, rank
from verification.rules.parameters import PARAMETERS

NO_FLOOR = replace(PARAMETERS, bridging=replace(PARAMETERS.bridging, floor_ratings=0, sweeps=60, seeds=2))
LOVED_BY_ALL, LOVED_BY_BLUE, LOVED_BY_RED, DISLIKED = 100, 101, 102, 103


def two_camps(raters: int = 20) -> list[HelpRating]:
    """Even raters are blue, odd ones red; taste notes 0-5 split them, the named four are what is judged."""
    ratings = []
    for rater in range(raters):
        blue = rater % 2 == 0
        ratings += [HelpRating(rater, note, Help.YES if blue == (note % 2 == 0) else Help.NO) for note in range(6)]
        ratings += [
            HelpRating(rater, LOVED_BY_ALL, Help.YES),
            HelpRating(rater, LOVED_BY_BLUE, Help.YES if blue else Help.NO),
            HelpRating(rater, LOVED_BY_RED, Help.NO if blue else Help.YES),
            HelpRating(rater, DISLIKED, Help.NO),
        ]
    return ratings


def test_below_the_floor_a_smoothed_share_orders_and_nothing_gets_a_badge() -> None:
    ranking = rank([HelpRating(1, 7, Help.YES), HelpRating(2, 7, Help.SOMEWHAT), HelpRating(1, 8, Help.NO)])
    assert ranking.method is Method.SMOOTHED_SHARE
    assert ranking.missing_ratings == PARAMETERS.bridging.floor_ratings
    assert [(one.narrative, one.score, one.badge) for one in ranking.narratives] == [
        (7, pytest.approx(3.5 / 6), None),
        (8, pytest.approx(2 / 5), None),
    ]


def test_the_switch_is_at_the_floor() -> None:
    ratings = two_camps()
    numbers = replace(NO_FLOOR.bridging, floor_ratings=len(ratings))
    assert rank(ratings, parameters=replace(NO_FLOOR, bridging=numbers)).method is Method.BRIDGING
    short = rank(ratings[1:], parameters=replace(NO_FLOOR, bridging=numbers))
    assert (short.method, short.missing_ratings) == (Method.SMOOTHED_SHARE, 1)


def test_help_that_crosses_camps_comes_first() -> None:
    ranking = rank(two_camps(), parameters=NO_FLOOR)
    found = {one.narrative: one for one in ranking.narratives}
    assert ranking.narratives[0].narrative == LOVED_BY_ALL
    assert ranking.narratives[-1].narrative == DISLIKED
    assert found[LOVED_BY_ALL].badge is Badge.HELPFUL
    assert found[DISLIKED].badge is Badge.NOT_HELPFUL
    assert found[LOVED_BY_BLUE].badge is found[LOVED_BY_RED].badge is None
    assert np.sign(found[LOVED_BY_BLUE].factor or 0) == -np.sign(found[LOVED_BY_RED].factor or 0)


def test_the_order_of_ratings_does_not_matter() -> None:
    ratings = two_camps()
    forward, backward = rank(ratings, parameters=NO_FLOOR), rank(ratings[::-1], parameters=NO_FLOOR)
    for one, other in zip(forward.narratives, backward.narratives, strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-6)


def test_distrusted_and_rare_raters_do_not_count() -> None:
    brigade = [HelpRating(900 + n, note, Help.YES) for n in range(20) for note in (*range(6), DISLIKED)]
    passers_by = [HelpRating(2000 + n, DISLIKED, Help.YES) for n in range(50)]
    clean = rank(two_camps(), parameters=NO_FLOOR)
    defended = rank(two_camps() + brigade + passers_by, distrusted=range(900, 920), parameters=NO_FLOOR)
    assert defended == clean


def test_what_only_newcomers_rated_stands_in_the_middle() -> None:
    ranking = rank([*two_camps(), HelpRating(999, 500, Help.YES)], parameters=NO_FLOOR)
    (unknown,) = [one for one in ranking.narratives if one.narrative == 500]
    assert (unknown.score, unknown.ratings, unknown.intercept, unknown.badge) == (0.0, 1, None, None)


def test_nothing_rated_ranks_nothing() -> None:
    assert rank([]).narratives == ()


@pytest.mark.parametrize(
    ("intercept", "factor", "ratings", "had", "badge"),
    [
        (0.40, 0.0, 5, None, Badge.HELPFUL),
        (0.40, 0.0, 4, None, None),
        (0.399, 0.0, 5, None, None),
        (0.399, 0.0, 5, Badge.HELPFUL, Badge.HELPFUL),
        (0.389, 0.0, 5, Badge.HELPFUL, None),
        (0.60, 0.5, 5, None, None),
        (0.60, -0.499, 5, None, Badge.HELPFUL),
        (-0.05, 0.0, 5, None, None),
        (-0.051, 0.0, 5, None, Badge.NOT_HELPFUL),
        (-0.20, 0.2, 5, None, None),
        (-0.22, -0.2, 5, None, Badge.NOT_HELPFUL),
    ],
)
def test_badges_at_their_borders(
    intercept: float, factor: float, ratings: int, had: Badge | None, badge: Badge | None
) -> None:
    assert give_badge(intercept, factor, ratings, had) is badge


def test_the_fit_is_a_minimum_of_its_loss() -> None:
    """No small step from the solution lowers the stated loss: the sweeps solve what the docstring says."""
    random = np.random.default_rng(0)
    rater, narrative = random.integers(0, 12, 150), random.integers(0, 8, 150)
    value = random.choice([0.0, 0.5, 1.0], 150)
    numbers = replace(PARAMETERS.bridging, seeds=1)
    fit = factorise(rater, narrative, value, numbers)

    def loss(intercepts: np.ndarray, factors: np.ndarray) -> float:
        guess = fit.mean + fit.rater_intercepts[rater] + intercepts[narrative]
        error = value - guess - fit.rater_factors[rater] * factors[narrative]
        ridge = numbers.intercept_ridge * (fit.mean**2 + (fit.rater_intercepts**2).mean() + (intercepts**2).mean())
        ridge += numbers.factor_ridge * ((fit.rater_factors**2).mean() + (factors**2).mean())
        return float((error**2).mean() + ridge)

    assert loss(fit.intercepts, fit.factors) == pytest.approx(fit.loss)
    for _ in range(20):
        step = random.normal(0, 0.01, len(fit.intercepts))
        assert loss(fit.intercepts + step, fit.factors) > fit.loss
        assert loss(fit.intercepts, fit.factors + step) > fit.loss - 1e-6
