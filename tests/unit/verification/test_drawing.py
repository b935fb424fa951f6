"""The page about the life of a case says what the table says."""

from pathlib import Path

from verification.drawing import page
from verification.rules.lifecycle import TABLE

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lifecycle.md"


def test_the_page_is_drawn_from_the_table() -> None:
    assert PAGE.read_text() == page(), "run: python -m verification.drawing > docs/lifecycle.md"


def test_every_way_is_an_arrow_and_stands_in_one_row() -> None:
    arrows = [line for line in page().splitlines() if line.startswith("    ") and "-->" in line and "[*]" not in line]
    assert len(arrows) == len(TABLE)
    rows = [line for line in page().splitlines() if line.startswith("| `")]
    for (state, event), way in TABLE.items():
        mine = [row for row in rows if row.startswith(f"| `{event}` ") and f"`{state}`" in row.split("|")[2]]
        assert len(mine) == 1
        assert mine[0].split("|")[4].strip() == ", ".join(sorted(way.movers))
