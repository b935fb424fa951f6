"""What a person may send, and what becomes of it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.errors import BadUrl, ControlCharacters, Empty, TooLong
from intake.submission import LONGEST_TEXT, clean


def test_a_forward_is_kept_as_it_is_and_redacted_beside_it() -> None:
    text = "Awas! Air lemon <b>menyembuhkan</b> kanker, hubungi 0812-3456-7890"
    submission = clean(text, url=None)
    assert submission.text == text
    assert submission.redacted_text == text.replace("0812-3456-7890", "[nomor telepon]")
    assert submission.url is None
    assert submission.language == "id"


@pytest.mark.parametrize("text", ["", "  \r\n", "\u200b\u2060", "\ufeff\u00ad"])
def test_nothing_visible_is_empty(text: str) -> None:
    with pytest.raises(Empty) as refused:
        clean(text, url=" ")
    assert refused.value.field == "text"


@pytest.mark.parametrize("length", [LONGEST_TEXT + 1, 1_000_000])
def test_too_long_says_how_long(length: int) -> None:
    with pytest.raises(TooLong) as refused:
        clean("a" * length, url=None)
    assert refused.value.field == "text"
    assert refused.value.facts == {"limit": LONGEST_TEXT, "length": length}


def test_line_ends_count_once_as_in_the_browser() -> None:
    text = "a\r\n" * (LONGEST_TEXT // 2)
    assert len(clean(text, url=None).text) == LONGEST_TEXT - 1


@pytest.mark.parametrize("bad", ["\x00", "\x07", "\x1b", "\x7f", "\ud800"])
def test_control_codes_are_refused(bad: str) -> None:
    with pytest.raises(ControlCharacters) as refused:
        clean(f"air{bad}lemon", url=None)
    assert refused.value.field == "text"


def test_direction_overrides_are_neutralised() -> None:
    assert clean("air \u202elemon\u202c \u2067asin\u2069", url=None).text == "air lemon asin"


@pytest.mark.parametrize(
    "url",
    [
        "bukan tautan",
        "javascript:alert(1)",
        "ftp://contoh.id/a",
        "http://",
        "https://contoh",
        "https://[::1",
        "https://contoh.id:99999/",
        "https://contoh.id/\x00",
        "https://contoh.id/\u202egpj.exe",
        "mailto:a@contoh.id",
        "https://" + "a" * 3_000 + ".id",
        "https://a..id/",
        "https://-a.id/",
    ],
)
def test_what_is_no_web_address_is_a_fault_of_the_link_field(url: str) -> None:
    with pytest.raises(BadUrl) as refused:
        clean("Air lemon", url=url)
    assert refused.value.field == "url"


def test_a_link_without_scheme_is_a_link() -> None:
    assert clean("lihat", url=" turnbackhoax.id/2020/01 ").url == "https://turnbackhoax.id/2020/01"


def test_a_link_pasted_as_the_message_is_the_link() -> None:
    pasted = clean("https://contoh.id/berita", url=None)
    assert pasted.url == pasted.text == "https://contoh.id/berita"
    assert pasted == clean("", url="https://contoh.id/berita")


@pytest.mark.parametrize(
    "same",
    [
        "http://www.contoh.id/berita/?utm_source=wa&fbclid=x&id=7#atas",
        "https://CONTOH.id:443/berita?id=7",
        "https://m.contoh.id/berita?id=7&igsh=abc",
    ],
)
def test_one_page_has_one_fingerprint(same: str) -> None:
    assert clean(same, url=None).fingerprint == clean("https://contoh.id/berita?id=7", url=None).fingerprint


def test_different_pages_have_different_fingerprints() -> None:
    links = ("https://contoh.id/berita?id=7", "https://contoh.id/berita?id=8", "https://contoh.id/Berita?id=7")
    assert len({clean(link, url=None).fingerprint for link in links}) == len(links)


def test_the_link_beside_a_message_does_not_make_it_another_message() -> None:
    assert clean("Air lemon", url="https://contoh.id").fingerprint == clean("AIR lemon!", url=None).fingerprint


@given(st.text(), st.none() | st.text())
def test_anything_is_taken_in_or_refused_by_name(text: str, url: str | None) -> None:
    with suppress(Empty, TooLong, ControlCharacters, BadUrl):
        submission = clean(text, url=url)
        submission.text.encode()
        submission.redacted_text.encode()
        assert "\x00" not in submission.text + (submission.url or "")
