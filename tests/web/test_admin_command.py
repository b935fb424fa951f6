"""`admin create` and `admin invite`: the only way in to a new house."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Person
from accounts.people import roles_of
from accounts.roles import Role
from app.commands.admin import make_commands
from app.wiring import Saring
from kernel.db import Database
from tests.factories.people import make_organisation
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD

WHO = ["--email", "Ayu@Example.org", "--name", "Ayu Prameswari"]


@pytest.fixture
def run(app: Flask, saring: Saring):
    (admin,) = make_commands(saring)
    runner = app.test_cli_runner()
    return lambda *arguments, **options: runner.invoke(admin, [*arguments], **options)


def test_a_new_house_has_no_account(silent_database: Database) -> None:
    with silent_database.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_the_first_admin_is_made_by_prompt(run, client: CheckingClient, saring: Saring) -> None:
    made = run("create", input=f"ayu@example.org\nAyu\n{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0
    assert PASSWORD not in made.output
    with saring.database.read() as session:
        person = session.scalars(select(Person).where(Person.email == "ayu@example.org")).one()
        assert roles_of(session, person.id) == {Role.CITIZEN, Role.ADMIN}
    signed_in = client.post("/masuk?next=/admin/orang", data={"email": "ayu@example.org", "password": PASSWORD})
    assert client.get(signed_in.location).location == "/akun/pengaman?next=/admin/orang"


def test_the_password_can_come_from_standard_input(run, client: CheckingClient) -> None:
    made = run("create", *WHO, "--password-stdin", input=f"{PASSWORD}\n")
    assert made.exit_code == 0
    assert client.post("/masuk", data={"email": "ayu@example.org", "password": PASSWORD}).status_code == 303


def test_there_is_no_password_by_default(run) -> None:
    assert run("create", *WHO, "--password-stdin", input="").exit_code == 1
    assert run("create", *WHO, input="").exit_code == 1


@pytest.mark.parametrize("password", ["short", "administrator1", "ayu@example.org"])
def test_a_weak_password_is_refused_in_a_sentence(run, password: str) -> None:
    refused = run("create", *WHO, "--password-stdin", input=f"{password}\n")
    assert refused.exit_code == 1
    assert "Choose a longer or less common password" in refused.output
    assert "Traceback" not in refused.output


def test_the_same_address_twice_is_refused(run) -> None:
    assert run("create", *WHO, "--password-stdin", input=f"{PASSWORD}\n").exit_code == 0
    again = run("create", *WHO, "--password-stdin", input=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert "already an account" in again.output


def test_an_invitation_is_printed(run, client: CheckingClient, saring: Saring) -> None:
    with saring.database.write() as session:
        house = make_organisation(session, name="BNPB")
    printed = run("invite", "--email", "budi@example.org", "--role", "verifier", "--organisation", house.slug)
    link = re.search(r"http://localhost(/undangan/\S+)", printed.output)
    assert link
    assert "budi@example.org" in client.get(link[1]).text


def test_an_unknown_organisation_is_refused(run) -> None:
    refused = run("invite", "--email", "budi@example.org", "--role", "verifier", "--organisation", "none")
    assert refused.exit_code == 1
    assert "no such organisation" in refused.output
