"""Auditors read what every organisation publishes, and change nothing of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Organisation, RoleGrant
from accounts.roles import Role
from app.wiring import Saring
from publishing.models import ChannelAccount
from tests.channels.fake import FakeNetwork
from tests.factories.people import make_organisation
from tests.standing_clock import START
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_announcing import connect

PAGES = ("/terbitan", "/terbitan/kalender", "/terbitan/kotak-masuk", "/akun-resmi", "/terbitan/rem")


@pytest.fixture
def saring(saring: Saring) -> Saring:
    return replace(saring, channels=FakeNetwork().channels())


@pytest.fixture
def houses(saring: Saring, make: MakePerson) -> tuple[Organisation, Organisation]:
    with saring.database.write() as session:
        one, two = (make_organisation(session, name=name) for name in ("Dinas Audit Satu", "Dinas Audit Dua"))
    keeper = make(Role.PUBLISHER, organisation=two)
    with saring.database.write() as session:
        connect(saring, session, keeper)
    return one, two


def test_an_auditor_chooses_an_organisation_and_stays_in_it(
    app: Flask, saring: Saring, make: MakePerson, sign_in: SignIn, houses: tuple[Organisation, Organisation]
) -> None:
    auditor = sign_in(make(Role.AUDITOR), confirmed=True)
    for address in PAGES:
        answer = auditor.get(address)
        assert (answer.status_code, answer.location) == (303, "/terbitan/lembaga"), address
    chooser = auditor.get("/terbitan/lembaga").text
    for house in houses:
        assert f"/terbitan?lembaga={house.slug}" in chooser
    slug = houses[1].slug
    for address in PAGES:
        page = auditor.get(f"{address}?lembaga={slug}")
        assert page.status_code == 200, address
        assert "Dinas Audit Dua" in page.text
        inside = re.findall(r'href="(/(?:terbitan|akun-resmi)[^"]*)"', page.text)
        assert inside
        left = [link for link in inside if f"lembaga={slug}" not in link and link != "/terbitan/lembaga"]
        assert left in ([], ["/terbitan"]), "only the head of the page leaves the organisation"
        assert 'method="post"' not in page.text.partition("<main")[2].partition("</main>")[0]
    with saring.database.read() as session:
        account = session.scalars(select(ChannelAccount).where(ChannelAccount.organisation_id == houses[1].id)).one()
    assert auditor.get(f"/akun-resmi/{account.id}?lembaga={slug}").status_code == 200
    assert auditor.get(f"/akun-resmi/{account.id}?lembaga={houses[0].slug}").status_code == 404
    assert auditor.get("/terbitan?lembaga=tidak-ada").status_code == 404


def test_only_auditors_choose(
    app: Flask, make: MakePerson, sign_in: SignIn, houses: tuple[Organisation, Organisation]
) -> None:
    publisher = sign_in(make(Role.PUBLISHER, organisation=houses[0]), confirmed=True)
    assert publisher.get("/terbitan/lembaga").status_code == 403
    page = publisher.get(f"/terbitan?lembaga={houses[1].slug}").text
    assert "Dinas Audit Satu" in page
    assert "Dinas Audit Dua" not in page


def test_whoever_audits_and_publishes_acts_for_their_own_organisation_alone(
    app: Flask, saring: Saring, make: MakePerson, sign_in: SignIn, houses: tuple[Organisation, Organisation]
) -> None:
    both = make(Role.PUBLISHER, organisation=houses[0])
    with saring.database.write() as session:
        session.add(RoleGrant(person_id=both.id, role=Role.AUDITOR.value, granted_at=START))
    client = sign_in(both, confirmed=True)
    assert "Hentikan semua penerbitan sekarang" in client.get("/terbitan/rem").text
    elsewhere = client.get(f"/terbitan/rem?lembaga={houses[1].slug}")
    assert elsewhere.status_code == 200
    assert "Hentikan semua penerbitan sekarang" not in elsewhere.text
