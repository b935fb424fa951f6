"""Minimal pairs: what reads nearly alike and says something else is told apart, and what says the same is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from search.guard import differences, quantities

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "minimal_pairs.jsonl").read_text().splitlines()]
APART = [pair for pair in PAIRS if pair["kind"]]
ALIKE = [pair for pair in PAIRS if not pair["kind"]]


def test_there_are_enough_pairs_in_both_languages() -> None:
    assert len(APART) >= 150 - len(ALIKE)
    assert len(PAIRS) >= 150
    assert {pair["language"] for pair in PAIRS} == {"id", "en"}
    assert {pair["kind"] for pair in APART} == {"negation", "number", "amount", "date", "place", "name"}


@pytest.mark.parametrize("pair", APART, ids=lambda pair: pair["message"][:40])
def test_a_changed_fact_is_reported_as_what_it_is(pair: dict[str, str]) -> None:
    found = differences(pair["message"], pair["message"], pair["debunked"])
    assert pair["kind"] in [difference.kind for difference in found]


@pytest.mark.parametrize("pair", ALIKE, ids=lambda pair: pair["message"][:40])
def test_the_same_claim_in_other_words_is_not_reported(pair: dict[str, str]) -> None:
    assert differences(pair["message"], pair["message"], pair["debunked"]) == ()


@pytest.mark.parametrize("written", ["Rp 1,5 juta", "Rp1.500.000", "1.500.000 rupiah", "Rp 1500 ribu", "Rp. 1,5jt"])
def test_an_amount_is_one_however_it_is_written(written: str) -> None:
    (found,) = quantities.read(f"Bantuan {written}")
    assert (found.value, found.unit) == (1_500_000, "rupiah")


def test_what_stands_elsewhere_in_the_message_counts_as_stated() -> None:
    passage = "Gempa 7 magnitudo"
    message = f"Kemarin gempa 5 magnitudo. {passage}"
    assert [one.kind for one in differences(passage, passage, "Gempa 5 magnitudo")] == ["number"]
    assert differences(message, passage, "Gempa 5 magnitudo") == ()


@pytest.mark.parametrize("text", ["", "🔥", "???"])
def test_a_text_without_facts_differs_in_none(text: str) -> None:
    assert differences(text, text, text) == ()
