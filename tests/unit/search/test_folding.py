"""One spelling for many: evasive writing meets plain writing, and honest writing stays what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.folding import clean, fold, grams, tokens, words

PLAIN = "Vaksin berbahaya bagi anak"
EVASIONS = {
    "zero width": "Vak\u200bsin ber\u200dbahaya ba\ufeffgi an\u2060ak",
    "bidi marks": "\u202eVaksin\u202c berbahaya \u2066bagi\u2069 anak",
    "tag and variation characters": "Vaksin\U000e0041\U000e007f berba\ufe0fhaya bagi anak",
    "Cyrillic": "Vаksin bеrbаhауа bаgi аnаk",
    "Greek": "Vαksin bεrbαhαyα bαgi αnαk",
    "leet": "V4ks1n b3rb4h4y4 b4g1 an4k",
    "leet signs": "V@ksin berb@h@ya bagi an@k",
    "spaced out": "V a k s i n berbahaya bagi anak",
    "dotted": "V.a.k.s.i.n berbahaya bagi a-n-a-k",
    "emoji inside words": "Vak😀sin berba🔥haya bagi an💉ak",
    "held letters": "Vaksiiiin berbahayaaaa bagi anakkkk",
    "full width": "Ｖａｋｓｉｎ ｂｅｒｂａｈａｙａ bagi anak",
    "mathematical": "𝐕𝐚𝐤𝐬𝐢𝐧 𝓫𝓮𝓻𝓫𝓪𝓱𝓪𝔂𝓪 bagi anak",
    "squared": "🆅🅰🅺🆂🅸🅽 berbahaya bagi 🅐🅝🅐🅚",
    "small capitals": "ᴠᴀᴋꜱɪɴ berbahaya bagi ᴀɴᴀᴋ",
    "combining marks": "V̶a̶k̶s̶i̶n̶ bérbähàya bagi anak",
    "soft hyphens": "Vak\u00adsin berbahaya bagi a\u00adnak",
}


@pytest.mark.parametrize("name", EVASIONS)
def test_an_evasive_spelling_folds_to_the_plain_one(name: str) -> None:
    assert fold(EVASIONS[name]) == fold(PLAIN) == "vaksin berbahaya bagi anak"


@pytest.mark.parametrize(
    "text",
    ["москва столица", "العربيّة لغة", "ꦧꦱꦗꦮ", "中文标题", "नमस्ते"],
)
def test_another_script_keeps_its_letters(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rp 1.000.000", "rp 1000000"),
        ("1,000,000 people", "1000000 people"),
        ("magnitudo 6,0", "magnitudo 6.0"),
        ("5G dan F16, Covid19, COVID-19", "5g dan f16, covid19, covid-19"),
        ("flu H5N1, guru P3K, 5juta, 3hari, G30S, 0rang", "flu h5n1, guru p3k, 5juta, 3hari, g30s, orang"),
        ("Perang Dunia III", "perang dunia iii"),
        ("tahun 2000 ada 111 orang", "tahun 2000 ada 111 orang"),
        ("pukul 10.30", "pukul 10.30"),
        ("K.P.K dan P-D-I-P", "kpk dan pdip"),
        ("anak2 dan ibu", "anak2 dan ibu"),
        ("20.03.2024", "20.03.2024"),
    ],
)
def test_numbers_and_names_survive(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_pictures_between_words_part_them() -> None:
    assert fold("Waspada🔥🔥Jangan dibuka😱 ya") == "waspada jangan dibuka ya"


def test_clean_keeps_case_and_punctuation() -> None:
    assert clean("AW\u200bAS!  Vаksin,\nkata 𝐌𝐞𝐧𝐤𝐞𝐬.") == "AWAS! Vaksin, kata Menkes."


def test_words_leave_stop_words_out_and_keep_negations() -> None:
    assert words(fold("Vaksin itu tidak aman, and not safe")) == ["vaksin", "tidak", "aman", "not", "safe"]
    assert tokens(fold("Vaksin itu aman 6,0")) == ["vaksin", "itu", "aman", "6.0"]


def test_grams_stay_inside_words() -> None:
    assert grams("air zam") == ["#air", "air#", "#zam", "zam#"]
    assert grams("di ab 5g") == ["#ab#", "#5g#"]


@pytest.mark.parametrize("text", ["", " \n\t", "🔥🔥🔥", "\u200b\u200d", "\ufffd\ufffd", "—…!?"])
def test_a_text_without_words_has_none(text: str) -> None:
    assert words(fold(text)) == []
    assert grams(fold(text)) == []


@given(st.text(max_size=80))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert words(fold(fold(text))) == words(fold(text))


@given(st.text(max_size=80))
def test_whitespace_and_case_do_not_count(text: str) -> None:
    assert fold(f"  {text}\n") == fold(text)
