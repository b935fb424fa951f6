"""What a correction or a withdrawal does, by what a network allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publishing.channels.registry import KINDS
from publishing.corrections import plan
from publishing.engagement import WATCHED_FOR, next_count

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FRESH, OLD = NOW - timedelta(hours=1), NOW - timedelta(days=3)

CORRECTIONS = {
    "bluesky": ["correct reply", "publish post"],
    "mastodon": ["correct edit"],
    "telegram": ["correct edit"],
    "x": ["correct reply", "publish post"],
    "facebook": ["correct edit"],
    "instagram": ["correct reply", "publish post"],
    "threads": ["correct reply", "publish post"],
    "whatsapp": ["correct post"],
    "webhook": ["correct edit"],
    "feed": ["correct edit"],
}
RETRACTIONS = {
    "bluesky": ["retract delete", "notice post"],
    "mastodon": ["retract delete", "notice post"],
    "telegram": ["retract delete", "notice post"],
    "x": ["retract delete", "notice post"],
    "facebook": ["retract delete", "notice post"],
    "instagram": ["retract reply", "notice post"],
    "threads": ["retract delete", "notice post"],
    "whatsapp": ["retract post"],
    "webhook": ["retract delete"],
    "feed": ["retract delete", "notice post"],
}


def planned(kind: str, *, retracted: bool, posted_at: datetime = FRESH) -> list[str]:
    steps = plan(KINDS[kind].capabilities, posted_at=posted_at, now=NOW, retracted=retracted)
    return [f"{step.op} {step.act}" for step in steps]


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_network_is_corrected_in_sight_of_its_readers(kind: str) -> None:
    assert planned(kind, retracted=False) == CORRECTIONS[kind]
    assert planned(kind, retracted=True) == RETRACTIONS[kind]


def test_what_is_too_old_to_delete_is_marked_as_withdrawn() -> None:
    assert planned("telegram", retracted=True, posted_at=OLD) == ["retract edit"]


def test_a_network_that_allows_nothing_still_gets_the_news() -> None:
    bare = replace(KINDS["telegram"].capabilities, edit=False, delete=False, reply=False)
    steps = plan(bare, posted_at=OLD, now=NOW, retracted=True)
    assert [f"{step.op} {step.act}" for step in steps] == ["notice post"]


def test_counting_slows_down_and_ends_after_thirty_days() -> None:
    moments, now = [], NOW
    for polls in range(100):
        due = next_count(polls, published_at=NOW, now=now)
        if due is None:
            break
        moments.append(due - now)
        now = due
    assert moments[:4] == [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(days=1)]
    assert moments == sorted(moments)
    assert WATCHED_FOR - timedelta(days=1) < now - NOW <= WATCHED_FOR
