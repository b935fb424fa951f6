"""What calls of Meta are about, as its documentation writes them, and calls of shapes that nobody documented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from publishing.channels.calls import read
from publishing.channels.facebook import Facebook
from publishing.channels.instagram import Instagram
from publishing.channels.interface import Channel
from publishing.channels.registry import KINDS
from publishing.channels.threads import Threads
from publishing.channels.values import Told
from publishing.channels.whatsapp import parse_messages, parse_webhook


def page_call(field: str = "feed", **value: Any) -> dict[str, Any]:
    entry = {"id": "500", "time": 1764000000, "changes": [{"field": field, "value": value}]}
    return {"object": "page", "entry": [entry]}


def picture_call(field: str = "comments", **value: Any) -> dict[str, Any]:
    entry = {"id": "900", "time": 1764000000, "changes": [{"field": field, "value": value}]}
    return {"object": "instagram", "entry": [entry]}


def thread_call(field: str, value: dict[str, Any], *, target: str = "78901", many: bool = False) -> dict[str, Any]:
    change = {"value": value, "field": field}
    facts = {"app_id": "1", "topic": "moderate", "target_id": target, "time": 1764000000, "has_uid_field": False}
    return {**facts, "values": [change] if many else change}


REPLY = {
    "id": "8901234",
    "username": "ani",
    "text": "Benarkah?",
    "replied_to": {"id": "567890"},
    "root_post": {"id": "17001", "owner_id": "700", "username": "cekfakta"},
    "timestamp": "2026-11-24T10:33:16+0000",
}

ABOUT: list[tuple[type[Channel], dict[str, Any], tuple[Told, ...]]] = [
    (Facebook, page_call(item="comment", verb="add", post_id="500_1", comment_id="1_2"), (Told("500", ("500_1",)),)),
    (Facebook, page_call(item="comment", verb="hide", post_id="500_1"), (Told("500", ("500_1",)),)),
    (Facebook, page_call(item="post", verb="remove", post_id="500_1"), (Told("500", ("500_1",)),)),
    (Facebook, page_call(item="album", verb="add"), (Told("500"),)),
    (Facebook, page_call("leadgen", post_id="500_1"), ()),
    (Instagram, picture_call(id="1", text="Benarkah?", media={"id": "17001"}), (Told("900", ("17001",)),)),
    (Instagram, picture_call("story_insights", media_id="17001"), ()),
    (Threads, thread_call("replies", REPLY), (Told("700", ("17001",)),)),
    (Threads, thread_call("replies", REPLY, many=True), (Told("700", ("17001",)),)),
    (Threads, thread_call("mentions", {"id": "5"}, target="700"), (Told("700"),)),
    (
        Threads,
        thread_call("delete", {"id": "17001", "deleted_at": "2026-11-24T10:33:16+0000"}),
        (Told(None, ("17001",)),),
    ),
    (Threads, thread_call("publish", {"id": "17001"}), ()),
]


@pytest.mark.parametrize(("channel", "call", "told"), ABOUT)
def test_a_call_says_where_to_look(channel: type[Channel], call: dict[str, Any], told: tuple[Told, ...]) -> None:
    assert channel.told(call) == told


SHAPES: list[Any] = [
    None,
    1,
    "x",
    [],
    {},
    [None],
    [[1]],
    {"id": None},
    [{"changes": 1}],
    [{"changes": [{"value": []}]}],
]
MORE: list[Any] = [
    [{"id": {}, "changes": [{"field": [], "value": {"post_id": [], "media": "x", "statuses": 1, "messages": [3]}}]}],
    [{"id": 5, "changes": [{"field": "feed", "value": {"post_id": {}}}]}],
    [{"changes": [{"field": "comments", "value": {"media": {"id": []}}}]}],
    {"field": "replies", "value": {"root_post": "x"}},
    {"field": "delete", "value": {}},
    [{"changes": [{"value": {"messages": [{"text": {"body": None}, "from": 1}], "statuses": [{"id": 1}]}}]}],
]


@pytest.mark.parametrize("kind", [kind for kind, channel in KINDS.items() if channel.capabilities.webhooks])
@pytest.mark.parametrize("shape", SHAPES + MORE)
def test_a_call_of_an_unknown_shape_is_passed_over(kind: str, shape: Any) -> None:
    call = {"entry": shape, "values": shape}
    assert all(not told.posts for told in KINDS[kind].told(call))
    assert parse_webhook(call) == ()
    assert parse_messages(call) == ()


def test_a_body_that_is_no_object_is_an_empty_call() -> None:
    for body in (b"", b"[1]", b"{", b"\xff", b"[" * 100_000):
        assert read(body) == {}
    assert read(json.dumps({"a": 1}).encode()) == {"a": 1}


def test_whoever_declares_calls_can_find_the_account() -> None:
    for kind, channel in KINDS.items():
        if channel.capabilities.webhooks and kind != "whatsapp":
            assert channel.owner_setting
