"""A limit says why, until when, and where to object; somebody else than the stopped account decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.letters.models import Letter
from accounts.models import Person
from accounts.roles import Role
from app.errands import send_letter
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.mail import SmtpMailer
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.factories.cases import make_evidence, make_open_case
from tests.factories.crowds import vote
from tests.factories.people import make_person
from tests.mail_server import MailServer
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Case, PaceObjection
from verification.rules.parameters import PARAMETERS
from verification.rules.scale import Veracity

WHY = "Kasus-kasus ini pendek dan saya membaca setiap sumbernya sampai selesai."
ANSWER = "Kami membaca penilaian itu satu per satu; semuanya dibuat dengan teliti."


@pytest.fixture
def stopped(saring: Saring, make: MakePerson, clock: StandingClock) -> tuple[Person, Case, dict[str, str]]:
    """A newcomer who has used up the hour, another case, and the ballot that they want to file on it."""
    person = make(Role.VOLUNTEER)
    with saring.database.write() as session:
        for number in range(PARAMETERS.brigade.newcomer_hourly):
            clock.advance(minutes=1)
            vote(session, make_open_case(session, text=f"Cepat {number}"), person, Veracity.FALSE, clock.now())
        case = make_open_case(session, text="Satu lagi")
        evidence = make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
    ballot = {"verdict": "false", "confidence": "4", "reason": "Sumber resmi membantahnya dengan jelas dan tertulis."}
    return person, case, {**ballot, "evidence_ids": str(evidence.id)}


def judge(browser: CheckingClient, case: Case, ballot: dict[str, str]) -> TestResponse:
    return browser.post(f"/meja/kasus/{case.public_id}/penilaian", data=ballot)


def objection(saring: Saring, person: Person) -> PaceObjection:
    with saring.database.read() as session:
        return session.scalars(select(PaceObjection).where(PaceObjection.person_id == person.id)).one()


def test_the_refusal_says_why_until_when_and_where_to_object(
    stopped: tuple[Person, Case, dict[str, str]], sign_in: SignIn, clock: StandingClock
) -> None:
    person, case, ballot = stopped
    browser = sign_in(person)
    refused = judge(browser, case, ballot)
    assert refused.status_code == 429
    assert f"{PARAMETERS.brigade.newcomer_hourly} penilaian dalam waktu singkat" in refused.text
    assert "menit" in refused.text
    assert 'href="/akun/laju"' in refused.text
    page = browser.get("/akun/laju").text
    assert "Anda bisa melanjutkan dalam 52 menit" in page
    assert 'name="objection"' in page
    clock.advance(hours=1)
    assert browser.get("/akun/laju").status_code == 303, "the limit has ended by itself"
    assert judge(browser, case, ballot).status_code == 303


def test_an_objection_is_heard_once_by_somebody_else_and_lets_the_account_go_on(
    saring: Saring, stopped: tuple[Person, Case, dict[str, str]], make: MakePerson, sign_in: SignIn, app: Flask
) -> None:
    person, case, ballot = stopped
    browser = sign_in(person)
    assert browser.post("/akun/laju", data={"objection": "pendek"}).status_code == 422
    assert browser.post("/akun/laju", data={"objection": WHY}).status_code == 303
    assert browser.post("/akun/laju", data={"objection": WHY}).status_code == 409
    mine = browser.get("/akun/laju").text
    assert WHY in mine
    assert 'name="objection"' not in mine
    row = objection(saring, person)
    address = f"/meja/penahanan/laju/{row.id}"
    assert browser.post(address, data={"outcome": "dismissed", "note": ANSWER}).status_code == 403
    editor = sign_in(make(Role.EDITOR), confirmed=True)
    desk = editor.get("/meja/penahanan").text
    assert WHY in desk
    assert person.alias in desk
    assert f'action="{address}"' in desk
    assert editor.post(address, data={"outcome": "dismissed", "note": "ya"}).status_code == 422
    assert judge(browser, case, ballot).status_code == 429
    with MailServer() as server:
        posting = replace(saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        assert editor.post(address, data={"outcome": "dismissed", "note": ANSWER}).status_code == 303
        told(app, posting, row)
        (letter,) = server.received
    assert letter["To"] == person.email
    assert letter["Subject"] == "Anda boleh menilai lagi"
    assert ANSWER in letter.get_content()
    assert editor.post(address, data={"outcome": "dismissed", "note": ANSWER}).status_code == 409
    assert "boleh melanjutkan" in browser.get("/akun/laju").text
    assert judge(browser, case, ballot).status_code == 303
    with saring.database.read() as session:
        about = select(AuditEvent).where(AuditEvent.subject_type == "pace_objection")
        events = session.scalars(about.order_by(AuditEvent.id)).all()
    assert [(event.kind, event.data.get("outcome")) for event in events] == [
        ("pace_objected", None),
        ("pace_objection_answered", "upheld"),
    ]


def test_a_rejected_one_leaves_the_limit_and_gives_the_reason_in_english_too(
    saring: Saring, stopped: tuple[Person, Case, dict[str, str]], make: MakePerson, sign_in: SignIn, app: Flask
) -> None:
    person, case, ballot = stopped
    with saring.database.write() as session:
        session.get_one(Person, person.id).language = "en"
    browser, verifier = sign_in(person), sign_in(make(Role.VERIFIER), confirmed=True)
    browser.post("/akun/laju", data={"objection": WHY})
    row = objection(saring, person)
    decided = verifier.post(f"/meja/penahanan/laju/{row.id}", data={"outcome": "confirmed", "note": ANSWER})
    assert decided.status_code == 303
    with MailServer() as server:
        told(app, replace(saring, mail=SmtpMailer(server.url, "kabar@saring.example")), row)
        (letter,) = server.received
    assert letter["Subject"] == "The limit on your assessments stands"
    assert judge(browser, case, ballot).status_code == 429
    page = browser.get("/akun/laju").text
    assert "Rejected: the limit stands" in page
    assert ANSWER in page
    assert browser.post("/akun/laju", data={"objection": WHY}).status_code == 409, "once for each stop"


def test_nobody_decides_on_their_own_objection_or_objects_to_no_limit(
    saring: Saring, make: MakePerson, sign_in: SignIn, clock: StandingClock
) -> None:
    editor = make(Role.EDITOR, Role.VOLUNTEER)
    browser = sign_in(editor, confirmed=True)
    assert browser.get("/akun/laju").status_code == 303
    assert browser.post("/akun/laju", data={"objection": WHY}).status_code == 409
    with saring.database.write() as session:
        row = PaceObjection(person_id=editor.id, objection=WHY, objected_at=clock.now() - timedelta(hours=1))
        session.add(row)
    refused = browser.post(f"/meja/penahanan/laju/{row.id}", data={"outcome": "dismissed", "note": ANSWER})
    assert refused.status_code == 403
    assert objection(saring, editor).decided_at is None


def test_the_limit_of_a_connection_says_why_and_when_it_ends(client: CheckingClient) -> None:
    answers = [client.post("/lapor", data={"text": ""}) for _ in range(31)]
    assert answers[-1].status_code == 429
    assert "lebih sering daripada yang dibutuhkan satu orang" in answers[-1].text
    assert "Anda bisa melanjutkan dalam" in answers[-1].text
    assert "pengurus Saring" in answers[-1].text


def told(app: Flask, saring: Saring, row: PaceObjection) -> None:
    """Have the answer told, twice, and send what was written."""
    assert SUBSCRIPTIONS["pace_objection_answered"] == ("tell_pace_answered",)
    with app.app_context():
        for _ in range(2):
            HANDLERS["tell_pace_answered"](saring, {"subject_id": row.id})
    with saring.database.read() as session:
        letters = list(session.scalars(select(Letter.id).where(Letter.key.startswith("alarm:"))))
    for number in letters:
        send_letter(saring, {"letter_id": number})
