"""The page about the life of a case says what the table says."""

from pathlib import Path

from verification.drawing import page
from verification.rules.lifecycle import TABLE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lifecycle.md"


def test_the_page_is_drawn_from_the_table() -> None:
    assert PAGE.read_text() == page(), "run: python -m verification.drawing > docs/lifecycle.md"


def test_every_way_is_an_arrow_and_all_ways_of_an_event_agree() -> None:
    arrows = [line for line in page().splitlines() if line.startswith("    ") and "-->" in line and "[*]" not in line]
    assert len(arrows) == len(TABLE)
    for event in {event for _, event in TABLE}:
        # The page gives one row an event, which holds only while its ways differ in nothing but where they start.
        assert len({way for (_, listed), way in TABLE.items() if listed is event}) == 1
