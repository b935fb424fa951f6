"""Byte offsets and record names, which Bluesky forgives nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.channels.bluesky import Bluesky, facets, record_key, token_expiry
from publishing.channels.interface import Credentials

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


def notifications(count: int) -> list[dict[str, object]]:
    """What the network lists, the newest first; every second one shares its moment with the one before."""
    return [
        {
            "uri": f"at://did:plc:ani/app.bsky.feed.post/{number}",
            "cid": f"c{number}",
            "reason": "reply",
            "reasonSubject": "at://did:plc:kami/app.bsky.feed.post/1",
            "author": {"handle": "ani.test"},
            "record": {"text": str(number)},
            "indexedAt": (NOW + timedelta(seconds=number // 2)).isoformat(),
        }
        for number in reversed(range(count))
    ]


def test_nothing_is_lost_where_more_came_than_a_page_holds() -> None:
    listed, asked = notifications(250), []

    def answer(request: httpx.Request) -> httpx.Response:
        start, limit = int(request.url.params.get("cursor", "0")), int(request.url.params["limit"])
        asked.append(start)
        page = {"notifications": listed[start : start + limit], "cursor": str(start + limit)}
        return httpx.Response(200, json=page)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        channel = Bluesky(Credentials(1, {"server": "https://pds.example"}, {"access": "a"}), client)
        first = channel.replies(None)
        assert (len(first.replies), asked) == (100, [0]), "an account that is new here has no past to catch up with"
        asked.clear()
        since = (NOW + timedelta(seconds=5)).isoformat()
        page = channel.replies(since)
    assert asked == [0, 100, 200]
    assert [int(reply.text) for reply in page.replies] == list(range(10, 250))
    assert page.cursor == listed[0]["indexedAt"]
