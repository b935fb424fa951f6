"""The application over each database, with a fake search, a clock that stands still and a client that checks HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, MultiFernet
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from accounts import sessions
from accounts.models import Organisation, Person, RoleGrant
from accounts.passwords import hash_password
from accounts.roles import Role
from app import create_app
from app.settings import Settings
from app.tokens import Tokens
from app.wiring import Saring
from intake.media import MediaStore
from kernel.db import Database
from publishing.channels.http import build_client
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.vault import Vault
from search.pictures import PictureIndex
from tests.factories.people import make_person
from tests.fakes.ocr import FakeOcr
from tests.fakes.searcher import FakeSearcher
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient

VAULT_KEY = Fernet.generate_key().decode()

PASSWORD = "gerobak senja kacang tujuh"


@pytest.fixture
def searcher() -> FakeSearcher:
    return FakeSearcher()


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings(
        secret_key="k" * 40,
        vault_keys=(VAULT_KEY,),
        data=tmp_path,
        database_url=database.url,
        base_url="http://localhost",
    )


@pytest.fixture
def ocr() -> FakeOcr:
    return FakeOcr()


@pytest.fixture
def saring(
    database: Database, clock: StandingClock, searcher: FakeSearcher, settings: Settings, ocr: FakeOcr
) -> Saring:
    return Saring(
        settings=settings,
        clock=clock,
        database=database,
        search=searcher,
        tokens=Tokens(settings.secret_key),
        seal=MultiFernet([Fernet(VAULT_KEY)]),
        channels=Channels(kinds=KINDS, vault=Vault((VAULT_KEY,)), client=build_client()),
        media=MediaStore(settings.data / "media", MultiFernet([Fernet(VAULT_KEY)])),
        ocr=ocr,
        pictures=PictureIndex(database),
    )


@pytest.fixture
def guarded_app(settings: Settings, saring: Saring) -> Iterator[Flask]:
    """The application as it runs, with form tokens demanded."""
    app = create_app(settings, saring)
    app.testing = True
    app.test_client_class = CheckingClient
    counters = app.extensions["limiter"]
    counters.reset()  # on PostgreSQL they outlive a test
    yield app
    counters.storage.close()


@pytest.fixture
def app(guarded_app: Flask) -> Flask:
    """The application without form tokens, so that a test may post at once."""
    guarded_app.config["WTF_CSRF_ENABLED"] = False
    return guarded_app


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A visitor's browser."""
    return app.test_client()


SignIn = Callable[..., CheckingClient]


@pytest.fixture
def sign_in(app: Flask, saring: Saring) -> SignIn:
    """`sign_in(person, confirmed=True)` returns a browser in which that person is signed in, without the login page."""

    def open_browser(person: Person, *, confirmed: bool = False) -> CheckingClient:
        client = app.test_client()
        put_session(client, saring, person, confirmed=confirmed)
        return client

    return open_browser


def put_session(client: CheckingClient, saring: Saring, person: Person, *, confirmed: bool) -> None:
    """Sign the person in; `confirmed` is behind a second factor given this moment."""
    now = saring.clock.now()
    with saring.database.write() as session:
        token = sessions.open_session(session, person_id=person.id, user_agent="test", now=now)
        session.flush()
        if confirmed:
            confirm(session, person, token=token, saring=saring)
    with client.session_transaction() as browser:
        browser["_user_id"] = token


def confirm(session: Session, person: Person, *, token: str, saring: Saring) -> None:
    now = saring.clock.now()
    confirmed = update(Person).where(Person.id == person.id, Person.totp_confirmed_at.is_(None))
    session.execute(confirmed.values(totp_confirmed_at=now))
    hashed = sessions.hash_token(token)
    row = update(sessions.LoginSession).where(sessions.LoginSession.token_hash == hashed)
    session.execute(row.values(second_factor_at=now))


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of `PASSWORD`, made once: it takes half a second."""
    return hash_password(PASSWORD)


MakePerson = Callable[..., Person]


@pytest.fixture
def make(saring: Saring, password_hash: str) -> MakePerson:
    """`make(Role.EDITOR, organisation=…)` returns a person who can sign in with `PASSWORD`."""

    def make_one(*roles: Role, organisation: Organisation | None = None) -> Person:
        with saring.database.write() as session:
            person = make_person(session, role=roles[0], organisation=organisation)
            person.password_hash = password_hash
            for role in roles[1:]:
                session.add(RoleGrant(person_id=person.id, role=role.value, granted_at=saring.clock.now()))
        return person

    return make_one


def post_sign_in(client: CheckingClient, person: Person, **changes: str) -> TestResponse:
    """Send the login form."""
    return client.post("/masuk", data={"email": person.email, "password": PASSWORD, **changes})
