"""Evaluation and training on the production path: real encoder, real indexes, a folder of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search import commands
from search.training import TooFewLinks

TITLES = {
    "d1": "Vaksin Polio Membuat Bayi Mandul",
    "d2": "Gempa Megathrust Guncang Jakarta Besok",
    "d3": "Lowongan Kerja Kereta Api 2023",
    "d4": "Air Kelapa Menyembuhkan Diabetes",
}
MESSAGES = {
    "q1": ("Awas!! vaksin polio itu bikin bayi mandul, sebarkan", "d1"),
    "q2": ("V4ks1n p0li0 m3mbu4t b4yi m4ndul", "d1"),
    "q3": ("minum air kelapa tiap pagi diabetes sembuh", "d4"),
}


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    rows = {
        "documents": [{"id": key, "title": title} for key, title in TITLES.items()],
        "messages": [{"id": key, "text": text} for key, (text, _) in MESSAGES.items()],
        "answers": [{"query_id": key, "doc_id": answer} for key, (_, answer) in MESSAGES.items()],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return {name: tmp_path / name for name in rows}


def test_an_evaluation_measures_and_writes_a_run(files: dict[str, Path], tmp_path: Path) -> None:
    found = commands.evaluate(**files, run_out=tmp_path / "out.run")
    assert (found.documents, found.ranking.messages) == (4, 3)
    assert found.ranking.hp1.mean == 1
    assert set(found.retrievers) == {"dense", "adapted", "words", "grams"}
    lines = [line.split() for line in (tmp_path / "out.run").read_text().splitlines()]
    assert [line[2] for line in lines if line[3] == "1"] == ["d1", "d1", "d4"]
    scores = [float(line[4]) for line in lines if line[0] == "q1"]
    assert scores == sorted(scores, reverse=True)
    assert json.loads(commands.as_json(found))["ranking"]["hp1"]["mean"] == 1
    assert "| **all together** |" in commands.as_text(found)


def test_a_handful_of_links_teaches_nothing(files: dict[str, Path], tmp_path: Path) -> None:
    links, corpus = commands.links_of(files["documents"], files["messages"], files["answers"])
    with pytest.raises(TooFewLinks):
        commands.train(links, corpus, folder=tmp_path / "weights")
    assert not (tmp_path / "weights").exists()
