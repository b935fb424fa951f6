"""A forgotten password: the same answer to everybody, a link by letter that works once, and every session ended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import PasswordReset, Person
from accounts.people import hash_token
from accounts.roles import Role
from accounts.suspending import suspend
from app.mail import SmtpMailer
from app.wiring import Saring
from app.worker import Worker
from kernel.outbox import SYSTEM, AuditEvent, Job
from tests.mail_server import MailServer
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD, MakePerson, SignIn, post_sign_in

NEW = "perahu kertas di sungai tua"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def saring(saring: Saring, mail_server: MailServer) -> Saring:
    return replace(saring, mail=SmtpMailer(mail_server.url, "kabar@saring.example"))


@pytest.fixture
def owner(make: MakePerson) -> Person:
    return make(Role.VOLUNTEER)


def run_worker(saring: Saring) -> None:
    worker = Worker(saring, publish=lambda: False)
    while worker.run_one() or worker.run_errand():
        pass


def ask(client: CheckingClient, email: str) -> str:
    """Ask for the letter, and return the page that follows."""
    answer = client.post("/lupa-sandi", data={"email": email})
    assert answer.status_code == 303
    return re.sub(r'value="[^"]+"', "", client.get(answer.location).text)  # form tokens tell the second


def link_in(mail_server: MailServer) -> str:
    text = mail_server.received[-1].get_content()
    found = re.search(r"http://localhost(/lupa-sandi/\S+)", text)
    assert found
    return found[1]


def test_the_link_sets_a_new_password_once_and_ends_every_session(
    saring: Saring, client: CheckingClient, owner: Person, mail_server: MailServer, sign_in: SignIn
) -> None:
    elsewhere = sign_in(owner)
    assert elsewhere.get("/akun").status_code == 200
    ask(client, f" {owner.email.upper()} ")
    run_worker(saring)
    link = link_in(mail_server)
    assert client.get(link).headers["Referrer-Policy"] == "no-referrer"
    assert client.post(link, data={"password": "short"}).status_code == 422
    answer = client.post(link, data={"password": NEW})
    assert answer.location == "/masuk?renewed=1"
    assert elsewhere.get("/akun").status_code == 303
    assert post_sign_in(client, owner).status_code == 403
    assert post_sign_in(client, owner, password=NEW).status_code == 303
    for spent in (client.get(link), client.post(link, data={"password": PASSWORD})):
        assert spent.status_code == 404
    with saring.database.read() as session:
        token = session.scalars(select(PasswordReset.token_hash).where(PasswordReset.person_id == owner.id)).one()
        mine = (AuditEvent.subject_type == "person", AuditEvent.subject_id == str(owner.id))
        kinds = set(session.scalars(select(AuditEvent.kind).where(*mine)))
    assert token == hash_token(link.rsplit("/", 1)[1])
    assert {"password_reset_asked", "password_reset", "password_changed"} <= kinds


def test_nobody_learns_who_has_an_account(
    saring: Saring, client: CheckingClient, owner: Person, mail_server: MailServer
) -> None:
    """Known or not: the same page, the same one job, and no word of it on the record before the worker looks."""
    pages, written = [], []
    for email in (owner.email, "nobody@example.org"):
        before = counted(saring)
        pages.append(ask(client, email))
        written.append([now - then for now, then in zip(counted(saring), before, strict=True)])
    assert pages[0] == pages[1]
    assert written == [[1, 0, 0], [1, 0, 0]]
    run_worker(saring)
    assert len(mail_server.received) == 1
    with saring.database.read() as session:
        payloads = " ".join(map(str, session.scalars(select(Job.payload))))
    assert owner.email not in payloads


def counted(saring: Saring) -> list[int]:
    with saring.database.read() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Job, AuditEvent, PasswordReset)
        ]


def test_a_link_expires_and_a_suspended_account_gets_none(
    saring: Saring, client: CheckingClient, owner: Person, mail_server: MailServer, clock: StandingClock
) -> None:
    ask(client, owner.email)
    run_worker(saring)
    link = link_in(mail_server)
    clock.advance(timedelta(hours=1))
    assert client.get(link).status_code == 404
    assert client.post(link, data={"password": NEW}).status_code == 404
    with saring.database.write() as session:
        suspend(session, person_id=owner.id, reason="Percobaan", actor=SYSTEM, now=clock.now())
    ask(client, owner.email)
    run_worker(saring)
    assert [message["Subject"] for message in mail_server.received[1:]] == ["Your account is suspended"]


def test_wishes_are_limited_alike_for_known_and_unknown_addresses(client: CheckingClient, owner: Person) -> None:
    for email in (owner.email, "nobody@example.org"):
        answers = []
        for number in range(4):
            client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number + 1}"
            answers.append(client.post("/lupa-sandi", data={"email": email}).status_code)
        assert answers == [303, 303, 303, 429]


def test_what_is_no_address_is_said_beside_the_field(client: CheckingClient) -> None:
    answer = client.post("/lupa-sandi", data={"email": "bukan alamat"})
    assert answer.status_code == 422
    assert "email-error" in answer.text
