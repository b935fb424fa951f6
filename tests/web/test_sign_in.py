"""Signing in: limits, one message for every failure, a fresh identifier, own paths only."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, text

from accounts.models import LoginSession, Person
from accounts.passwords import hash_password
from accounts.people import hash_token
from accounts.roles import Role
from accounts.suspending import suspend
from app import limits
from app.addresses import own_path
from app.wiring import Saring
from kernel.db import Database
from kernel.outbox import SYSTEM, AuditEvent
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD, MakePerson, SignIn, post_sign_in

EVIL = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ /evil.example",
    "evil.example",
    "/akun\r\nSet-Cookie: a=b",
    "/‮gro.live",
    "",
]


@pytest.mark.parametrize("address", EVIL)
def test_other_sites_are_no_own_paths(address: str) -> None:
    assert own_path(address) is None


@pytest.mark.parametrize("address", ["/", "/meja", "/cari?q=banjir+rob", "/akun?a=//b", "/.//evil"])
def test_own_paths_are(address: str) -> None:
    assert own_path(address) == address


def test_signing_in_leads_to_the_page_that_was_asked_for(client: CheckingClient, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    asked = client.get("/akun?x=1")
    assert asked.status_code == 303
    answer = client.post(asked.location, data={"email": person.email.upper(), "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/akun?x=1")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("address", EVIL)
def test_signing_in_never_leads_elsewhere(client: CheckingClient, make: MakePerson, address: str) -> None:
    person = make(Role.VOLUNTEER)
    answer = client.post("/masuk", query_string={"next": address}, data={"email": person.email, "password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/akun/mulai")


@pytest.mark.parametrize("address", EVIL)
def test_the_language_switch_never_leads_elsewhere(client: CheckingClient, address: str) -> None:
    answer = client.post("/bahasa", data={"lang": "en", "back": address})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_page(client: CheckingClient, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    wrong = post_sign_in(client, person, password="wrong password here")
    unknown = post_sign_in(client, person, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 403
    pages = [re.sub(r'(?<=name="csrf_token" value=")[^"]+', "", answer.text) for answer in (wrong, unknown)]
    assert pages[0].replace(person.email, "nobody@example.org") == pages[1]
    assert "wrong password here" not in wrong.text


def test_a_failure_is_written_down_without_what_was_typed(
    client: CheckingClient, make: MakePerson, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    post_sign_in(client, person, password="wrong password here")
    post_sign_in(client, person, email="nobody@example.org\r\nforged line")
    post_sign_in(client, person, email="nobody@example.org")
    with saring.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "sign_in_failed")).all()
    assert [event.subject_id for event in events] == [str(person.id), "unknown"]
    assert all(event.data == {} and event.actor_id is None for event in events)


def test_a_suspended_person_learns_why_and_only_with_the_password(
    client: CheckingClient, make: MakePerson, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    with saring.database.write() as session:
        suspend(session, person_id=person.id, reason="Spam berulang", actor=SYSTEM, now=saring.clock.now())
    assert "Spam berulang" not in post_sign_in(client, person, password="wrong password here").text
    refused = post_sign_in(client, person)
    assert refused.status_code == 403
    assert "Spam berulang" in refused.text


@pytest.mark.parametrize("field", ["email", "password"])
@pytest.mark.parametrize("value", ["", "\0", "x" * 5_000, "<script>alert(1)</script>", "‮", "' OR 1=1 --"])
def test_odd_input_gets_the_form_back(client: CheckingClient, make: MakePerson, field: str, value: str) -> None:
    answer = post_sign_in(client, make(Role.VOLUNTEER), **{field: value})
    assert answer.status_code in (403, 422)
    assert "<script>alert" not in answer.text


def test_an_account_is_closed_after_ten_failures_from_anywhere(app: Flask, make: MakePerson) -> None:
    person, other = make(Role.VOLUNTEER), make(Role.VOLUNTEER)
    statuses = []
    for number in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
        statuses.append(post_sign_in(client, person, password="wrong password here").status_code)
    assert statuses == [403] * 10 + [429]
    client.environ_base["REMOTE_ADDR"] = "203.0.113.99"
    shut = post_sign_in(client, person)
    assert shut.status_code == 429
    assert 0 < int(shut.headers["Retry-After"]) <= 301
    assert post_sign_in(client, other).status_code == 303


def test_an_address_is_shut_out_after_ten_failures_on_any_account(app: Flask, make: MakePerson) -> None:
    person, client = make(Role.VOLUNTEER), app.test_client()
    statuses = [post_sign_in(client, person, email=f"x{n}@example.org").status_code for n in range(11)]
    assert statuses == [403] * 10 + [429]
    client.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    assert post_sign_in(client, person).status_code == 303


def test_a_forged_forwarding_header_does_not_open_a_new_count(app: Flask, make: MakePerson) -> None:
    client = app.test_client()
    statuses = [
        client.post(
            "/masuk",
            data={"email": f"x{n}@example.org", "password": "wrong password here"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        ).status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


def test_households_on_ipv6_are_counted_by_their_network(app: Flask) -> None:
    keys = set()
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"):
        with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            keys.add(limits.client_key())
    assert keys == {"2001:db8:1:2::/64", "2001:db8:1:3::/64"}


def test_signing_in_rightly_uses_no_tries_up(app: Flask, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    assert [post_sign_in(app.test_client(), person).status_code for _ in range(12)] == [303] * 12


def test_counters_keep_no_e_mail_address(client: CheckingClient, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    post_sign_in(client, person, password="wrong password here")
    counters = Database(limits.counters_url(saring.settings.database, saring.settings.data))
    with counters.read() as session:
        keys = session.scalars(text("SELECT key FROM rate_counter")).all()
    counters.dispose()
    assert any("sign-in-account" in key for key in keys)
    assert not any(person.email in key for key in keys)


def test_signing_in_gives_the_browser_a_new_identifier(
    client: CheckingClient, make: MakePerson, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    client.get("/masuk")
    with client.session_transaction() as browser:
        browser["_user_id"] = "planted-by-somebody-else"
        browser["csrf_token"] = "planted"
    post_sign_in(client, person)
    with client.session_transaction() as browser:
        token = browser["_user_id"]
        assert browser.get("csrf_token") != "planted"
    assert token != "planted-by-somebody-else"
    with saring.database.read() as session:
        hashes = set(session.scalars(select(LoginSession.token_hash).where(LoginSession.person_id == person.id)))
    assert hashes == {hash_token(token)}


def test_a_hash_with_old_parameters_is_renewed(client: CheckingClient, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with saring.database.write() as session:
        session.get_one(Person, person.id).password_hash = weak
    assert post_sign_in(client, person).status_code == 303
    with saring.database.read() as session:
        stored = session.get_one(Person, person.id).password_hash
    assert stored != weak
    assert stored.startswith(hash_password("x")[:29])
    assert post_sign_in(client, person).status_code == 303


def test_whoever_is_signed_in_already_is_sent_on(sign_in: SignIn, make: MakePerson) -> None:
    answer = sign_in(make(Role.VOLUNTEER)).get("/masuk?next=/akun")
    assert (answer.status_code, answer.location) == (303, "/akun")


def test_without_a_mail_server_the_page_says_whom_to_ask(client: CheckingClient) -> None:
    page = client.get("/lupa-sandi").text
    assert "administrator" in page
    assert 'name="email"' not in page
    assert client.post("/lupa-sandi", data={"email": "sari@example.org"}).status_code == 422
