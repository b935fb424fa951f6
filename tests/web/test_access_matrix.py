"""Every route, asked for by every role: the answer is the one that the view's declaration promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts.roles import STAFF, Role
from app import access
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.routes import Route, routes_of

SERVED = {200, 201, 204, 302, 303, 400, 404, 405, 409, 410, 422, 503}
"""What a view itself may say to an empty form and to numbers that name nothing. 401, 403 and 500 are not among it."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: nobody, or somebody with roles, perhaps with a second factor, perhaps confirmed by it."""

    roles: frozenset[Role] | None
    enrolled: bool = False
    confirmed: bool = False

    def __str__(self) -> str:
        names = "visitor" if self.roles is None else "+".join(sorted(self.roles)) or "citizen"
        return names + (" confirmed" if self.confirmed else " enrolled" if self.enrolled else "")


CALLERS = [
    Caller(None),
    *(Caller(frozenset({role})) for role in Role),
    *(Caller(frozenset({role}), enrolled=True) for role in Role),
    *(Caller(frozenset({role}), enrolled=True, confirmed=True) for role in Role),
]

ASKED = {Role.VOLUNTEER, Role.VERIFIER, Role.PUBLISHER, Role.ADMIN}


def promised(route: Route, caller: Caller) -> str:
    """Return `served`, `refused`, or the page that the caller is sent to, as the declaration has it."""
    allowed = route.access.roles
    if allowed is None:
        return "served"
    if caller.roles is None:
        return "/masuk"
    if caller.enrolled and not caller.confirmed and not route.access.half:
        return "/masuk/kode"
    if not allowed or caller.roles & allowed - STAFF:
        return "served"
    if not caller.roles & allowed:
        return "refused"
    return "served" if caller.confirmed else "/akun/pengaman"


CASES = [
    *(("sqlite", caller) for caller in CALLERS),
    # What a role may do does not depend on the database; what views do with it is asked once more for some.
    *(
        ("postgresql", caller)
        for caller in CALLERS
        if caller.roles is None or (caller.confirmed and caller.roles & ASKED)
    ),
]


@pytest.mark.parametrize(("database", "caller"), CASES, indirect=["database"], ids=str)
def test_every_route_answers_as_it_declares(app: Flask, caller: Caller, make: MakePerson, sign_in: SignIn) -> None:
    app.test_client_class = FlaskClient  # other tests look at the pages; this one at who gets them
    faults = []
    open_browser = browser_of(app, caller, make=make, sign_in=sign_in)
    for route in routes_of(app):
        client = open_browser()  # a new one each time: some routes sign the caller out
        answer = client.open(route.path, method=route.method)
        if route.is_for_networks:
            right = answer.status_code in SERVED | {403}
        else:
            right = kept(promised(route, caller), answer.status_code, answer.location or "")
        if not right:
            faults.append(f"{route}: promised {promised(route, caller)}, got {answer.status_code} {answer.location}")
    assert not faults, "\n".join(faults)


def kept(promise: str, status: int, location: str) -> bool:
    if promise == "served":
        # A page may itself ask for a fresh confirmation or send a visitor on; it may not refuse.
        return status in SERVED
    if promise == "refused":
        return status == 403
    return status == 303 and location.split("?")[0] == promise


def browser_of(app: Flask, caller: Caller, *, make: MakePerson, sign_in: SignIn) -> Callable[[], FlaskClient]:
    """Return what opens one more browser of this caller."""
    if caller.roles is None:
        return app.test_client
    person = make(*caller.roles)
    if caller.enrolled:
        sign_in(person, confirmed=True)  # enrolled and confirmed, though perhaps in another browser than the next one
    return partial(sign_in, person, confirmed=caller.confirmed)


def test_a_view_without_a_declaration_stops_the_start() -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/bare", view_func=lambda: "hello", endpoint="hello")
    with pytest.raises(RuntimeError, match="hello"):
        access.guard(app)


def test_a_view_declares_its_access_once() -> None:
    with pytest.raises(RuntimeError, match="twice"):
        access.public(access.signed_in(lambda: "hello"))


def test_a_fragment_request_is_sent_to_sign_in_as_a_whole_page(client: CheckingClient) -> None:
    answer = client.get("/meja", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/masuk?next=/meja"


def test_a_form_sent_without_a_session_leads_back_to_the_page_that_held_it(client: CheckingClient) -> None:
    sent = {"Referer": "http://localhost/meja?halaman=2"}
    assert client.post("/meja/ABC/ambil", headers=sent).location == "/masuk?next=/meja?halaman%3D2"
    foreign = {"Referer": "https://evil.example/meja"}
    assert client.post("/meja/ABC/ambil", headers=foreign).location == "/masuk?next=/"
