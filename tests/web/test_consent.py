"""Connecting by a network's consent page: only our own question is answered, and a person chooses among their Pages."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Organisation, Person
from accounts.roles import Role
from app.settings import BadSettings, Settings
from app.wiring import Saring
from publishing.channels.http import build_client
from publishing.connections import Channels
from publishing.models import ChannelAccount, PendingConnection
from tests.factories.people import make_organisation
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn

APPS = (("facebook", "123", "rahasia-aplikasi"), ("x", "klien", "rahasia-x"))
PAGES = [
    {"id": "11", "name": "Dinas Literasi", "access_token": "token-halaman-11"},
    {"id": "22", "name": "Klub Catur", "access_token": "token-halaman-22"},
]


class Networks:
    """Facebook and X as their documentation has them, in one place: what they were asked, and what they answer."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, token = request.url.path, request.headers.get("Authorization", "").removeprefix("Bearer ")
        if path.endswith(("/oauth/access_token", "/oauth2/token")):
            self.forms.append(parse_qs(request.content.decode()))
            return httpx.Response(200, json={"access_token": "token-orang", "refresh_token": "r", "expires_in": 7200})
        if path.endswith("/me/accounts"):
            assert token == "token-orang"
            return httpx.Response(200, json={"data": PAGES})
        if path.endswith("/2/users/me"):
            return httpx.Response(200, json={"data": {"id": "7", "username": "dinas", "name": "Dinas"}})
        page = next(page for page in PAGES if page["access_token"] == token)
        return httpx.Response(200, json={"id": page["id"], "name": page["name"]})


@pytest.fixture
def networks() -> Networks:
    return Networks()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, oauth_apps=APPS)


@pytest.fixture
def saring(saring: Saring, networks: Networks) -> Saring:
    known = saring.channels
    client = build_client(transport=httpx.MockTransport(networks.answer))
    return replace(saring, channels=Channels(known.kinds, known.vault, client))


@pytest.fixture
def keeper(saring: Saring, make: MakePerson) -> Person:
    with saring.database.write() as session:
        organisation = make_organisation(session, name="Dinas Literasi")
    return make(Role.PUBLISHER, organisation=organisation)


def ask(client: CheckingClient, kind: str) -> dict[str, str]:
    """Begin, and return what the address of the consent page carries."""
    page = client.post(f"/akun-resmi/sambung/{kind}").text
    address = page.split('class="button button-main" href="')[1].split('"')[0].replace("&amp;", "&")
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def accounts_of(saring: Saring, keeper: Person) -> list[ChannelAccount]:
    with saring.database.read() as session:
        house = session.get_one(Organisation, keeper.organisation_id)
        return list(session.scalars(select(ChannelAccount).where(ChannelAccount.organisation_id == house.id)))


def test_a_person_chooses_among_the_pages_of_one_consent(
    app: Flask, saring: Saring, keeper: Person, sign_in: SignIn
) -> None:
    client = sign_in(keeper, confirmed=True)
    asked = ask(client, "facebook")
    assert asked["client_id"] == "123"
    assert asked["redirect_uri"] == "http://localhost/akun-resmi/kembali"
    back = client.get("/akun-resmi/kembali", query_string={"state": asked["state"], "code": "kode"})
    assert back.location.endswith("/akun-resmi/pilih")
    choice = client.get("/akun-resmi/pilih").text
    assert "Klub Catur" in choice
    assert "token-" not in choice
    assert client.post("/akun-resmi/pilih", data={"number": "33"}).status_code == 409
    assert client.post("/akun-resmi/pilih", data={"number": "11"}).location.endswith("/akun-resmi/pastikan")
    assert "Dinas Literasi" in client.get("/akun-resmi/pastikan").text
    assert client.post("/akun-resmi/pastikan", data={"language": "id"}).status_code == 303
    (account,) = accounts_of(saring, keeper)
    assert account.settings["page"] == "11"
    assert saring.channels.vault.open(account.id, account.sealed)["access"] == "token-halaman-11"


def test_the_code_is_traded_with_the_proof_of_who_asked(
    app: Flask, saring: Saring, keeper: Person, sign_in: SignIn, networks: Networks
) -> None:
    client = sign_in(keeper, confirmed=True)
    asked = ask(client, "x")
    assert asked["code_challenge_method"] == "S256"
    answer = {"state": asked["state"], "code": "kode"}
    assert client.get("/akun-resmi/kembali", query_string=answer).location.endswith("/akun-resmi/pastikan")
    (form,) = networks.forms
    assert (form["code"], len(form["code_verifier"][0]) >= 43) == (["kode"], True)
    assert client.get("/akun-resmi/kembali", query_string=answer).status_code == 409, "an answer is good once"


def test_an_answer_to_somebody_elses_question_is_refused(
    app: Flask, saring: Saring, keeper: Person, make: MakePerson, sign_in: SignIn, clock: StandingClock
) -> None:
    client, other = sign_in(keeper, confirmed=True), sign_in(make(Role.PUBLISHER), confirmed=True)
    asked = ask(client, "x")
    answer = {"state": asked["state"], "code": "kode"}
    assert other.get("/akun-resmi/kembali", query_string=answer).status_code == 409
    forged = client.get("/akun-resmi/kembali", query_string={"state": "tebakan", "code": "kode"})
    assert forged.status_code == 403
    ask(client, "x")
    assert client.get("/akun-resmi/kembali", query_string={"error": "access_denied"}).status_code == 422
    asked = ask(client, "x")
    clock.advance(minutes=16)
    late = sign_in(keeper, confirmed=True)
    answer = {"state": asked["state"], "code": "kode"}
    assert late.get("/akun-resmi/kembali", query_string=answer).status_code == 409
    assert accounts_of(saring, keeper) == []


def test_a_network_at_which_saring_is_not_registered_asks_nobody(
    app: Flask, saring: Saring, keeper: Person, sign_in: SignIn
) -> None:
    client = sign_in(keeper, confirmed=True)
    page = client.get("/akun-resmi/sambung/threads").text
    assert "SARING_OAUTH_APPS" in page
    assert client.post("/akun-resmi/sambung/threads").status_code == 409
    assert client.get("/akun-resmi/sambung/tidak-ada").status_code == 404
    with saring.database.read() as session:
        assert session.get(PendingConnection, keeper.id) is None


def test_registrations_are_read_whole_or_refused() -> None:
    env = {"SARING_SECRET_KEY": "k" * 40, "SARING_VAULT_KEYS": "A" * 43 + "="}
    read = Settings.from_env({**env, "SARING_OAUTH_APPS": "x=klien:rahasia:dua, facebook=1:2"})
    assert read.oauth_apps == (("facebook", "1", "2"), ("x", "klien", "rahasia:dua"))
    with pytest.raises(BadSettings, match="SARING_OAUTH_APPS"):
        Settings.from_env({**env, "SARING_OAUTH_APPS": "x=klien"})
