"""Nothing changes without a form token, and looking changes nothing."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import select

from accounts.roles import Role
from app.wiring import Saring
from kernel.db import Base
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD, MakePerson, put_session
from tests.web.routes import routes_of


def all_seeing(app: Flask, make: MakePerson, saring: Saring) -> CheckingClient:
    """A browser of somebody with every role, confirmed."""
    client = app.test_client()
    put_session(client, saring, make(*Role), confirmed=True)
    return client


def contents(saring: Saring) -> dict[str, list[Any]]:
    with saring.database.read() as session:
        return {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in Base.metadata.tables.items()
        }


def test_every_unsafe_request_needs_a_token(guarded_app: Flask, make: MakePerson, saring: Saring) -> None:
    client, visitor = all_seeing(guarded_app, make, saring), guarded_app.test_client()
    before = contents(saring)
    open_doors = [
        f"{route} let {name} in: {status}"
        for route in routes_of(guarded_app)
        if route.method != "GET"
        for name, browser in (("staff", client), ("a visitor", visitor))
        if (status := browser.open(route.path, method=route.method).status_code)
        != (403 if route.is_for_networks else 400)
    ]
    assert not open_doors, "\n".join(open_doors)
    assert contents(saring) == before


def test_a_token_of_another_browser_is_refused(guarded_app: Flask, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    page = guarded_app.test_client().get("/masuk").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"email": person.email, "password": PASSWORD, "csrf_token": token[1]}
    assert guarded_app.test_client().post("/masuk", data=form).status_code == 400


def test_the_token_of_the_page_is_taken(guarded_app: Flask, make: MakePerson) -> None:
    person, client = make(Role.VOLUNTEER), guarded_app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/masuk").text)
    assert token
    form = {"email": person.email, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/masuk", data=form).status_code == 303


def test_looking_changes_nothing(guarded_app: Flask, make: MakePerson, saring: Saring) -> None:
    client = all_seeing(guarded_app, make, saring)
    before = contents(saring)
    for route in routes_of(guarded_app):
        if route.method == "GET":
            client.get(route.path)
    assert contents(saring) == before
