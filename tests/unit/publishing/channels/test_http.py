"""How a failure is read: only what certainly did nothing may be sent again without a look."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from publishing.channels.errors import (
    Ambiguous,
    ChannelError,
    NotFound,
    NotSent,
    RateLimited,
    ReauthRequired,
    Rejected,
)
from publishing.channels.facebook import Facebook
from publishing.channels.graph import graph_error
from publishing.channels.http import build_client, expect, send
from publishing.channels.interface import Credentials
from publishing.channels.telegram import Telegram


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, NotSent),
        (httpx.ConnectTimeout, NotSent),
        (httpx.PoolTimeout, NotSent),
        (httpx.ReadTimeout, Ambiguous),
        (httpx.WriteTimeout, Ambiguous),
        (httpx.ReadError, Ambiguous),
        (httpx.RemoteProtocolError, Ambiguous),
    ],
)
def test_a_broken_connection(error: type[httpx.TransportError], kind: type[ChannelError]) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error("pecah")

    with pytest.raises(kind) as raised:
        send(client(answer), "POST", "https://a.example/bot7:rahasia/send")
    assert type(raised.value) is kind
    assert "rahasia" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, Ambiguous), (502, Ambiguous), (401, ReauthRequired), (404, NotFound), (410, NotFound), (422, Rejected)],
)
def test_a_status(status: int, kind: type[ChannelError]) -> None:
    with pytest.raises(kind) as raised:
        expect(send(client(lambda _: httpx.Response(status, text="sebab")), "POST", "https://a.example"))
    assert type(raised.value) is kind
    assert raised.value.status == status


def test_a_success_that_is_no_json_is_doubt() -> None:
    with pytest.raises(Ambiguous):
        expect(send(client(lambda _: httpx.Response(200, text="<html>portal")), "POST", "https://a.example"))


SIGNALS: dict[str, Callable[[datetime], dict[str, str]]] = {
    "plain": lambda _soon: {"retry-after": "540"},
    "bluesky": lambda soon: {"ratelimit-reset": str(int(soon.timestamp()))},
    "x": lambda soon: {"x-rate-limit-reset": str(int(soon.timestamp()))},
    "mastodon": lambda soon: {"x-ratelimit-reset": soon.isoformat()},
}


@pytest.mark.parametrize("network", list(SIGNALS))
def test_each_networks_own_signal_ends_a_limit(network: str) -> None:
    soon = datetime.now(UTC) + timedelta(minutes=9)
    headers = SIGNALS[network](soon)
    with pytest.raises(RateLimited) as limit:
        send(client(lambda _: httpx.Response(429, headers=headers)), "POST", "https://a.example")
    assert limit.value.reset_at is not None
    assert abs(limit.value.reset_at - soon) < timedelta(seconds=30)


@pytest.mark.parametrize("value", ["", "besok", "NaN-ish"])
def test_nonsense_is_no_signal(value: str) -> None:
    with pytest.raises(RateLimited) as limit:
        send(client(lambda _: httpx.Response(429, headers={"retry-after": value})), "POST", "https://a.example")
    assert limit.value.reset_at is None


@pytest.mark.parametrize(
    ("code", "subcode", "kind"),
    [
        (190, None, ReauthRequired),
        (4, None, RateLimited),
        (130429, None, RateLimited),
        (100, 33, NotFound),
        (100, None, Rejected),
        (2, None, Ambiguous),
    ],
)
def test_metas_own_numbers(code: int, subcode: int | None, kind: type[ChannelError]) -> None:
    error = {"code": code, "error_subcode": subcode, "message": "-"}
    assert type(graph_error(httpx.Response(400, json={"error": error}))) is kind
    assert type(graph_error(httpx.Response(400, text="bukan json"))) is Rejected


def test_no_log_holds_the_token_that_telegram_wants_in_the_address(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)

    def answer(request: httpx.Request) -> httpx.Response:
        assert "123:jangan-bocor" in str(request.url)
        return httpx.Response(200, json={"result": {"id": 1, "username": "cekfakta", "title": "Cek Fakta"}})

    with caplog.at_level(logging.DEBUG), build_client(transport=httpx.MockTransport(answer)) as client:
        Telegram(Credentials(1, {"chat": "@cekfakta"}, {"token": "123:jangan-bocor"}), client).verify()
    assert "jangan-bocor" not in caplog.text


USAGE = [
    ('{"500":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":28}]}', 28),
    ('{"500":[{"estimated_time_to_regain_access":3}],"501":[{"estimated_time_to_regain_access":70}]}', 70),
    ('{"500":[{"call_count":12,"estimated_time_to_regain_access":0}]}', None),
    ("{", None),
    ("[]", None),
    ('{"500":[{"call_count":12}]}', None),
]


@pytest.mark.parametrize(("usage", "minutes"), USAGE)
@pytest.mark.parametrize("status", [400, 429])
def test_metas_own_measure_of_patience_is_kept(status: int, usage: str, minutes: int | None) -> None:
    answer = httpx.Response(
        status, json={"error": {"code": 32, "message": "limit"}}, headers={"x-business-use-case-usage": usage}
    )
    channel = Facebook(Credentials(1, {"page": "500"}, {"access": "a"}), client(lambda _: answer))
    with pytest.raises(RateLimited) as limit:
        channel.verify()
    if minutes is None:
        assert limit.value.reset_at is None
    else:
        wait = limit.value.reset_at - datetime.now(UTC)
        assert timedelta(minutes=minutes - 1) < wait <= timedelta(minutes=minutes)
