"""docs/matching.md says what the command printed, and that keeps the stated floors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from search import weights
from search.evaluation.document import BEGIN, END, figures, with_figures
from search.ranking.decision import STATED_PRECISION
from search.ranking.model import RankingModel

DOCS = Path(__file__).parents[3] / "docs"


def printed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DOCS / name).read_text("utf-8"))
    return found


def test_the_document_holds_the_figures_that_the_command_printed() -> None:
    page = (DOCS / "matching.md").read_text("utf-8")
    assert with_figures(page, printed("matching.json"), printed("training.json")) == page, (
        "run script/saring search document"
    )


def test_a_changed_figure_changes_the_document() -> None:
    proof = printed("matching.json")
    before = figures(proof, None)
    proof["bodies"]["id_tbh"]["ranking"]["mrr"]["mean"] = 0.1234
    assert figures(proof, None) != before
    assert "0.123 (" in figures(proof, None)


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    written = with_figures(f"above\n{BEGIN}\nold\n{END}\nbelow\n", printed("matching.json"), None)
    assert written.startswith(f"above\n{BEGIN}\n## ")
    assert written.endswith(f"{END}\nbelow\n")
    assert "\nold\n" not in written
    with pytest.raises(ValueError, match="lacks"):
        with_figures("nothing", printed("matching.json"), None)


@pytest.mark.parametrize("body", ["id_tbh", "en_clef2020"])
def test_the_figures_out_of_fold_keep_their_floors(body: str) -> None:
    measured, floors = printed("matching.json")["bodies"][body], printed(f"floors/{body}.json")
    found = {name: interval["mean"] for name, interval in measured["ranking"].items() if name != "messages"}
    found["hard_hp5"] = measured["hard"]["hp5"]["mean"]
    found |= {name: measured["decision"][name] for name in ("recall_at_95", "answered_precision", "ece")}
    assert not {name: found[name] for name, floor in floors.items() if name != "ece" and found[name] < floor}
    assert found["ece"] <= floors.get("ece", 1.0)


@pytest.mark.parametrize("body", ["id_tbh", "en_clef2020"])
def test_the_shipped_weights_keep_their_floors(body: str) -> None:
    training, floors = printed("training.json"), printed(f"floors/{body}.json")
    found = {name: interval["mean"] for name, interval in training["ranking"][body].items() if name != "messages"}
    found["hard_hp5"] = training["hard"][body]["hp5"]["mean"]
    found |= {name: training["decisions"][body][name] for name in ("recall_at_95", "answered_precision", "ece")}
    assert not {name: found[name] for name, floor in floors.items() if name != "ece" and found[name] < floor}
    assert found["ece"] <= floors.get("ece", 1.0)
    assert training["later"]["decision"]["answered_precision"] >= STATED_PRECISION
    assert training["later"]["decision"]["ece"] <= printed("floors/id_tbh.json")["ece"]


def test_the_figures_are_those_of_the_shipped_weights() -> None:
    told, shipped = printed("training.json"), RankingModel.load(weights.RANKING)
    assert told["data"] == shipped.origin.data
    assert told["answered_from"] == pytest.approx(shipped.decision.answered_from, abs=1e-4)
