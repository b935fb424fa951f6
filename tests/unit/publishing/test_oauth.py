"""Consent: the answer must belong to a request of ours, be fresh, and prove that it is us who asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from publishing.errors import AccountRefused, BadState
from publishing.oauth import CONSENTS, PENDING_FOR, OAuthApp, ask, challenge, trade

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
APP = OAuthApp("klien", "sandi", "https://saring.example/akun/kembali", "https://mastodon.example")


def network(*answers: httpx.Response) -> tuple[httpx.Client, list[httpx.Request]]:
    seen: list[httpx.Request] = []
    waiting = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return waiting.pop(0)

    return httpx.Client(transport=httpx.MockTransport(handle)), seen


@pytest.mark.parametrize("kind", list(CONSENTS))
def test_each_question_has_a_state_of_its_own(kind: str) -> None:
    (first, one), (second, two) = ask(kind, APP, now=NOW), ask(kind, APP, now=NOW)
    query = parse_qs(urlsplit(first).query)
    assert query["state"] == [one.state]
    assert one.state != two.state
    assert first != second
    assert query["redirect_uri"] == [APP.redirect_uri]
    assert ("code_challenge" in query) is CONSENTS[kind].pkce
    assert one.verifier not in first
    assert APP.client_secret not in first + repr(APP) + repr(one)


def test_the_challenge_is_that_of_the_standard() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_good_answer_becomes_tokens() -> None:
    _, pending = ask("x", APP, now=NOW)
    client, seen = network(httpx.Response(200, json={"access_token": "a", "refresh_token": "r", "expires_in": 7200}))
    tokens = trade(client, APP, pending, state=pending.state, code="c", now=NOW)
    assert tokens.secrets == {"access": "a", "refresh": "r", "client_id": "klien", "client_secret": "sandi"}
    assert tokens.expires_at == NOW + timedelta(hours=2)
    sent = parse_qs(seen[0].content.decode())
    assert challenge(sent["code_verifier"][0]) == challenge(pending.verifier)
    assert "sandi" not in repr(tokens)


def test_a_token_that_says_no_end_has_none() -> None:
    _, pending = ask("mastodon", APP, now=NOW)
    client, seen = network(httpx.Response(200, json={"access_token": "a"}))
    assert trade(client, APP, pending, state=pending.state, code="c", now=NOW).expires_at is None
    assert str(seen[0].url) == "https://mastodon.example/oauth/token"


def test_metas_short_token_is_traded_for_a_long_one() -> None:
    _, pending = ask("threads", APP, now=NOW)
    client, seen = network(
        httpx.Response(200, json={"access_token": "pendek"}),
        httpx.Response(200, json={"access_token": "panjang", "expires_in": 5_184_000}),
    )
    tokens = trade(client, APP, pending, state=pending.state, code="c", now=NOW)
    assert tokens.secrets["access"] == "panjang"
    assert seen[1].url.params["access_token"] == "pendek"


def test_an_answer_to_somebody_elses_question_or_a_late_one_is_refused() -> None:
    _, pending = ask("x", APP, now=NOW)
    client, seen = network()
    with pytest.raises(BadState):
        trade(client, APP, pending, state="lain", code="c", now=NOW)
    late = NOW + PENDING_FOR + timedelta(seconds=1)
    with pytest.raises(BadState):
        trade(client, APP, pending, state=pending.state, code="c", now=late)
    assert seen == []


@pytest.mark.parametrize("answer", [httpx.Response(400, json={"error": "invalid_grant"}), httpx.Response(200, json={})])
def test_a_refused_code_is_said(answer: httpx.Response) -> None:
    _, pending = ask("x", APP, now=NOW)
    client, _ = network(answer)
    with pytest.raises(AccountRefused):
        trade(client, APP, pending, state=pending.state, code="c", now=NOW)
