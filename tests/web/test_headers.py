"""The security headers and cookies of every answer, and what an answer must never tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from accounts.roles import Role
from app import create_app
from app.wiring import Saring
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn, post_sign_in
from tests.web.routes import routes_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; "
    "worker-src 'self'"
)

EXACT = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

REFERRER = {"strict-origin-when-cross-origin", "no-referrer"}
"""The second is stricter: for pages whose address is a secret."""


def faults_of(answer: TestResponse) -> list[str]:
    faults = [f"{n}: {answer.headers.get(n)}" for n, value in EXACT.items() if answer.headers.get(n) != value]
    if answer.headers.get("Referrer-Policy") not in REFERRER:
        faults.append("Referrer-Policy")
    kind = answer.headers.get("Content-Type", "")
    if answer.data and (kind.startswith("text/") or "xml" in kind) and "charset=utf-8" not in kind:
        faults.append(f"no charset: {kind}")
    if "Server" in answer.headers or "X-Powered-By" in answer.headers:
        faults.append("says what it runs on")
    return faults


def test_every_answer_carries_the_headers(app: Flask, client: CheckingClient) -> None:
    found = {
        str(route): faults
        for route in routes_of(app)
        if (faults := faults_of(client.open(route.path, method=route.method)))
    }
    assert not found


def test_errors_carry_the_headers_too(client: CheckingClient) -> None:
    for path, method in (("/no-such-page", "GET"), ("/masuk", "DELETE"), ("/static/none.css", "GET")):
        assert not faults_of(client.open(path, method=method)), path


def test_what_a_signed_in_person_sees_is_never_stored(app: Flask, sign_in: SignIn, make: MakePerson) -> None:
    client = sign_in(make(*Role), confirmed=True)
    stored = [
        str(route)
        for route in routes_of(app)
        if route.method == "GET" and client.get(route.path).headers.get("Cache-Control") != "no-store"
    ]
    assert not stored


@pytest.fixture
def secure_app(saring: Saring) -> Iterator[Flask]:
    settings = replace(saring.settings, base_url="https://saring.example")
    app = create_app(settings, replace(saring, settings=settings))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = CheckingClient
    yield app
    app.extensions["limiter"].storage.close()


def test_behind_https_cookies_are_bound_to_the_host_and_https_is_remembered(
    secure_app: Flask, make: MakePerson
) -> None:
    client = secure_app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    signed_in = post_sign_in(client, make(Role.VOLUNTEER))
    chosen = client.post("/bahasa", data={"lang": "en", "back": "/"})
    assert signed_in.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookies = SimpleCookie()
    for answer in (signed_in, chosen):
        for line in answer.headers.getlist("Set-Cookie"):
            cookies.load(line)
    assert "__Host-saring" in cookies
    for cookie in cookies.values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


def test_without_https_no_browser_is_told_to_insist_on_it(client: CheckingClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
def test_strange_methods_are_refused(client: CheckingClient, method: str) -> None:
    assert client.open("/masuk", method=method).status_code == 405


@pytest.mark.parametrize("path", ["/console", "/static/", "/static/../wsgi.py", "/.git/config", "/.env", "/metrics"])
def test_nothing_behind_the_scenes_is_served(client: CheckingClient, path: str) -> None:
    assert client.get(path).status_code == 404
