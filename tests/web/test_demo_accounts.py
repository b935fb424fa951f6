"""Accounts to try things out with: only when asked for, and each opens with the password that was shown."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from accounts.models import Person
from accounts.organisations import OrganisationExists
from accounts.roles import Role
from app.demo import CAST, ORGANISATION, make_demo_accounts
from app.wiring import Saring
from tests.web.checking_client import CheckingClient
from tests.web.conftest import SignIn


def test_demo_accounts_open_with_what_was_shown(saring: Saring, client: CheckingClient) -> None:
    with saring.database.read() as session:
        before = session.scalar(select(func.count(Person.id)))
    accounts = make_demo_accounts(saring)
    assert len({account.password for account in accounts}) == len(CAST)
    signed_in = client.post("/masuk", data={"email": accounts[0].email, "password": accounts[0].password})
    assert signed_in.status_code == 303
    with saring.database.read() as session:
        assert session.scalar(select(func.count(Person.id))) == before + len(CAST)


def test_asking_twice_makes_no_second_cast(saring: Saring) -> None:
    make_demo_accounts(saring)
    with saring.database.read() as session:
        before = session.scalar(select(func.count(Person.id)))
    with pytest.raises(OrganisationExists):
        make_demo_accounts(saring)
    with saring.database.read() as session:
        assert session.scalar(select(func.count(Person.id))) == before


def test_there_is_somebody_of_every_role_and_the_auditor_reads_every_organisation(
    saring: Saring, sign_in: SignIn
) -> None:
    accounts = make_demo_accounts(saring)
    assert {account.role for account in accounts} == set(Role) - {Role.CITIZEN, Role.ADMIN}
    (email,) = (account.email for account in accounts if account.role is Role.AUDITOR)
    with saring.database.read() as session:
        auditor = session.scalars(select(Person).where(Person.email == email)).one()
    client = sign_in(auditor, confirmed=True)
    assert "Balai Demo" in client.get("/terbitan/lembaga").text
    assert client.get(f"/terbitan?lembaga={ORGANISATION}").status_code == 200
    assert client.post("/terbitan/1/batal").status_code == 403
