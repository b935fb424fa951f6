"""How long a text is, where it is easy to get wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.counting import TextRule, Unit, graphemes, measure, shorten

LONG_LINK = "https://kominfo.go.id/" + "a" * 100
FAMILY = "👩‍👩‍👧🇮🇩"

SAMPLES = [
    # text, X, Mastodon, graphemes, UTF-8 bytes, UTF-16 units, Threads
    ("HOAKS: " + LONG_LINK, 30, 30, 129, 129, 129, 129),
    (FAMILY, 4, 2, 2, 26, 12, 26),
    ("@cek@mastodon.example halo", 26, 9, 26, 26, 26, 26),
    ("नमस्ते", 6, 3, 3, 18, 6, 6),
    ("ᬅᬓ᭄ᬱᬭ", 10, 3, 3, 15, 5, 5),
    ("ꦲꦏ꧀ꦱꦫ", 10, 3, 3, 15, 5, 5),
    ("日本語", 6, 3, 3, 9, 3, 3),
    ("e\u0301", 1, 1, 1, 3, 2, 2),
    ("“kutip” – ‘a’ …", 16, 15, 15, 27, 15, 15),
    ("👍🏽 1️⃣ ©", 8, 5, 5, 19, 10, 19),
    ("satu\r\ndua", 8, 8, 8, 8, 8, 8),
]


@pytest.mark.parametrize(("text", "x", "mastodon", "clusters", "utf8", "utf16", "threads"), SAMPLES)
def test_samples(text: str, x: int, mastodon: int, clusters: int, utf8: int, utf16: int, threads: int) -> None:
    assert measure(text, Unit.X_WEIGHT) == x
    assert measure(text, Unit.MASTODON) == mastodon
    assert measure(text, Unit.GRAPHEMES) == clusters
    assert len(text.replace("\r\n", "\n").encode()) == utf8
    assert measure(text, Unit.UTF16) == utf16
    assert measure(text, Unit.THREADS) == threads


def test_an_instance_may_count_links_differently() -> None:
    assert measure(LONG_LINK, Unit.MASTODON, url_length=25) == 25


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("lihat kominfo.go.id/abc ya", 32),
        ("https://saring.id/cn/12?v=1#ralat-3.", 24),
        ("(https://saring.id/cn/1?v=1)", 25),
        ("harga Rp1.000.000", 17),
        ("pos@kominfo.go.id", 17),
    ],
)
def test_links_on_x(text: str, weight: int) -> None:
    assert measure(text, Unit.X_WEIGHT) == weight


def test_bluesky_counts_graphemes_and_bytes_and_the_tighter_one_speaks() -> None:
    rule = TextRule(300, Unit.GRAPHEMES, byte_limit=3000)
    assert rule.count("a" * 300).fits
    assert not rule.count("a" * 301).fits
    families = "👩‍👩‍👧‍👦" * 150
    assert rule.count(families).limit == 3000
    assert not rule.count(families).fits


@given(st.text(max_size=80), st.integers(min_value=10, max_value=60))
def test_what_was_shortened_fits_and_is_a_beginning(text: str, limit: int) -> None:
    rule = TextRule(limit, Unit.GRAPHEMES)
    short = shorten(text, rule, room_for=" x")
    assert rule.count(short + " x").fits
    assert short == text or text.startswith(short.rstrip("…"))


@given(st.text(max_size=60))
def test_graphemes_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text
