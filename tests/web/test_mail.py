"""A letter is sealed while it waits, sent once, tried again while it certainly was not taken, and then forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.errors import BadEmail
from accounts.letters import delivery, writing
from accounts.letters.models import Letter
from app.mail import MailUnavailable, SmtpMailer
from app.settings import BadSettings, Settings
from app.wiring import Saring
from app.worker import Worker
from kernel.outbox import AuditEvent, Job
from tests.mail_server import MailServer
from tests.standing_clock import StandingClock

ADDRESS = "sari@example.org"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def posting(saring: Saring, mail_server: MailServer) -> Saring:
    return replace(saring, mail=SmtpMailer(mail_server.url, "kabar@saring.example"))


def letter(**changes: str) -> writing.LetterText:
    values = {"address": ADDRESS, "subject": "Jawaban Anda", "text": "Halo.\n.satu titik\nSelesai – sekian.\n"}
    return writing.LetterText(**{**values, "language": "id", **changes})


def write(saring: Saring, text: writing.LetterText, *, key: str = "test:1") -> bool:
    with saring.database.write() as session:
        return writing.write(session, text, key=key, seal=saring.seal, now=saring.clock.now())


def run_errands(saring: Saring) -> None:
    worker = Worker(saring, publish=lambda: False)
    while worker.run_errand():
        pass


def make_due(saring: Saring) -> None:
    """Let the time pass that a failed job waits."""
    with saring.database.write() as session:
        session.execute(update(Job).where(Job.state == "ready").values(not_before=Job.created_at))


def the_letter(saring: Saring) -> Letter:
    with saring.database.read() as session:
        return session.scalars(select(Letter).where(Letter.key == "test:1")).one()


def test_a_letter_arrives_as_it_was_written(posting: Saring, mail_server: MailServer) -> None:
    assert write(posting, letter(unsubscribe_url="https://saring.example/langganan/x/berhenti"))
    run_errands(posting)
    (message,) = mail_server.received
    assert message.get_content().splitlines() == ["Halo.", ".satu titik", "Selesai – sekian."]
    assert message["Subject"] == "Jawaban Anda"
    assert message["From"] == "Saring <kabar@saring.example>"
    assert message["To"] == ADDRESS
    assert message["Content-Language"] == "id"
    assert message["List-Unsubscribe"] == "<https://saring.example/langganan/x/berhenti>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Message-ID"].endswith("@saring.example>")
    assert mail_server.readers == [ADDRESS]


def test_a_sent_letter_is_forgotten_and_written_down_without_its_reader(posting: Saring) -> None:
    write(posting, letter())
    waiting = the_letter(posting).sealed
    assert waiting
    assert ADDRESS.encode() not in waiting
    run_errands(posting)
    row = the_letter(posting)
    assert (row.state, row.sealed) == ("sent", None)
    with posting.database.read() as session:
        job = session.scalars(select(Job).where(Job.handler == "send_letter")).one()
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "letter_sent")).one()
    assert job.state == "done"
    assert ADDRESS not in str((job.payload, event.data, event.subject_id))


def test_one_key_is_one_letter(posting: Saring, mail_server: MailServer) -> None:
    assert write(posting, letter())
    assert not write(posting, letter(subject="Lagi"))
    run_errands(posting)
    run_errands(posting)
    assert [message["Subject"] for message in mail_server.received] == ["Jawaban Anda"]


@pytest.mark.parametrize("reply", ["451 greylisted", "452 mailbox full"])
def test_what_was_not_taken_is_sent_later(posting: Saring, mail_server: MailServer, reply: str) -> None:
    mail_server.replies = [reply]
    write(posting, letter())
    run_errands(posting)
    assert (the_letter(posting).state, mail_server.received) == ("waiting", [])
    make_due(posting)
    run_errands(posting)
    assert the_letter(posting).state == "sent"
    assert len(mail_server.received) == 1


def test_while_no_server_answers_the_letter_waits(posting: Saring, mail_server: MailServer) -> None:
    nowhere = replace(posting, mail=SmtpMailer("smtp://127.0.0.1:1", "kabar@saring.example"))
    write(nowhere, letter())
    run_errands(nowhere)
    assert the_letter(nowhere).state == "waiting"
    make_due(posting)
    run_errands(posting)
    assert len(mail_server.received) == 1


def test_an_answer_that_never_came_is_no_reason_to_send_twice(posting: Saring, mail_server: MailServer) -> None:
    mail_server.replies = ["hang up"]
    write(posting, letter())
    run_errands(posting)
    make_due(posting)
    run_errands(posting)
    assert len(mail_server.received) == 1
    row = the_letter(posting)
    assert (row.state, row.sealed) == ("uncertain", None)


def test_a_worker_that_died_while_handing_over_leaves_no_second_copy(
    posting: Saring, mail_server: MailServer, clock: StandingClock
) -> None:
    write(posting, letter())
    row = the_letter(posting)
    with posting.database.write() as session:
        delivery.hand_over(session, letter_id=row.id, now=clock.now())
    run_errands(posting)
    assert the_letter(posting).state == "sending"  # perhaps its worker is only slow
    clock.advance(timedelta(seconds=delivery.HAND_OVER_SECONDS))
    make_due(posting)
    run_errands(posting)
    assert (the_letter(posting).state, mail_server.received) == ("uncertain", [])


def test_only_one_worker_hands_a_letter_over(posting: Saring, clock: StandingClock) -> None:
    write(posting, letter())
    letter_id = the_letter(posting).id
    with posting.database.write() as session:
        delivery.hand_over(session, letter_id=letter_id, now=clock.now())
    with posting.database.write() as session, pytest.raises(delivery.LetterInHand):
        delivery.hand_over(session, letter_id=letter_id, now=clock.now())


def test_an_address_that_does_not_exist_is_given_up(posting: Saring, mail_server: MailServer) -> None:
    mail_server.unknown = {ADDRESS}
    write(posting, letter())
    run_errands(posting)
    row = the_letter(posting)
    assert (row.state, row.sealed, mail_server.received) == ("refused", None, [])


def test_the_server_is_given_the_password(saring: Saring) -> None:
    with MailServer(password="kunci surat") as server:
        write(saring, letter())
        stranger = replace(saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        run_errands(stranger)
        assert server.received == []
        url = f"smtp://kabar:kunci%20surat@{server.address}"
        make_due(saring)
        run_errands(replace(saring, mail=SmtpMailer(url, "kabar@saring.example")))
        assert len(server.received) == 1


def test_a_password_is_not_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer(password="kunci") as server:
        monkeypatch.setattr("smtplib.socket.socket.getpeername", lambda _self: ("192.0.2.7", 25))
        mailer = SmtpMailer(f"smtp://kabar:kunci@{server.address}", "kabar@saring.example")
        with pytest.raises(MailUnavailable) as raised:
            mailer.send(letter(), key="k", now=StandingClock().now(), hand_over=lambda: None)
    assert "no encryption" in str(raised.value.facts["reason"])


@pytest.mark.parametrize("address", ["a b@example.org", "a@", "sari", "é@example.org", "a@x..org"])
def test_an_address_that_no_server_takes_is_refused_at_once(saring: Saring, address: str) -> None:
    with pytest.raises(BadEmail):
        write(saring, letter(address=address))


def test_one_address_stays_one_address() -> None:
    assert writing.mailbox("a,b@example.org") == '"a,b"@example.org'


def test_a_foreign_host_is_written_in_ascii() -> None:
    assert writing.mailbox("Sari@Bücher.example") == "sari@xn--bcher-kva.example"


@pytest.mark.parametrize("subject", ["satu\r\nBcc: lain@example.org", "satu\nX: y", "satu\x00"])
def test_a_subject_cannot_add_a_header(saring: Saring, subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        write(saring, letter(subject=subject))


def test_without_a_mail_server_there_is_none(app: Flask, saring: Saring) -> None:
    assert saring.mail is None


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example:port"])
def test_an_address_that_is_no_mail_server_stops_the_start(url: str) -> None:
    env = {
        "SARING_SECRET_KEY": "k" * 32,
        "SARING_VAULT_KEYS": "A" * 43 + "=",
        "SARING_MAIL_URL": url,
    }
    with pytest.raises(BadSettings, match="SARING_MAIL_URL"):
        Settings.from_env(env)
