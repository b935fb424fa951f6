"""Becoming a volunteer, and accepting an invitation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts import people
from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from kernel.outbox import SYSTEM, AuditEvent
from tests.factories.people import make_organisation
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD, MakePerson, SignIn

VOLUNTEER = {
    "name": "Siti Rahma",
    "email": "siti@example.org",
    "password": PASSWORD,
    "conduct": "y",
    "consent": "y",
}


def invite(saring: Saring, *, role: Role, organisation: str | None = None) -> tuple[str, int | None]:
    with saring.database.write() as session:
        house = make_organisation(session, name=organisation).id if organisation else None
        token = people.invite(
            session,
            email="budi@example.org",
            role=role,
            organisation_id=house,
            actor=SYSTEM,
            now=saring.clock.now(),
        )
    return f"/undangan/{token}", house


def person_of(saring: Saring, email: str) -> tuple[Person, frozenset[Role]]:
    with saring.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == email)).one()
        return person, people.roles_of(session, person.id)


def test_a_volunteer_registers_and_starts_at_the_desk(client: CheckingClient, saring: Saring) -> None:
    answer = client.post("/daftar", data=VOLUNTEER)
    assert answer.location == "/akun/mulai"
    assert client.get(answer.location).location == "/meja"
    assert client.get("/meja").status_code == 200
    person, roles = person_of(saring, "siti@example.org")
    assert roles == {Role.CITIZEN, Role.VOLUNTEER}
    assert person.password_hash.startswith("$argon2id$")
    assert "siti" not in person.alias
    with saring.database.read() as session:
        accepted = session.scalars(select(AuditEvent).where(AuditEvent.kind == "terms_accepted")).one()
    assert accepted.data == {"version": "2026-11"}


def test_nobody_gives_themselves_a_role_by_an_extra_field(client: CheckingClient, saring: Saring) -> None:
    extra = {"role": "admin", "roles": "admin", "organisation_id": "1", "alias": "presiden", "id": "1"}
    assert client.post("/daftar", data=VOLUNTEER | extra).status_code == 303
    person, roles = person_of(saring, "siti@example.org")
    assert Role.ADMIN not in roles
    assert person.organisation_id is None
    assert person.alias != "presiden"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "Siti\0"),
        ("name", "‮itiS"),
        ("name", "x" * 121),
        ("email", "no address"),
        ("email", "a@b@c"),
        ("email", "siti@example.org\0"),
        ("email", "x" * 250 + "@example.org"),
        ("password", "siti@example.org"),
        ("password", "Siti Rahma 123"),
        ("password", "x" * 1_001),
        ("conduct", ""),
        ("consent", ""),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client: CheckingClient, saring: Saring, field: str, value: str) -> None:
    answer = client.post("/daftar?lang=en", data=VOLUNTEER | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "\0" not in answer.text
    with saring.database.read() as session:
        assert session.scalar(select(Person.id).where(Person.name.like("%Siti%"))) is None


def test_what_was_typed_is_still_there_but_for_the_password(client: CheckingClient) -> None:
    page = client.post("/daftar", data=VOLUNTEER | {"consent": ""}).text
    assert 'value="Siti Rahma"' in page
    assert 'value="siti@example.org"' in page
    assert PASSWORD not in page


def test_one_address_has_one_account(client: CheckingClient, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    answer = client.post("/daftar", data=VOLUNTEER | {"email": f" {person.email.upper()} "})
    assert answer.status_code == 422
    assert 'id="email-error"' in answer.text


def test_registering_by_the_hundred_is_slowed_down(client: CheckingClient) -> None:
    answers = [client.post("/daftar", data={}).status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]


def test_a_name_is_shown_as_text(client: CheckingClient) -> None:
    client.post("/daftar", data=VOLUNTEER | {"name": "<img src=x onerror=alert(1)>"})
    page = client.get("/akun").text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_an_invited_verifier_joins_with_role_and_organisation(client: CheckingClient, saring: Saring) -> None:
    path, house = invite(saring, role=Role.VERIFIER, organisation="BMKG")
    page = client.get(path)
    assert "budi@example.org" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    form = VOLUNTEER | {"name": "Budi", "email": "else@example.org", "role": "admin"}
    assert client.post(path, data=form).location == "/akun/mulai"
    person, roles = person_of(saring, "budi@example.org")
    assert roles == {Role.CITIZEN, Role.VERIFIER}
    assert person.organisation_id == house
    assert client.get("/meja").location == "/akun/pengaman?next=/meja"


def test_an_invitation_works_once(app: Flask, client: CheckingClient, saring: Saring) -> None:
    path, _house = invite(saring, role=Role.EDITOR)
    assert client.post(path, data=VOLUNTEER).status_code == 303
    late = app.test_client()
    assert late.get(path).status_code == 404
    assert late.post(path, data=VOLUNTEER).status_code == 404


def test_an_invitation_runs_out(client: CheckingClient, saring: Saring, clock: StandingClock) -> None:
    path, _house = invite(saring, role=Role.EDITOR)
    clock.advance(days=people.INVITATION_DAYS, seconds=-1)
    assert client.get(path).status_code == 200
    clock.advance(seconds=1)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "%00", "a" * 5_000, "..%2f..", "é"])
def test_an_unknown_invitation_is_no_page(client: CheckingClient, token: str) -> None:
    assert client.get(f"/undangan/{token}").status_code == 404


def test_a_profile_changes_what_it_should_and_nothing_else(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    client = sign_in(person)
    client.set_cookie("lang", "id")
    form = {"name": "Nama Baru", "alias": "Elang-Jawa", "language": "en", "languages": ["en", "other"]}
    form["topics"] = ["health", "money"]
    extra = {"email": "other@example.org", "organisation_id": "1", "suspended_at": "", "role": "admin"}
    answer = client.post("/akun", data=form | extra)
    assert answer.location == "/akun?saved=1"
    changed, roles = person_of(saring, person.email)
    assert (changed.name, changed.alias, changed.language) == ("Nama Baru", "elang-jawa", "en")
    assert (changed.languages, changed.topics) == (["en", "other"], ["health", "money"])
    assert roles == {Role.CITIZEN, Role.VOLUNTEER}
    assert '<html lang="en">' in client.get("/akun").text


def test_one_language_of_several_is_enough(sign_in: SignIn, make: MakePerson) -> None:
    """A browser refuses to send a form while any box that is `required` stays empty."""
    page = sign_in(make(Role.VOLUNTEER)).get("/akun").text
    boxes = re.findall(r'<input[^>]* name="languages"[^>]*>', page)
    assert len(boxes) == 3
    assert not [box for box in boxes if "required" in box]


@pytest.mark.parametrize("alias", ["", "ab", "dua kata", "-depan", "x" * 31, "админ", "a/b"])
def test_an_odd_public_name_is_refused(sign_in: SignIn, make: MakePerson, alias: str) -> None:
    form = {"name": "Nama", "alias": alias, "language": "id", "languages": "id"}
    answer = sign_in(make(Role.VOLUNTEER)).post("/akun", data=form)
    assert answer.status_code == 422
    assert 'id="alias-error"' in answer.text


def test_two_people_never_share_a_public_name(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    first, second = make(Role.VOLUNTEER), make(Role.VOLUNTEER)
    form = {"name": "Nama", "alias": first.alias.upper(), "language": "id", "languages": "id"}
    answer = sign_in(second).post("/akun", data=form)
    assert answer.status_code == 422
    assert person_of(saring, second.email)[0].name == second.name


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"languages": "xx"}, {"languages": []}, {"topics": "xx"}], ids=str
)
def test_only_offered_answers_are_taken(sign_in: SignIn, make: MakePerson, wrong: dict[str, Any]) -> None:
    form = {"name": "Nama", "alias": "elang-jawa", "language": "id", "languages": "id", **wrong}
    assert sign_in(make(Role.VOLUNTEER)).post("/akun", data=form).status_code == 422
