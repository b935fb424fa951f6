"""What was posted is taken back, or left to those who posted it; and who must know of it is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from accounts.letters.models import Letter
from accounts.models import Organisation, Person
from accounts.roles import Role
from app.errands import send_letter
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.mail import SmtpMailer
from app.wiring import Saring
from kernel.outbox import OutboxEvent
from publishing import engagement
from publishing.models import Publication
from tests.channels.fake import FakeNetwork
from tests.factories.cases import make_open_case
from tests.factories.people import actor_of, make_organisation, make_person
from tests.mail_server import MailServer
from tests.standing_clock import START, StandingClock
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_announcing import connect, send_all, sign
from tests.web.test_publishing_pages import press
from verification.models import Case, FactCheck
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import Veracity
from verification.services import correcting

WHY = "Sumber utama pemeriksaan ini ternyata palsu."


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def abilities() -> dict[str, bool]:
    return {}


@pytest.fixture
def saring(saring: Saring, network: FakeNetwork, abilities: dict[str, bool]) -> Saring:
    return replace(saring, channels=network.channels(**abilities))


@dataclass
class Scene:
    """A published fact-check with its post on an agency's account."""

    app: Flask
    saring: Saring
    agency: Organisation
    author: Person
    approver: Person
    publisher: Person
    case: Case

    def rows(self) -> list[Publication]:
        with self.saring.database.read() as session:
            mine = select(Publication).where(Publication.organisation_id == self.agency.id)
            return list(session.scalars(mine.order_by(Publication.id)))

    def work(self, saring: Saring | None = None) -> None:
        """Do what the worker does about everything that has happened."""
        with self.saring.database.write() as session:
            waiting = select(OutboxEvent).where(OutboxEvent.fanned_out_at.is_(None)).order_by(OutboxEvent.id)
            events = [(one.kind, one.payload) for one in session.scalars(waiting)]
            for one in session.scalars(waiting):
                one.fanned_out_at = START
        for kind, payload in events:
            for name in set(SUBSCRIPTIONS.get(kind, ())) & {
                "withdraw_posts", "warn_of_vanished_post", "warn_of_held_correction", "warn_of_lost_access"
            }:  # fmt: skip
                with self.app.test_request_context():
                    HANDLERS[name](saring or self.saring, payload)

    def correct(self, author: Person, approver: Person) -> None:
        with self.app.test_request_context(), self.saring.database.write() as session:
            case = session.get_one(Case, self.case.id)
            case.state = CaseState.EDITORIAL_REVIEW.value
            sign(self.saring, session, case, author, approver, Veracity.MISLEADING)

    def retract(self) -> None:
        with self.saring.database.write() as session:
            asked, other = (make_person(session, role=Role.EDITOR) for _ in range(2))
            step: dict[str, Any] = {"public_id": self.case.public_id, "reason": WHY, "mover": Mover.EDITOR}
            correcting.open_correction(session, actor=actor_of(asked, Role.EDITOR), now=START, **step)
            correcting.retract(session, actor=actor_of(other, Role.EDITOR), now=START, **step)
        self.work()


@pytest.fixture
def scene(app: Flask, saring: Saring, make: MakePerson) -> Scene:
    with saring.database.write() as session:
        agency = make_organisation(session, name="Dinas Literasi")
    author, approver = (make(Role.EDITOR, organisation=agency) for _ in range(2))
    publisher = make(Role.PUBLISHER, organisation=agency)
    with app.test_request_context(), saring.database.write() as session:
        connect(saring, session, author)
        case = make_open_case(session, text="Vaksin tidak diuji")
        sign(saring, session, case, author, approver, Veracity.FALSE)
    send_all(saring)
    return Scene(app, saring, agency, author, approver, publisher, case)


@pytest.mark.parametrize(
    ("abilities", "done", "texts", "words"),
    [
        ({}, ["publish post", "retract delete", "notice post"], ["DICABUT"], "Kiriman diturunkan"),
        ({"delete": False}, ["publish post", "retract edit"], ["DICABUT"], "Kiriman disunting: dicabut"),
        (
            {"delete": False, "edit": False},
            ["publish post", "retract reply", "notice post"],
            ["", "DICABUT", "DICABUT"],
            "Balasan: pencabutan",
        ),
    ],
)
def test_a_retraction_takes_each_post_back_as_its_network_allows(
    scene: Scene, network: FakeNetwork, sign_in: SignIn, done: list[str], texts: list[str], words: str
) -> None:
    scene.retract()
    scene.work()
    send_all(scene.saring)
    rows = scene.rows()
    assert [f"{row.op} {row.act}" for row in rows] == done
    assert {row.state for row in rows} == {"published"}
    assert len(network.posts) == len(texts)
    for post, text in zip(network.posts.values(), texts, strict=True):
        assert text in post.text
        assert (WHY in post.text) is bool(text)
    board = sign_in(scene.publisher, confirmed=True).get("/terbitan").text
    assert words in board
    assert board.count("Tayang") >= len(done)


def test_posts_of_an_agency_wait_for_its_own_people_when_others_correct(
    scene: Scene, network: FakeNetwork, sign_in: SignIn, make: MakePerson
) -> None:
    scene.correct(make(Role.EDITOR), make(Role.EDITOR))
    send_all(scene.saring)
    assert "KOREKSI" not in "".join(post.text for post in network.posts.values()), "nobody speaks in their name"
    held = scene.rows()[-1]
    assert (held.op, held.state, held.reason) == ("correct", "failed", "not_ours")
    client = sign_in(scene.publisher, confirmed=True)
    board = client.get("/terbitan?tampil=perlu-orang").text
    assert "orang di luar organisasi Anda" in board
    assert press(client, held.id, "kirim-ulang").status_code == 303
    send_all(scene.saring)
    (post,) = network.posts.values()
    assert "KOREKSI" in post.text
    assert "MENYESATKAN" in post.text


def test_a_retraction_of_what_nobody_of_the_agency_wrote_waits_too(
    scene: Scene, network: FakeNetwork, make: MakePerson
) -> None:
    scene.correct(make(Role.EDITOR), make(Role.EDITOR))
    scene.retract()
    assert [(row.op, row.state, row.reason) for row in scene.rows()[1:]] == [
        ("correct", "cancelled", "superseded"),
        ("retract", "failed", "not_ours"),
        ("notice", "failed", "not_ours"),
    ]
    assert len(network.posts) == 1
    with scene.saring.database.read() as session:
        (check,) = session.scalars(select(FactCheck).where(FactCheck.case_id == scene.case.id))
        assert check.state == "retracted"


def _post_alarms(scene: Scene, posting: Saring) -> None:
    """Have the worker write the letters about alarms, and send each."""
    for _ in range(2):
        scene.work(posting)
    with posting.database.read() as session:
        letters = [row.id for row in session.scalars(select(Letter).where(Letter.key.startswith("alarm:")))]
    for number in letters:
        send_letter(posting, {"letter_id": number})


def test_publishers_are_written_to_once_about_each_alarm(
    scene: Scene, network: FakeNetwork, clock: StandingClock, make: MakePerson
) -> None:
    with MailServer() as server:
        posting = replace(scene.saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        scene.correct(make(Role.EDITOR), make(Role.EDITOR))
        network.posts.clear()
        for _ in range(2):  # one miss may be a read that trails a write
            clock.advance(timedelta(days=1))
            while engagement.count_one(posting.database, posting.channels, clock=clock):
                pass
        _post_alarms(scene, posting)
    assert {message["To"] for message in server.received} == {scene.publisher.email}
    assert sorted(message["Subject"].split(":")[0] for message in server.received) == [
        "Kiriman hilang",
        "Koreksi menunggu Anda",
    ]
    assert all("/terbitan/" in message.get_content() for message in server.received)


def test_acts_on_the_outside_need_a_fresh_code_and_keep_what_was_typed(
    scene: Scene, sign_in: SignIn, clock: StandingClock, make: MakePerson
) -> None:
    scene.correct(make(Role.EDITOR), make(Role.EDITOR))
    held, client = scene.rows()[-1], sign_in(scene.publisher, confirmed=True)
    clock.advance(timedelta(minutes=11))
    for act in ("kirim-ulang", "batal"):
        assert "/masuk/kode" in client.post(f"/terbitan/{held.id}/{act}").location
    moved = client.post(f"/terbitan/{held.id}/jadwal", data={"not_before": "2026-12-01T06:15"})
    assert moved.status_code == 422
    assert "faktor kedua" in moved.text
    assert scene.rows()[-1].state == "failed"
    assert client.get(f"/terbitan/{held.id}").status_code == 200


def test_an_auditor_reads_the_board_and_changes_nothing(scene: Scene, sign_in: SignIn, make: MakePerson) -> None:
    auditor = sign_in(make(Role.AUDITOR, organisation=scene.agency), confirmed=True)
    post = scene.rows()[0]
    for address in (
        "/terbitan",
        "/terbitan/kalender",
        f"/terbitan/{post.id}",
        "/terbitan/kotak-masuk",
        "/terbitan/rem",
    ):
        page = auditor.get(address)
        assert page.status_code == 200
        assert f'action="/terbitan/{post.id}/' not in page.text
    for act in ("kirim-ulang", "batal", "hilang"):
        assert auditor.post(f"/terbitan/{post.id}/{act}").status_code == 403
    assert auditor.post("/terbitan/rem", data={"reason": "x"}).status_code == 403


def test_a_lost_account_is_on_every_page_and_in_the_publishers_mail(
    scene: Scene, network: FakeNetwork, clock: StandingClock, sign_in: SignIn
) -> None:
    scene.work()  # what came before has been told
    network.good_tokens = set()
    clock.advance(timedelta(hours=1))
    with MailServer() as server:
        posting = replace(scene.saring, mail=SmtpMailer(server.url, "kabar@saring.example"))
        while engagement.count_one(posting.database, posting.channels, clock=clock):
            pass
        _post_alarms(scene, posting)
    (message,) = server.received
    assert message["To"] == scene.publisher.email
    assert "kehilangan akses" in message["Subject"]
    assert "/akun-resmi/" in message.get_content()
    client = sign_in(scene.publisher, confirmed=True)
    for address in ("/terbitan", "/terbitan/kotak-masuk"):
        page = client.get(address).text
        assert "1 akun resmi kehilangan aksesnya" in page
        assert "/akun-resmi" in page
    assert "Hubungkan lagi" in client.get("/akun-resmi").text
