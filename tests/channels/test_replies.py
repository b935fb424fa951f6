"""What the public says between two fetches is read to its end, however much it is, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from publishing.channels.facebook import Facebook
from publishing.channels.instagram import Instagram
from publishing.channels.interface import Channel, Credentials, Sending
from publishing.channels.mastodon import Mastodon
from publishing.channels.threads import Threads
from publishing.channels.values import Payload, Published
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


def instagram(stub: InstagramStub, client: httpx.Client) -> Instagram:
    stub.posts[NUMBER] = {"id": NUMBER, "caption": "SALAH", "parent": None}
    settings = {"user": "900", "username": "cekfakta", "server": stub.url}
    return Instagram(Credentials(1, settings, {"access": stub.token}), client)


def remark(number: str, at: datetime, username: str = "ani") -> dict[str, Any]:
    stamp = at.strftime("%Y-%m-%dT%H:%M:%S+0000")
    return {"id": number, "text": "Benarkah?", "username": username, "timestamp": stamp}


def test_answers_to_comments_of_others_are_read_on_instagram_page_by_page(client: httpx.Client) -> None:
    with InstagramStub() as stub:
        channel = instagram(stub, client)
        days = [remark(str(900 + age), START - timedelta(days=age)) for age in range(10)]
        stub.said = {NUMBER: days}
        cursor = channel.replies(None).cursor
        later = [remark(str(5_000 + number), START + timedelta(seconds=number)) for number in range(MANY)]
        stub.said |= {"903": later, "905": [remark("6000", START - timedelta(days=5)), remark("6001", START)]}
        stub.said["909"] = [remark("7000", START)]
        stub.said["901"] = [remark("8000", START, username="cekfakta")]
        page = channel.replies(cursor)
        answers = {reply.remote_id for reply in page.replies} - {comment["id"] for comment in days}
        assert answers == {one["id"] for one in later} | {"6001"}, (
            "not ours, not old ones, none under a comment of nine days"
        )
        assert {reply.parent_remote_id for reply in page.replies} == {NUMBER}
        assert stub.violations == []


@pytest.mark.parametrize("answered", ["901", "9011"])
def test_an_answer_of_ours_on_instagram_is_found_again_under_the_comment(client: httpx.Client, answered: str) -> None:
    """A comment has answers and no comments, and an answer has neither: what is said to it stands above it."""
    with InstagramStub() as stub:
        channel = instagram(stub, client)
        stub.said = {NUMBER: [remark("901", START)], "901": [remark("9011", START)]}
        marker = "https://saring.example/cn/1?v=1#jawab-1"
        payload = Payload(
            text=f"Ini sumbernya. {marker}",
            title="-",
            language="id",
            marker=marker,
            created_at=START,
            event="answered",
            counter_narrative_id=1,
            version=1,
            verdict="false",
            reply_to=Published(answered),
        )
        assert channel.find(payload, Sending("k")) is None
        sent = channel.publish(payload, Sending("k"))
        found = channel.find(payload, Sending("k"))
        assert found is not None
        assert found.remote_id == sent.remote_id
        assert stub.violations == []
