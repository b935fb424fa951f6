"""A quote stands in a page word for word, or it does not."""

from __future__ import annotations

import pytest

from verification.rules.quoting import stands_in

PAGE = "Bank Indonesia menyatakan:\n“Tidak ada kebijakan pemblokiran kartu ATM secara serentak.” Demikian siaran pers."


@pytest.mark.parametrize(
    "quote",
    [
        "Tidak ada kebijakan pemblokiran kartu ATM secara serentak.",
        "tidak ada kebijakan\npemblokiran",
        '"Tidak ada kebijakan […] secara serentak"',
        "Bank Indonesia … siaran pers",
    ],
)
def test_typography_case_and_gaps_do_not_matter(quote: str) -> None:
    assert stands_in(quote, PAGE)


@pytest.mark.parametrize(
    "quote",
    [
        "Ada kebijakan pemblokiran",
        "kartu ATM secara bertahap",
        "siaran pers … Bank Indonesia",
        "kebijakan pemblokiran kartu ATM tidak ada",
        "",
        "…",
    ],
)
def test_other_words_another_order_and_a_negation_cut_off_do(quote: str) -> None:
    assert not stands_in(quote, PAGE)
