"""The replay speaks JSON lines, and says what is wrong with a log that makes no sense."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from verification.replay import replay


def play(*events: dict[str, Any], verdicts: tuple[str, ...] = ("F", "T")) -> list[dict[str, Any]]:
    lines = [json.dumps({"op": "config", "verdicts": verdicts}), *map(json.dumps, events)]
    return [json.loads(line) for line in replay(lines)]


def vote(rater: str, verdict: str, claim: str = "c", t: float = 0.0) -> dict[str, Any]:
    return {"op": "vote", "claim": claim, "rater": rater, "verdict": verdict, "t": t}


SCORE = {"op": "score", "claim": "c"}


def test_the_replay_starts_light() -> None:
    """Half a second for the start is promised; either of these alone costs a good part of it."""
    heavy = "import sys, verification.replay; print(sorted({'numpy', 'sqlalchemy', 'flask'} & set(sys.modules)))"
    root = Path(__file__).resolve().parents[3]
    found = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.strip() == "[]"


def test_scores_are_answered_in_order() -> None:
    answers = play(vote("a", "F"), SCORE, {"op": "score", "claim": "d"})
    assert [answer["claim"] for answer in answers] == ["c", "d"]
    assert answers[0]["p"]["F"] > 0.5
    assert answers[1]["p"] == {"F": 0.5, "T": 0.5}
    assert answers[0]["shown"] is False


def test_a_repeated_vote_replaces() -> None:
    assert play(vote("a", "F"), vote("a", "T"), SCORE) == play(vote("a", "T"), SCORE)


def test_sign_offs_teach_and_overturning_unteaches() -> None:
    history: list[dict[str, Any]] = []
    for n in range(6):
        history += [
            vote("a", "F", f"h{n}"),
            vote("b", "T", f"h{n}"),
            {"op": "signoff", "claim": f"h{n}", "verdict": "F"},
        ]
    ballot = [vote("a", "T"), vote("b", "F"), SCORE]
    (learned,) = play(*history, *ballot)
    assert learned["p"]["T"] > 0.5
    overturned = [{"op": "overturn", "claim": f"h{n}"} for n in range(6)]
    (unlearned,) = play(*history, *overturned, *ballot)
    assert unlearned["p"]["T"] == pytest.approx(0.5)


def test_a_verdict_outside_of_the_list_is_not_proven() -> None:
    assert play(vote("a", "unproven"), SCORE) == play(SCORE)


@pytest.mark.parametrize("lines", [[], ['{"op": "vote"}'], ["[]"]])
def test_the_config_comes_first(lines: list[str]) -> None:
    with pytest.raises(ValueError, match="config") if lines else pytest.raises(ValueError):
        list(replay(lines))


def test_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown op 'dance'"):
        play({"op": "dance", "claim": "c"})
