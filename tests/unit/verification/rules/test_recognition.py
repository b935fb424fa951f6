"""Badges come from what others verified, and only above their borders."""

from __future__ import annotations

import pytest

from verification.rules.recognition import EVIDENCE_PIECES, TOPIC_LOW, TOPIC_VOTES, Earned, Recognition, earned
from verification.rules.reputation import accuracy


def test_nothing_is_said_before_anything_was_verified() -> None:
    assert earned(evidence_relied_on=EVIDENCE_PIECES - 1, helpful_narratives=0, topics={"health": None}) == ()


def test_evidence_counts_from_its_border_on() -> None:
    found = earned(evidence_relied_on=EVIDENCE_PIECES, helpful_narratives=1, topics={})
    assert found == (
        Earned(Recognition.EVIDENCE_RELIED_ON, EVIDENCE_PIECES),
        Earned(Recognition.HELPFUL_NARRATIVE, 1),
    )


@pytest.mark.parametrize(("right", "votes", "strong"), [(9, 9, False), (10, 10, True), (8, 10, False), (27, 30, True)])
def test_a_topic_is_a_strength_only_when_its_whole_interval_is_good(right: int, votes: int, strong: bool) -> None:
    known = accuracy(right, votes)
    assert known is not None
    assert strong == (votes >= TOPIC_VOTES and known.low >= TOPIC_LOW)
    found = earned(evidence_relied_on=0, helpful_narratives=0, topics={"health": known})
    assert found == ((Earned(Recognition.STRONG_TOPIC, votes, "health"),) if strong else ())
