"""The seed is what the first visitor sees: complete, readable, and without a number that belongs to somebody."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from intake.debunk_files import VERDICTS, BadLine, count_entries, read_debunks
from intake.debunks import ImportedDebunk
from intake.redaction import redact
from verification.rules.scale import MisinfoType, Veracity

SEED = Path(__file__).parents[3] / "seed"
DEBUNKS = SEED / "debunks.jsonl"
FIELDS = {
    "id",
    "title",
    "claim",
    "verdict",
    "misinfo_type",
    "explanation",
    "language",
    "topics",
    "source_name",
    "source_url",
}
TWO_LANGUAGES = {"id", "en"}


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?](?:\s|$)", text))


@pytest.fixture(scope="module")
def debunks() -> list[ImportedDebunk]:
    read = list(read_debunks(DEBUNKS))
    assert not [entry for entry in read if isinstance(entry, BadLine)]
    return [entry for entry in read if isinstance(entry, ImportedDebunk)]


def test_there_is_enough_in_both_languages(debunks: list[ImportedDebunk]) -> None:
    assert len(debunks) == count_entries(DEBUNKS) >= 80
    counted = Counter(debunk.language for debunk in debunks)
    assert counted.keys() == TWO_LANGUAGES
    assert 0.6 < counted["id"] / len(debunks) < 0.8


def test_every_verdict_and_type_occurs(debunks: list[ImportedDebunk]) -> None:
    assert {debunk.verdict for debunk in debunks} == VERDICTS
    assert {debunk.misinfo_type for debunk in debunks} - {None} == set(MisinfoType)


@pytest.mark.parametrize("record", records(DEBUNKS), ids=lambda record: record["id"])
def test_a_debunk_is_complete(record: dict[str, Any]) -> None:
    assert record.keys() == FIELDS
    assert re.fullmatch(r"saring-[a-z0-9-]{3,60}", record["id"])
    assert 10 <= len(record["title"]) <= 100
    assert len(record["claim"]) >= 40
    assert 3 <= sentences(record["explanation"]) <= 6
    assert (record["misinfo_type"] is None) == (record["verdict"] == Veracity.TRUE)
    assert record["source_name"]
    assert record["source_url"] == "" or record["source_url"].startswith("https://")
    assert record["topics"]


def test_no_two_debunks_are_the_same(debunks: list[ImportedDebunk]) -> None:
    for values in ([d.key for d in debunks], [d.title for d in debunks], [d.claim for d in debunks]):
        assert len(set(values)) == len(values)


def test_the_seed_holds_no_personal_numbers(debunks: list[ImportedDebunk]) -> None:
    for debunk in debunks:
        for text in (debunk.title, debunk.claim, debunk.explanation):
            assert redact(text) == text


def test_practice_cases_fill_two_entrances_without_repeating() -> None:
    levels = Counter(Veracity(case["verdict"]).level for case in records(SEED / "practice.jsonl"))
    assert levels[0] >= 4
    assert levels[2] >= 4
    assert levels[1] >= 2


@pytest.mark.parametrize("case", records(SEED / "practice.jsonl"), ids=lambda case: case["id"])
def test_a_practice_case_is_complete_in_both_languages(case: dict[str, Any]) -> None:
    assert case.keys() == {"id", "verdict", "misinfo_type", "message", "evidence", "why"}
    assert case["verdict"] in VERDICTS
    assert case["misinfo_type"] is None or case["misinfo_type"] in set(MisinfoType)
    assert len(case["evidence"]) >= 2
    texts = [case["message"], case["why"], *(item[part] for item in case["evidence"] for part in ("source", "says"))]
    for text in texts:
        assert text.keys() == TWO_LANGUAGES
        assert all(len(words) > 10 for words in text.values())
