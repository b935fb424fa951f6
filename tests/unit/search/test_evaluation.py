"""The figures against cases worked out by hand, and files that are not what they should be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from search.evaluation.files import UnreadableCollection, read_collection
from search.evaluation.metrics import is_hard, judge, measure


def test_the_ranking_figures_are_those_of_the_textbook() -> None:
    figures = measure([["a", "b", "c"], ["x", "y", "b"], ["q"]], [{"a"}, {"y", "b"}, {"missing"}])
    assert figures.messages == 3
    assert figures.mrr.mean == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert figures.map5.mean == pytest.approx((1 + (1 / 2 + 2 / 3) / 2 + 0) / 3)
    assert figures.hp1.mean == pytest.approx(1 / 3)
    assert figures.hp5.mean == figures.hp10.mean == pytest.approx(2 / 3)
    assert figures.mrr.low <= figures.mrr.mean <= figures.mrr.high


def test_no_messages_have_no_quality() -> None:
    assert measure([], []).mrr.mean == 0


def test_an_honest_probability_has_no_calibration_error() -> None:
    chances = np.array([0.75] * 4 + [0.25] * 4)
    right = np.array([True, True, True, False, True, False, False, False])
    assert judge(chances, right, chances > 0.5).ece == pytest.approx(0)
    assert judge(1 - chances, right, chances > 0.5).ece == pytest.approx(0.5)


def test_recall_is_taken_at_the_loosest_threshold_that_is_precise_enough() -> None:
    chances = np.linspace(1, 0, 40)
    right = np.array([True] * 20 + [False] + [True] * 10 + [False] * 9)
    found = judge(chances, right, chances > 0.6)
    assert found.recall_at_95 == pytest.approx(30 / 40)
    assert found.answered_share == pytest.approx(np.mean(chances > 0.6))


def test_a_message_is_hard_when_it_holds_few_words_of_every_title() -> None:
    assert is_hard("minum ini sembuh", ["Air Kelapa Sembuhkan Asma"])
    assert not is_hard("air kelapa hijau untuk asma", ["Lain Sekali", "Air Kelapa Sembuhkan Asma"])


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    content = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def test_a_collection_is_read_from_plain_and_gzipped_files(tmp_path: Path) -> None:
    documents = written(tmp_path / "docs.jsonl.gz", [{"id": "d1", "title": "T", "date": "2024-05-01"}])
    messages = written(tmp_path / "queries.jsonl", [{"id": "q1", "text": "m"}, {"id": "q2", "text": "unanswered"}])
    answers = written(tmp_path / "qrels.jsonl", [{"query_id": "q1", "doc_id": "d1"}, {"query_id": "q2", "doc_id": "?"}])
    collection = read_collection(documents, messages, answers)
    assert [message.key for message in collection.messages] == ["q1"]
    assert collection.answers == {"q1": frozenset({"d1"})}
    assert str(collection.documents[0].published_on) == "2024-05-01"


@pytest.mark.parametrize("line", ["not json", '{"id": "d1"}', "[]", '"text"'])
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    documents = tmp_path / "docs.jsonl"
    documents.write_text(line + "\n")
    with pytest.raises(UnreadableCollection) as caught:
        read_collection(documents, documents, documents)
    assert caught.value.facts["file"] == "docs.jsonl"
    assert caught.value.facts["line"] == 1
