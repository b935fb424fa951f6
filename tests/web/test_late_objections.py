"""An objection past its deadline: noticed once, told to those who may answer, said on the desk and in public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.letters.models import Letter
from accounts.models import Organisation, Person
from accounts.roles import Role
from app.errands import send_letter
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.mail import SmtpMailer
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.factories.cases import make_published_case
from tests.factories.people import make_organisation
from tests.mail_server import MailServer
from tests.standing_clock import START, StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Appeal, Case, CounterNarrative, FactCheck
from verification.services.appealing import ANSWERED_WITHIN

WHY = "Tanggal uji yang tertulis di halaman itu ternyata keliru."


@dataclass
class Scene:
    app: Flask
    saring: Saring
    server: MailServer
    case: Case
    appeal_id: int
    signers: list[Person]

    def clock_comes_round(self) -> None:
        HANDLERS["escalate_appeals"](self.saring, {})
        for name in SUBSCRIPTIONS["appeal_overdue"] * self.times_noticed():
            with self.app.app_context():
                HANDLERS[name](self.saring, {"subject_id": self.appeal_id})
        with self.saring.database.read() as session:
            letters = list(session.scalars(select(Letter.id).where(Letter.key.startswith("alarm:"))))
        for number in letters:
            send_letter(self.saring, {"letter_id": number})

    def times_noticed(self) -> int:
        with self.saring.database.read() as session:
            mine = (AuditEvent.kind == "appeal_overdue", AuditEvent.subject_id == str(self.appeal_id))
            return session.scalar(select(func.count()).where(*mine)) or 0

    def letters(self) -> dict[str, str]:
        return {message["To"]: f"{message['Subject']}\n{message.get_content()}" for message in self.server.received}

    def answer_in_haste(self) -> None:
        with self.saring.database.write() as session:
            appeal = session.get_one(Appeal, self.appeal_id)
            appeal.outcome, appeal.answer, appeal.decided_at = "rejected", WHY, START + ANSWERED_WITHIN


@pytest.fixture
def scene(app: Flask, saring: Saring) -> Iterator[Scene]:
    with MailServer() as server:
        posting = replace(saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        with saring.database.write() as session:
            case = make_published_case(session, text="Vaksin tidak pernah diuji")
            narrative = session.scalars(select(CounterNarrative).where(CounterNarrative.case_id == case.id)).one()
            people = [session.get_one(Person, number) for number in (narrative.author_id, narrative.approver_id)]
            appeal = Appeal(
                case_id=case.id,
                fact_check_id=fact_check_of(session, case),
                revision=1,
                sealed_name=saring.seal.encrypt(b"Budi"),
                standing="person",
                statement=WHY,
                idempotency_key="terlambat",
                tracking_hash="terlambat",
                filed_at=START,
                due_at=START + ANSWERED_WITHIN,
            )
            session.add(appeal)
            session.flush()
        yield Scene(app, posting, server, case, appeal.id, people)


def fact_check_of(session: Session, case: Case) -> int:
    return session.scalars(select(FactCheck.id).where(FactCheck.case_id == case.id)).one()


def name_in_claim(saring: Saring, case: Case) -> Organisation:
    with saring.database.write() as session:
        agency = make_organisation(session, name="Dinas Vaksinasi")
        row = session.get_one(Case, case.id)
        row.named_organisation_ids = [agency.id]
        return agency


def speaks_english(saring: Saring, person: Person) -> None:
    with saring.database.write() as session:
        session.get_one(Person, person.id).language = "en"


def test_it_is_noticed_once_and_goes_to_those_who_may_answer_in_their_language(
    scene: Scene, clock: StandingClock, make: MakePerson
) -> None:
    verifier, editor, head, publisher = map(make, (Role.VERIFIER, Role.EDITOR, Role.ADMIN, Role.PUBLISHER))
    barred = make(Role.VERIFIER, organisation=name_in_claim(scene.saring, scene.case))
    speaks_english(scene.saring, editor)
    clock.advance(ANSWERED_WITHIN)
    scene.clock_comes_round()
    assert scene.times_noticed() == 0, "the last moment is still in time"
    clock.advance(timedelta(seconds=1))
    for _ in range(3):
        clock.advance(timedelta(hours=1))
        scene.clock_comes_round()
    assert scene.times_noticed() == 1
    to = [message["To"] for message in scene.server.received]
    assert len(to) == len(set(to)), "nobody is written to twice"
    assert {verifier.email, editor.email, head.email} <= set(to)
    assert not {publisher.email, barred.email, *(person.email for person in scene.signers)} & set(to)
    letters = scene.letters()
    assert "Keberatan lewat tenggat" in letters[verifier.email]
    assert "An objection is overdue" in letters[editor.email]
    assert f"/meja/keberatan/{scene.appeal_id}" in letters[editor.email]
    assert "/meja/" not in letters[head.email], "administrators judge nothing"
    assert "Budi" not in "".join(letters.values())
    assert WHY not in "".join(letters.values())


def test_who_was_answered_before_the_letters_went_is_not_escalated(
    scene: Scene, clock: StandingClock, make: MakePerson
) -> None:
    make(Role.VERIFIER)
    clock.advance(ANSWERED_WITHIN + timedelta(hours=1))
    HANDLERS["escalate_appeals"](scene.saring, {})
    scene.answer_in_haste()
    scene.clock_comes_round()
    assert scene.times_noticed() == 1
    assert scene.server.received == []


def test_the_desk_shows_it_on_top_and_the_public_reads_that_it_is_late(
    scene: Scene, clock: StandingClock, make: MakePerson, sign_in: SignIn, client: CheckingClient
) -> None:
    reviewer, volunteer = sign_in(make(Role.VERIFIER), confirmed=True), sign_in(make(Role.VOLUNTEER))
    address = f"/meja/keberatan/{scene.appeal_id}"
    assert address not in reviewer.get("/meja").text
    assert "Kami terlambat" not in client.get("/keberatan").text
    clock.advance(ANSWERED_WITHIN + timedelta(minutes=1))
    scene.clock_comes_round()
    reviewer = sign_in(make(Role.VERIFIER), confirmed=True)
    desk = reviewer.get("/meja").text
    assert "1 keberatan lewat tenggat" in desk
    assert desk.index(address) < desk.index("<h2")
    assert address not in volunteer.get("/meja", follow_redirects=True).text
    public = client.get("/keberatan").text
    assert "Kami terlambat" in public
    assert "berada paling atas di meja" in public
    assert "We are late" in client.get("/keberatan?lang=en").text
    scene.answer_in_haste()
    assert "Kami terlambat" not in client.get("/keberatan").text
    assert address not in reviewer.get("/meja").text
