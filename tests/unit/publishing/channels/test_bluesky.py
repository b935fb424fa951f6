"""Byte offsets and record names, which Bluesky forgives nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.channels.bluesky import facets, record_key, token_expiry

NOW = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)


def spans(text: str) -> list[str]:
    raw = text.encode()
    return [raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in facets(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🧊 “air és” https://a.example/x?v=1.", ["https://a.example/x?v=1"]),
        ("(https://a.example/ꦲ) #CekFakta", ["https://a.example/ꦲ", "#CekFakta"]),
        ("https://a.example/#bagian", ["https://a.example/#bagian"]),
        ("nomor #1 saja", []),
        ("", []),
    ],
)
def test_facets_point_at_their_words_in_bytes(text: str, expected: list[str]) -> None:
    assert spans(text) == expected


@given(st.text(max_size=60))
def test_facets_never_split_a_character(before: str) -> None:
    text = before + " https://a.example/b #Tag"
    assert spans(text)[-2:] == ["https://a.example/b", "#Tag"]


@given(st.integers(min_value=0, max_value=10**15), st.text(max_size=40))
def test_a_record_key_is_a_tid_and_depends_on_nothing_else(microseconds: int, key: str) -> None:
    moment = NOW + timedelta(microseconds=microseconds)
    name = record_key(moment, key)
    assert len(name) == 13
    assert set(name) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert name[0] in "234567abcdefghij"
    assert name == record_key(moment, key)


def test_later_records_sort_after_earlier_ones() -> None:
    names = [record_key(NOW + timedelta(microseconds=step), "k") for step in range(50)]
    assert names == sorted(names)
    assert record_key(NOW, "a") != record_key(NOW, "b")


@pytest.mark.parametrize("token", ["", "a.b", "a.e30.c", "a.!!.c", "a.eyJleHAiOiJ4In0.c"])
def test_a_token_that_does_not_say_when_it_ends(token: str) -> None:
    assert token_expiry(token) is None
