"""What the public says between two fetches is read to its end, however much it is, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.channels.facebook import Facebook
from publishing.channels.instagram import Instagram
from publishing.channels.interface import Channel, Credentials
from publishing.channels.mastodon import Mastodon
from publishing.channels.threads import Threads
from publishing.channels.x import X
from tests.channels.stubs.meta import FacebookStub, GraphStub, InstagramStub, ThreadsStub
from tests.channels.stubs.x import XStub

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MANY = 230
"""More than two pages of any network."""

POST = "500_1"
NUMBER = "17001"


def said(kind: str, numbers: range) -> list[dict[str, Any]]:
    """Comments as a network lists them, the newest first; every second one shares its second with the one before."""
    time, text = ("created_time", "message") if kind == "facebook" else ("timestamp", "text")
    return [
        {
            "id": f"c{number}",
            text: "Benarkah?",
            "username": "ani",
            "from": {"id": "7", "name": "Ani"},
            time: (START + timedelta(seconds=number // 2)).strftime("%Y-%m-%dT%H:%M:%S+0000"),
        }
        for number in reversed(numbers)
    ]


KINDS: dict[str, tuple[type[GraphStub], type[Channel], dict[str, str], str]] = {
    "facebook": (FacebookStub, Facebook, {"page": "500"}, POST),
    "instagram": (InstagramStub, Instagram, {"user": "900", "username": "cekfakta"}, NUMBER),
    "threads": (ThreadsStub, Threads, {"user": "700"}, NUMBER),
}


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.mark.parametrize("kind", KINDS)
def test_comments_under_our_posts_are_read_to_their_end(kind: str, client: httpx.Client) -> None:
    stub_class, channel_class, settings, post = KINDS[kind]
    with stub_class() as stub:
        stub.posts[post] = {"id": post, "message": "SALAH", "text": "SALAH", "parent": None}
        channel = channel_class(Credentials(1, {**settings, "server": stub.url}, {"access": stub.token}), client)
        assert channel.replies(None).cursor is None, "nothing was said yet"
        stub.said[post] = said(kind, range(4))
        first = channel.replies(None)
        assert {reply.remote_id for reply in first.replies} == {"c0", "c1", "c2", "c3"}
        stub.said[post] = said(kind, range(MANY))
        page = channel.replies(first.cursor)
        assert {f"c{number}" for number in range(4, MANY)} <= {reply.remote_id for reply in page.replies}
        assert {reply.parent_remote_id for reply in page.replies} == {post}
        assert [reply.at for reply in page.replies] == sorted(reply.at for reply in page.replies)
        later = channel.replies(page.cursor)
        assert later.cursor == page.cursor
        assert stub.violations == []


def test_threads_reads_mentions_elsewhere_too_and_not_our_own_answers(client: httpx.Client) -> None:
    with ThreadsStub() as stub:
        stub.posts[NUMBER] = {"id": NUMBER, "text": "SALAH", "parent": None}
        mine = {**said("threads", range(1))[0], "id": "ours", "is_reply_owned_by_me": True}
        stub.said = {NUMBER: [mine], "mentions": said("threads", range(70))}
        settings = {"user": "700", "server": stub.url}
        channel = Threads(Credentials(1, settings, {"access": stub.token}), client)
        page = channel.replies(said("threads", range(1))[0]["timestamp"])
        assert {reply.remote_id for reply in page.replies} == {f"c{number}" for number in range(70)}
        assert stub.violations == []


def test_a_quiet_post_costs_no_request_on_threads(client: httpx.Client) -> None:
    with ThreadsStub() as stub:
        stub.posts = {str(n): {"id": str(n), "text": "SALAH", "parent": None} for n in range(17_001, 17_006)}
        channel = Threads(Credentials(1, {"user": "700", "server": stub.url}, {"access": stub.token}), client)
        channel.replies(None)
        assert [request.path for request in stub.requests] == ["/700/threads", "/700/mentions"]


def test_mentions_on_x_are_read_to_their_end(client: httpx.Client) -> None:
    with XStub() as stub:
        settings = {"user": "42", "username": "cekfakta", "server": stub.url}
        channel = X(Credentials(1, settings, {"access": stub.token}), client)
        first = channel.replies(None)
        assert first.cursor == "77"
        stub.mentions = [(number, "Benarkah?") for number in reversed(range(77, 77 + MANY))]
        page = channel.replies(first.cursor)
        assert [int(reply.remote_id) for reply in page.replies] == list(range(78, 77 + MANY))
        assert page.cursor == str(76 + MANY)
        assert stub.violations == []


def test_mentions_on_mastodon_go_on_where_the_page_before_ended() -> None:
    listed = list(range(1, MANY + 1))

    def answer(request: httpx.Request) -> httpx.Response:
        after, limit = int(request.url.params["min_id"]), int(request.url.params["limit"])
        page = [number for number in listed if number > after][:limit]
        author = {"acct": "ani"}
        status = {"content": "<p>Benarkah?</p>", "account": author, "created_at": "2026-11-24T09:00:00.000Z"}
        shown = [{"id": str(n), "type": "mention", "status": {**status, "id": str(n)}} for n in reversed(page)]
        return httpx.Response(200, json=shown)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        channel = Mastodon(Credentials(1, {"server": "https://sosial.example"}, {"access": "a"}), client)
        page = channel.replies("5")
    assert [int(reply.remote_id) for reply in page.replies] == list(range(6, MANY + 1))
    assert page.cursor == str(MANY)


@pytest.mark.parametrize("kind", ["facebook", "instagram"])
def test_meta_is_asked_to_call_about_an_account_in_the_fields_that_are_declared(
    kind: str, client: httpx.Client
) -> None:
    stub_class, channel_class, settings, _post = KINDS[kind]
    with stub_class() as stub:
        channel = channel_class(Credentials(1, {**settings, "server": stub.url}, {"access": stub.token}), client)
        for _ in range(2):
            channel.ask_for_calls()
        assert stub.subscribed == set(channel.capabilities.webhooks)
        assert stub.violations == []
