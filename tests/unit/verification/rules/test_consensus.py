"""The crowd's leaning: order, bounds, borders of what is shown, and every reason to hold back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.consensus import Hold, RaterRecord, Vote, gain, new_crowd, prior, weigh
from verification.rules.parameters import PARAMETERS

CROWD = new_crowd(3)
PROVEN = RaterRecord(cast=(22.0, 11.0, 22.0), right=(20.0, 9.0, 20.0), signed=55)
ALWAYS_FALSE = RaterRecord(cast=(900.0, 90.0, 90.0), right=(900.0, 0.0, 0.0), signed=1080)

votes_of_strangers = st.lists(st.sampled_from([0, 1, 2, None]), max_size=40)


def spread(*levels: int | None, start: int = 0) -> list[Vote]:
    """Votes of different raters, an hour apart."""
    return [Vote(start + n, level, at=(start + n) * 3600.0) for n, level in enumerate(levels)]


@given(votes_of_strangers, st.randoms(use_true_random=False))
def test_order_does_not_matter_in_the_last_bit(levels: list[int | None], random: object) -> None:
    votes = spread(*levels)
    records = dict.fromkeys(range(0, len(votes), 3), PROVEN)
    shuffled = list(votes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weigh(votes, records, CROWD) == weigh(shuffled, records, CROWD)


@given(votes_of_strangers)
def test_probabilities_are_probabilities(levels: list[int | None]) -> None:
    leaning = weigh(spread(*levels), {}, CROWD)
    assert sum(leaning.probabilities) == pytest.approx(1)
    assert all(0 < share < 1 for share in leaning.probabilities)
    assert leaning.effective_votes <= 10


@pytest.mark.parametrize("rho", [0.05, 0.10, 0.20])
def test_a_thousand_equal_votes_of_new_accounts_count_as_ten_at_most(rho: float) -> None:
    leaning = weigh(spread(*[0] * 1000), {}, replace(CROWD, rho=rho))
    assert leaning.votes == 1000
    assert leaning.effective_votes <= 10
    ten_proven = weigh(spread(*[0] * 10), dict.fromkeys(range(10), PROVEN), replace(CROWD, rho=0.0))
    assert leaning.probability < ten_proven.probability


def test_no_votes_lean_nowhere() -> None:
    leaning = weigh([], {}, CROWD)
    assert leaning.probabilities == pytest.approx((1 / 3,) * 3)
    assert leaning.level is None
    assert not leaning.shown


def test_a_tie_never_defaults_to_false() -> None:
    assert weigh(spread(0, 2), {}, CROWD).level is None
    assert weigh(spread(0, 2, 0), {}, CROWD).level == 0
    assert weigh(spread(0, 2, 2), {}, CROWD).level == 2


def test_always_the_same_answer_earns_nothing() -> None:
    assert gain(ALWAYS_FALSE, CROWD) < 0.1
    # Judged over all votes he would be right five times in six.
    assert sum(ALWAYS_FALSE.right) / sum(ALWAYS_FALSE.cast) > 0.8
    assert gain(None, CROWD) == pytest.approx(1)
    assert 1 < gain(PROVEN, CROWD) <= PARAMETERS.consensus.gain_cap


def test_gain_is_never_negative() -> None:
    liar = RaterRecord(cast=(90.0, 9.0, 90.0), right=(0.0, 0.0, 0.0), signed=99)
    assert gain(liar, CROWD) == 0
    # A known liar moves nothing: not even to the contrary of what he says.
    assert weigh([Vote(1, 0)], {1: liar}, CROWD).probabilities == pytest.approx((1 / 3,) * 3)


def test_a_vote_never_counts_against_what_it_says() -> None:
    confused = replace(CROWD, pool=((5.0, 5.0, 90.0), (30.0, 40.0, 30.0), (90.0, 5.0, 5.0)))
    assert weigh(spread(0), {}, confused).probabilities == pytest.approx(prior(confused))


def test_a_rare_truth_keeps_a_floor() -> None:
    assert prior(replace(CROWD, classes=(1000.0, 1.0, 1.0))) == pytest.approx((2 / 3, 1 / 6, 1 / 6))


def test_unproven_and_changed_votes_weigh_half() -> None:
    assert weigh([Vote(1, 0)], {}, CROWD).weight == 0.5
    assert weigh([Vote(1, 0)], {1: replace(PROVEN, signed=4)}, CROWD).weight == 0.5
    assert weigh([Vote(1, 0)], {1: replace(PROVEN, signed=5)}, CROWD).weight == 1.0
    assert weigh([Vote(1, 0, blind=False)], {1: PROVEN}, CROWD).weight == 0.5


def test_linked_accounts_are_one_voter_and_excluded_ones_none() -> None:
    ring = [Vote(n, 0, at=n * 3600.0, link="ring") for n in range(10)]
    assert weigh(ring, {}, CROWD).weight == pytest.approx(0.5)
    half_out = [replace(vote, excluded=vote.rater >= 5) for vote in ring]
    assert weigh(half_out, {}, CROWD).weight == pytest.approx(0.5)
    nobody = weigh([replace(vote, excluded=True) for vote in ring], {}, CROWD)
    assert (nobody.weight, nobody.votes, nobody.level) == (0, 0, None)


def test_shown_from_five_voices_and_three_votes_of_weight() -> None:
    assert not weigh(spread(*[0] * 4), dict.fromkeys(range(4), PROVEN), CROWD).shown
    assert weigh(spread(*[0] * 5), dict.fromkeys(range(5), PROVEN), CROWD).shown
    # Five strangers are five voices with 2.5 votes of weight; six reach three.
    sharp = replace(CROWD, pool=((98.0, 1.0, 1.0), (1.0, 98.0, 1.0), (1.0, 1.0, 98.0)))
    assert not weigh(spread(*[0] * 5), {}, sharp).shown
    assert weigh(spread(*[0] * 6), {}, sharp).shown


def test_shown_at_eighty_and_withdrawn_below_seventy_five() -> None:
    records = dict.fromkeys(range(40), PROVEN)
    seen = set()
    for against in range(16):
        votes = spread(*[0] * 15, *[2] * against)
        fresh, kept = weigh(votes, records, CROWD), weigh(votes, records, CROWD, was_shown=True)
        assert fresh.shown == (fresh.probability >= 0.80)
        assert kept.shown == (kept.probability >= 0.75)
        seen.add((fresh.shown, kept.shown))
    assert {(True, True), (False, False)} <= seen


def test_a_shown_leaning_stays_between_the_borders() -> None:
    numbers = replace(PARAMETERS.leaning, show_from=1.0)
    strict = replace(PARAMETERS, leaning=numbers)
    votes, records = spread(*[0] * 9), dict.fromkeys(range(9), PROVEN)
    assert not weigh(votes, records, CROWD, parameters=strict).shown
    assert weigh(votes, records, CROWD, was_shown=True, parameters=strict).shown


def test_a_low_rho_makes_nothing_bolder() -> None:
    """What is shown follows the tuned rho even where the crowd's own is lower; the probability follows the crowd."""
    cautious, bold = replace(CROWD, rho=0.10), replace(CROWD, rho=0.0)
    records = dict.fromkeys(range(60), PROVEN)
    differed = False
    for against in range(30):
        votes = spread(*[0] * 30, *[2] * against)
        ours, theirs = weigh(votes, records, cautious), weigh(votes, records, bold)
        assert ours.shown == theirs.shown
        differed = differed or (theirs.probability >= 0.80 > ours.probability)
    assert differed


def test_proven_raters_who_disagree_keep_it_back() -> None:
    proven = dict.fromkeys(range(3), PROVEN)
    crowd_says_false = spread(2, 2, 2, *[0] * 60)
    numbers = replace(PARAMETERS, leaning=replace(PARAMETERS.leaning, show_from=0.4))
    assert weigh(crowd_says_false, {}, CROWD, parameters=numbers).shown
    against = weigh(crowd_says_false, proven, replace(CROWD, rho=0.0), parameters=numbers)
    two_only = weigh(crowd_says_false[1:], proven, replace(CROWD, rho=0.0), parameters=numbers)
    assert against.level == two_only.level == 0
    assert (against.shown, two_only.shown) == (False, True)


def test_once_a_house_has_learned_strangers_alone_show_no_leaning() -> None:
    learned = replace(CROWD, signed=PARAMETERS.leaning.cold_start_signed)
    votes = spread(*[0] * 9)
    assert weigh(votes, {}, replace(CROWD, signed=learned.signed - 1)).shown
    assert not weigh(votes, {}, learned).shown
    two, three = dict.fromkeys(range(2), PROVEN), dict.fromkeys(range(3), PROVEN)
    assert not weigh(votes, two, learned, was_shown=True).vouched
    assert weigh(votes, three, learned).shown
    # Three proven accounts that vote as one are one voter, and an excluded one is none.
    ring = [replace(vote, link="ring" if vote.rater < 3 else None) for vote in votes]
    assert not weigh(ring, three, learned).vouched
    assert not weigh([replace(vote, excluded=vote.rater == 0) for vote in votes], three, learned).vouched


def test_not_proven_from_five_votes_and_half_the_weight() -> None:
    assert not weigh(spread(None, None, None, None), {}, CROWD).unproven
    assert weigh(spread(None, None, None, 0, 0), {}, CROWD).unproven
    assert weigh(spread(None, None, None, 0, 0, 0), {}, CROWD).unproven
    assert not weigh(spread(None, None, 0, 0, 0), {}, CROWD).unproven
    six = weigh(spread(*[None] * 6, *[0] * 6), {}, CROWD)
    assert six.unproven
    assert not six.shown


def test_not_proven_is_not_said_over_the_heads_of_three_proven_raters() -> None:
    strangers_doubt = spread(0, 0, 0, *[None] * 10)
    assert weigh(strangers_doubt, dict.fromkeys(range(2), PROVEN), CROWD).vouched
    against = weigh(strangers_doubt, dict.fromkeys(range(3), PROVEN), CROWD)
    assert (against.unproven, against.vouched) == (True, False)
    assert weigh(strangers_doubt, dict.fromkeys(range(6), PROVEN), CROWD).vouched


def test_hold_for_unusual_turnout_only_with_history() -> None:
    votes = spread(*[0] * 26)
    assert weigh(votes, {}, replace(CROWD, turnouts=(10,) * 8)).holds == {Hold.UNUSUAL_TURNOUT}
    assert not weigh(votes[:25], {}, replace(CROWD, turnouts=(10,) * 8)).holds
    assert not weigh(votes, {}, replace(CROWD, turnouts=(10,) * 7)).holds


def test_hold_for_a_burst_of_more_than_ten_in_twenty_minutes() -> None:
    eleven = [Vote(n, 0, at=n * 120.0) for n in range(11)]
    assert weigh(eleven, {}, CROWD).holds == {Hold.BURST}
    assert not weigh(eleven[:10], {}, CROWD).holds
    assert not weigh([replace(vote, at=vote.at * 1.01) for vote in eleven], {}, CROWD).holds


def test_hold_for_a_linked_group_of_more_than_a_third() -> None:
    votes = [replace(vote, link="ring" if vote.rater < 3 else None) for vote in spread(*[0] * 9)]
    assert not weigh(votes, {}, CROWD).holds
    assert weigh(votes[:8], {}, CROWD).holds == {Hold.LINKED_GROUP}
    # Once they are excluded they hold nobody up any more.
    assert not weigh([replace(v, excluded=v.link is not None) for v in votes[:8]], {}, CROWD).holds


def test_an_abuse_report_holds() -> None:
    leaning = weigh(spread(*[0] * 5), dict.fromkeys(range(5), PROVEN), CROWD, abuse_reported=True)
    assert leaning.holds == {Hold.ABUSE_REPORT}
    assert not leaning.shown
