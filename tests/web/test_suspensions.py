"""A shut account: its owner learns why and objects once; somebody else than the one who shut it answers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Person, Suspension
from accounts.roles import Role
from app.mail import SmtpMailer
from app.wiring import Saring
from app.worker import Worker
from kernel.outbox import AuditEvent
from tests.mail_server import MailServer
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn, post_sign_in

WHY = "Penilaian saya memang sama dengan teman sekelas, karena kami memeriksa bersama di kelas."
BECAUSE = "Guru kelasnya membenarkan, jadi akun ini kami buka kembali."


@pytest.fixture
def first(make: MakePerson) -> Person:
    return make(Role.ADMIN)


@pytest.fixture
def shut(make: MakePerson, sign_in: SignIn, first: Person) -> Person:
    """A volunteer whom `first` has suspended."""
    person = make(Role.VOLUNTEER)
    desk = sign_in(first, confirmed=True)
    answer = desk.post(f"/admin/orang/{person.id}/tangguhkan", data={"reason": "Seratus penilaian dalam satu menit"})
    assert answer.status_code == 303
    return person


def address_of(client: CheckingClient, person: Person) -> str:
    """Return the private page that the refused sign-in leads to."""
    refused = post_sign_in(client, person)
    assert refused.status_code == 403
    link = re.search(r'href="(/akun/penangguhan/[^"]+)"', refused.text)
    assert link
    return link[1]


def work(app: Flask, saring: Saring) -> None:
    """Do what the worker does about everything that has happened."""
    worker = Worker(saring, publish=lambda: False)
    with app.app_context():
        while worker.run_one() or worker.run_errand():
            pass


def latest(saring: Saring, person: Person) -> Suspension:
    with saring.database.read() as session:
        rows = session.scalars(select(Suspension).where(Suspension.person_id == person.id).order_by(Suspension.id))
        return rows.all()[-1]


def test_the_owner_reads_why_and_objects_once(
    saring: Saring, shut: Person, client: CheckingClient, make: MakePerson, sign_in: SignIn
) -> None:
    page = address_of(client, shut)
    assert "Seratus penilaian dalam satu menit" in client.get(page).text
    assert client.post(page, data={"objection": "  "}).status_code == 422
    assert client.post(page, data={"objection": WHY}).status_code == 303
    assert WHY in client.get(page).text
    assert client.post(page, data={"objection": "Sekali lagi"}).status_code == 409
    assert latest(saring, shut).objection == WHY
    with saring.database.read() as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.kind == "suspension_objected")).all()
    assert [event.actor_id for event in said] == [shut.id]
    other = sign_in(make(Role.ADMIN), confirmed=True)
    assert "/admin/keberatan" in other.get("/admin/orang").text
    assert WHY in other.get("/admin/keberatan").text


def test_another_administrator_opens_the_account_again(
    saring: Saring, shut: Person, first: Person, client: CheckingClient, make: MakePerson, sign_in: SignIn
) -> None:
    page = address_of(client, shut)
    client.post(page, data={"objection": WHY})
    answer = f"/admin/keberatan/{latest(saring, shut).id}"
    sent = {"outcome": "lifted", "answer": BECAUSE}
    judge = sign_in(first, confirmed=True)
    assert "administrator lain" in judge.get(answer).text
    assert judge.post(answer, data=sent).status_code == 403
    other = sign_in(make(Role.ADMIN), confirmed=True)
    assert other.post(answer, data={"outcome": "lifted", "answer": ""}).status_code == 422
    assert other.post(answer, data=sent).status_code == 303
    assert BECAUSE in other.get(answer).text
    assert other.post(answer, data=sent).status_code == 409
    row = latest(saring, shut)
    assert (row.outcome, row.ended_at is not None) == ("lifted", True)
    assert BECAUSE in client.get(page).text
    assert post_sign_in(client, shut).status_code == 303


def test_what_stays_shut_stays_shut_and_a_new_suspension_can_be_objected_to(
    saring: Saring, shut: Person, client: CheckingClient, make: MakePerson, sign_in: SignIn
) -> None:
    page = address_of(client, shut)
    client.post(page, data={"objection": WHY})
    other = sign_in(make(Role.ADMIN), confirmed=True)
    other.post(f"/admin/keberatan/{latest(saring, shut).id}", data={"outcome": "kept", "answer": "Tidak meyakinkan."})
    assert "Tidak meyakinkan." in client.get(page).text
    assert post_sign_in(client, shut).status_code == 403
    other.post(f"/admin/orang/{shut.id}/pulihkan")
    other.post(f"/admin/orang/{shut.id}/tangguhkan", data={"reason": "Lagi"})
    again = address_of(client, shut)
    assert again != page
    assert client.post(page, data={"objection": WHY}).status_code == 409
    assert client.post(again, data={"objection": WHY}).status_code == 303


def test_nobody_reads_the_page_without_its_link(client: CheckingClient, saring: Saring, shut: Person) -> None:
    page = address_of(client, shut)
    assert client.get(page[:-2] + "xx").status_code == 404
    assert client.get("/akun/penangguhan/" + str(latest(saring, shut).id)).status_code == 404
    assert "no-store" in client.get(page).headers["Cache-Control"]


def test_letters_go_to_the_owner_and_to_those_who_may_answer(
    app: Flask, saring: Saring, first: Person, client: CheckingClient, make: MakePerson, sign_in: SignIn
) -> None:
    other, person = make(Role.ADMIN), make(Role.VOLUNTEER)
    with saring.database.write() as session:
        session.get_one(Person, person.id).language = "en"
    desk = sign_in(first, confirmed=True)
    with MailServer() as server:
        posting = replace(saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        desk.post(f"/admin/orang/{person.id}/tangguhkan", data={"reason": "Seratus penilaian"})
        work(app, posting)
        (told,) = server.received
        assert (told["To"], told["Subject"]) == (person.email, "Your account is suspended")
        assert "Seratus penilaian" in told.get_content()
        page = re.search(r"/akun/penangguhan/\S+", told.get_content())
        assert page
        assert client.post(page[0], data={"objection": WHY}).status_code == 303
        work(app, posting)
        assert [(one["To"], one["Subject"]) for one in server.received[1:]] == [
            (other.email, "Ada keberatan atas penangguhan akun")
        ]
        answer = {"outcome": "kept", "answer": BECAUSE}
        sign_in(other, confirmed=True).post(f"/admin/keberatan/{latest(saring, person).id}", data=answer)
        work(app, posting)
    last = server.received[-1]
    assert (last["To"], last["Subject"], len(server.received)) == (person.email, "Your account stays suspended", 3)
    assert BECAUSE in last.get_content()
