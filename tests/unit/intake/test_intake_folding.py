"""Two spellings of one forward have one fingerprint; two messages have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.folding import fingerprint, fold, is_blank

PLAIN = "Vaksin COVID-19 berbahaya, 1.000.000 orang meninggal!"


def in_math_bold(text: str) -> str:
    return "".join(chr(0x1D41A + ord(letter) - ord("a")) if "a" <= letter <= "z" else letter for letter in text)


def fullwidth(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if 33 <= ord(letter) < 127 else letter for letter in text)


@pytest.mark.parametrize(
    "disguised",
    [
        pytest.param(PLAIN.replace("ak", "a\u200bk"), id="zero-width space"),
        pytest.param(PLAIN.replace("a", "\u0430").replace("o", "\u043e"), id="Cyrillic look-alikes"),
        pytest.param(
            PLAIN.replace("Vaksin", "\u0405\u0430\u0440").replace("\u0405\u0430\u0440", "V\u03b1ksin"), id="Greek"
        ),
        pytest.param(fullwidth(PLAIN), id="fullwidth"),
        pytest.param(in_math_bold(PLAIN), id="mathematical letters"),
        pytest.param("".join(f"{c}\u0301\u0323\u0334" if c.isalpha() else c for c in PLAIN), id="stacked marks"),
        pytest.param(f"\u202e{PLAIN}\u202c", id="direction override"),
        pytest.param(PLAIN.replace("k", "k\ufe0f\U000e0041"), id="variation and tag characters"),
        pytest.param(PLAIN.replace("berbahaya", "b3rb4h4y4"), id="digits for letters"),
        pytest.param(PLAIN.replace("Vaksin", "V a k s i n"), id="spaced out"),
        pytest.param(PLAIN.replace("Vaksin", "Vak\U0001f489sin"), id="broken by an emoji"),
        pytest.param(PLAIN.replace("meninggal", "meninggaaaal"), id="drawn out"),
        pytest.param(f"*{PLAIN.upper()}*\n", id="bold capitals"),
    ],
)
def test_a_disguise_does_not_change_the_fingerprint(disguised: str) -> None:
    assert disguised != PLAIN
    assert fingerprint(disguised) == fingerprint(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        PLAIN.replace("1.000.000", "1.000"),
        PLAIN.replace("1.000.000", "1.000.001"),
        PLAIN.replace("berbahaya", "tidak berbahaya"),
        PLAIN.replace("19", "20"),
    ],
)
def test_another_message_has_another_fingerprint(other: str) -> None:
    assert fingerprint(other) != fingerprint(PLAIN)


@pytest.mark.parametrize("text", ["Perang Dunia II", "tahap III", "3,5 juta"])
def test_numbers_keep_their_value(text: str) -> None:
    assert fold(text) == text.casefold()


@pytest.mark.parametrize("text", ["вакцина опасна", "русский чай", "لقاح كورونا خطير", "ꦲꦏ꧀ꦱꦫꦗꦮ"])
def test_words_of_another_script_stay(text: str) -> None:
    assert fold(text) == text


def test_signs_alone_stand_for_themselves() -> None:
    assert fingerprint("\U0001f489\U0001f489") == fingerprint(" \U0001f489 \U0001f489")
    assert fingerprint("\U0001f489") != fingerprint("\U0001f62d")


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\u2060\ufeff", "\u3000\u3164"])
def test_what_cannot_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)


def test_a_long_run_of_marks_is_cut() -> None:
    assert len(fold("\u0939" + "\u0315\u0300" * 10_000)) < 10


@given(st.text())
def test_folding_twice_changes_no_more_than_folding_once(text: str) -> None:
    assert fingerprint(text) == fingerprint(f" {text}\u200b ")
    assert fold(text) == " ".join(fold(text).split())
