"""docs/channels.md says what the code says."""

from __future__ import annotations

from pathlib import Path

from publishing.channel_docs import FINDS, REFRESHES, REPEATS, UNITS, render
from publishing.channels.interface import Find, Idempotency, Refresh
from publishing.channels.registry import KINDS
from publishing.counting import Unit

PAGE = Path(__file__).parents[3] / "docs" / "channels.md"


def test_the_page_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run: python -m publishing.channel_docs > docs/channels.md"


def test_every_word_of_the_interface_is_explained() -> None:
    assert (set(UNITS), set(REPEATS), set(FINDS), set(REFRESHES)) == (
        set(Unit),
        set(Idempotency),
        set(Find),
        set(Refresh),
    )


def test_every_channel_says_what_it_was_tried_against() -> None:
    for channel in KINDS.values():
        assert channel.capabilities.verified_against
        assert f"| {channel.capabilities.label} |" in render()
