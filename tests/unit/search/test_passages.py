"""The message without its packaging, and its most telling passages."""

from __future__ import annotations

import pytest

from search.passages import LONG_CHARACTERS, MOST_PASSAGES, body_words, head_words, indexed_words, message, passages
from search.types import Folded


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Diteruskan berkali-kali\nVaksin bikin mandul", "Vaksin bikin mandul"),
        ("Forwarded many times: Garlic cures flu", "Garlic cures flu"),
        ("Garlic cures flu. Please share with all your friends", "Garlic cures flu."),
        ("Vaksin bikin mandul. Sebarkan ke semua grup keluarga", "Vaksin bikin mandul."),
        ("Sebarkan ke keluarga: air lemon membunuh sel kanker!", "air lemon membunuh sel kanker!"),
        ("Please share with all your friends: 5G masts cause flu", "5G masts cause flu"),
        ("Selamat pagi bapak ibu. Bank Anu tutup", "Bank Anu tutup"),
        ("[12/03/24 10.15] Budi: Bank Anu tutup", "Bank Anu tutup"),
        ("Bank Anu tutup https://t.co/abc123 pic.twitter.com/xyz", "Bank Anu tutup"),
        ("Hadiah di https://promo-anu.xyz/klaim?x=1 segera", "Hadiah di promo-anu.xyz segera"),
        ("Sharks swim here — Ann Lee (@annlee) March 4, 2019", "Sharks swim here - Ann Lee (annlee)"),
        ("#FollowTheMoney now", "Follow The Money now"),
    ],
)
def test_packaging_does_not_count(text: str, left: str) -> None:
    assert message(text) == left


def test_a_message_of_packaging_only_is_kept_rather_than_lost() -> None:
    assert message("Sebarkan!") == "Sebarkan!"


def test_a_short_message_is_one_passage() -> None:
    assert passages("Vaksin bikin mandul") == ("Vaksin bikin mandul",)


def test_a_long_message_is_split_into_its_telling_passages() -> None:
    filler = "Itu saja yang bisa kami sampaikan kepada bapak ibu sekalian di rumah masing-masing. " * 8
    claim = "Menteri Budi menjual 500 kapal tanker Pertamina di Surabaya kepada perusahaan Singapura tahun 2023."
    found = passages(f"{filler}\n{claim}\n{filler}")
    assert len(found[0]) > LONG_CHARACTERS
    assert 1 < len(found) <= MOST_PASSAGES
    assert any(claim in passage for passage in found[1:])


@pytest.mark.parametrize("text", ["", "   ", "🔥🔥", "!!!", "\u200b"])
def test_a_text_without_words_has_no_passage(text: str) -> None:
    assert passages(text) == ()


def test_a_megabyte_is_read_from_the_beginning() -> None:
    assert passages("vaksin mandul " * 70_000)[0].startswith("vaksin mandul")


def test_a_short_explanation_is_read_as_the_claim_and_a_long_one_is_cut() -> None:
    short = Folded("judul hoaks", "", "klaim pendek sekali")
    assert head_words(short) == ["judul", "hoaks", "klaim", "pendek", "sekali"]
    assert body_words(short) == []
    long = Folded("judul", "klaim", " ".join(f"kata{number}x" for number in range(200)))
    assert head_words(long) == ["judul", "klaim"]
    assert len(body_words(long)) == 60
    assert indexed_words(long) == head_words(long) + body_words(long)
