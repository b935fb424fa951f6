"""What breaks closes doors and says so, without telling how the house is built."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from accounts.roles import Role
from app import create_app
from app.wiring import Saring
from kernel.db import Database
from tests.fakes.searcher import FakeSearcher
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn

NOWHERE = "postgresql+psycopg://saring@127.0.0.1:1/none"
"""Nothing listens on port 1."""


@pytest.fixture
def cut_off(saring: Saring) -> Iterator[CheckingClient]:
    """A browser of an application whose database does not answer."""
    database = Database(NOWHERE)
    app = create_app(saring.settings, replace(saring, database=database))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = CheckingClient
    yield app.test_client()
    app.extensions["limiter"].storage.close()
    database.dispose()


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("POST", "/masuk"), ("POST", "/daftar"), ("GET", "/readyz")]
)
def test_without_its_database_a_page_says_when_to_come_back(cut_off: CheckingClient, method: str, path: str) -> None:
    form = {"email": "a@example.org", "name": "A", "password": "gerobak senja kacang", "conduct": "y", "consent": "y"}
    begun = time.monotonic()
    answer = cut_off.open(path, method=method, data=form if method == "POST" else None)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - begun < 5
    for word in ("Traceback", "psycopg", "sqlalchemy", "127.0.0.1"):
        assert word not in answer.text


def test_a_process_without_its_database_still_lives(cut_off: CheckingClient) -> None:
    assert cut_off.get("/healthz").status_code == 200


def test_without_its_counters_nobody_may_try_passwords(app: Flask, client: CheckingClient) -> None:
    storage = app.extensions["limiter"].storage
    kept, storage._database = storage._database, Database("sqlite:////no/such/folder/limits.db")
    try:
        answer = client.post("/masuk", data={"email": "a@example.org", "password": "x"})
        alive = client.get("/healthz")
    finally:
        storage._database.dispose()
        storage._database = kept
    assert answer.status_code == 503
    assert alive.status_code == 200


class BrokenSearcher(FakeSearcher):
    """Fails in a way that nobody foresaw."""

    def degraded(self) -> tuple[str, ...]:
        raise RuntimeError("secret detail")


def test_an_unforeseen_fault_tells_nothing(saring: Saring) -> None:
    app = create_app(saring.settings, replace(saring, search=BrokenSearcher()))
    app.test_client_class = CheckingClient
    answer = app.test_client().get("/readyz")
    app.extensions["limiter"].storage.close()
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text


def test_a_session_in_a_lost_database_opens_nothing(sign_in: SignIn, make: MakePerson, cut_off: CheckingClient) -> None:
    cookie = sign_in(make(Role.ADMIN), confirmed=True).get_cookie("saring")
    assert cookie
    cut_off.set_cookie("saring", cookie.value)
    assert cut_off.get("/admin/orang").status_code == 503
