"""Whoever reported a message hears of the answer, of its correction and of its withdrawal, after their own word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from accounts.roles import Role
from app import create_app
from app.mail import SmtpMailer
from app.push import WebPush, new_private_key
from app.subscribing import unseal
from app.wiring import Saring
from app.worker import Worker
from intake.fetching import Fetcher
from kernel.outbox import SYSTEM, Job, record
from publishing.channels.http import build_client
from tests.factories.cases import assess, case_of, make_draft
from tests.factories.people import actor_of, make_person
from tests.mail_server import MailServer
from tests.push_service import PushService, b64, claims_of
from tests.standing_clock import START, StandingClock
from tests.web.checking_client import CheckingClient
from verification.models import Case, Report, Subscription
from verification.rules.lifecycle import CaseState, Mover
from verification.rules.scale import Veracity
from verification.services import assessing, signing, writing
from verification.services.subscribing import CONFIRM_HOURS, CORRECTION_DAYS

TEXT = "Vaksin tidak pernah diuji sebelum dipakai"
EMAIL = "sari@example.org"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def house(saring: Saring, mail_server: MailServer, push_service: PushService) -> Iterator[Saring]:
    """A house with a mail server and a key for notifications."""
    client = build_client()
    push = WebPush(new_private_key(), subject="mailto:kabar@saring.example", client=client)
    settings = replace(saring.settings, private_hosts=frozenset({push_service.host}))
    mail = SmtpMailer(mail_server.url, "kabar@saring.example")
    yield replace(saring, settings=settings, mail=mail, push=push, fetcher=Fetcher(resolve=lambda *_name: ()))
    client.close()


@pytest.fixture
def house_app(house: Saring) -> Iterator[Flask]:
    app = create_app(house.settings, house)
    app.testing = True
    app.test_client_class = CheckingClient
    app.config["WTF_CSRF_ENABLED"] = False
    counters = app.extensions["limiter"]
    counters.reset()
    yield app
    counters.storage.close()


@pytest.fixture
def visitor(house_app: Flask) -> CheckingClient:
    return house_app.test_client()


def report(visitor: CheckingClient) -> str:
    """Report the message and return the path of the private page."""
    page = visitor.post("/periksa", data={"text": TEXT}).text
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert key
    filed = visitor.post("/lapor", data={"text": TEXT, "form_key": key[1]})
    assert filed.status_code == 303
    return filed.location


def report_by(visitor: CheckingClient, *, email: str) -> TestResponse:
    """Report the message on its form, with an address for the answer."""
    page = visitor.post("/periksa", data={"text": TEXT}).text
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert key
    return visitor.post("/lapor", data={"text": TEXT, "form_key": key[1], "email": email})


def work(house: Saring, app: Flask) -> None:
    """Let the worker do all that is due."""
    worker = Worker(house, publish=lambda: False)
    with app.app_context():
        while worker.run_one() or worker.run_errand():
            pass


def links_in(server: MailServer, place: int = -1) -> list[str]:
    return re.findall(r"http://localhost(/\S+)", server.received[place].get_content())


def subscribe(visitor: CheckingClient, house: Saring, app: Flask, server: MailServer, *, email: str = EMAIL) -> str:
    """Report, ask for news, confirm; return the path of the page where one ends it."""
    path = report(visitor)
    assert visitor.post(f"{path}/surel", data={"email": email}).status_code == 303
    work(house, app)
    (link,) = [link for link in links_in(server) if link.startswith("/kabar/")]
    assert visitor.post(link).status_code == 303
    return link


def publish(house: Saring, *, verdict: Veracity = Veracity.FALSE) -> Case:
    """Bring the reported case to a published answer; a second time, to a correction."""
    now = house.clock.now()
    with house.database.write() as session:
        case = case_of(session, session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one())
        if case.state == CaseState.TRIAGE:
            opener = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)
            step = {"public_id": case.public_id, "actor": opener, "mover": Mover.VOLUNTEER, "now": now}
            assessing.open_review(session, claim=TEXT, **step)
            for _ in range(3):
                assess(session, case=case, verdict=verdict)
        else:
            case.state = CaseState.EDITORIAL_REVIEW.value
        author, approver = (make_person(session, role=Role.EDITOR) for _ in range(2))
        common = {"public_id": case.public_id, "mover": Mover.EDITOR, "now": now}
        writing.submit(session, draft=make_draft(verdict=verdict), actor=actor_of(author, Role.EDITOR), **common)
        version = writing.submitted_version(session, case=case).version
        signing.approve(session, version=version, actor=actor_of(approver, Role.EDITOR), **common)
    return case


def count(house: Saring) -> int:
    with house.database.read() as session:
        ours = select(func.count()).select_from(Subscription).where(Subscription.language != "xx")
        return session.scalar(ours) or 0


def test_nothing_comes_before_the_owner_has_said_yes(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    path = report(visitor)
    assert visitor.post(f"{path}/surel", data={"email": EMAIL}).location.endswith("?kabar=surel#news")
    work(house, house_app)
    publish(house)
    work(house, house_app)
    (question,) = mail_server.received
    assert question["To"] == EMAIL
    assert TEXT not in question.get_content()
    assert path not in question.get_content()


def test_looking_at_the_link_confirms_nothing(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    visitor.post(f"{report(visitor)}/surel", data={"email": EMAIL})
    work(house, house_app)
    (link,) = [link for link in links_in(mail_server) if link.startswith("/kabar/")]
    assert visitor.get(link).status_code == 200
    with house.database.read() as session:
        row = session.scalars(select(Subscription).where(Subscription.language == "id")).one()
    assert row.confirmed_at is None
    assert EMAIL.encode() not in row.sealed
    assert EMAIL not in row.address_hash


def test_answer_and_correction_reach_the_same_person_once(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    link = subscribe(visitor, house, house_app, mail_server)
    publish(house)
    work(house, house_app)
    publish(house, verdict=Veracity.MISLEADING)
    work(house, house_app)
    work(house, house_app)
    subjects = [message["Subject"] for message in mail_server.received]
    assert len(subjects) == 3
    assert subjects[1].startswith("SALAH: ")
    assert subjects[2].startswith("Dikoreksi: MENYESATKAN: ")
    assert {message["To"] for message in mail_server.received} == {EMAIL}
    assert mail_server.received[2]["List-Unsubscribe"] == f"<http://localhost{link}/berhenti>"
    page = next(found for found in links_in(mail_server) if found.startswith("/cek/"))
    assert visitor.get(page).status_code == 200
    private = next(found for found in links_in(mail_server) if found.startswith("/lacak/"))
    assert visitor.get(private).status_code == 200


def test_a_withdrawal_reaches_them_too(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    subscribe(visitor, house, house_app, mail_server)
    case = publish(house)
    work(house, house_app)
    with house.database.write() as session:
        row = session.get_one(Case, case.id)
        row.state = CaseState.RETRACTED.value
        facts = {"from": "published", "to": "retracted", "public_id": case.public_id}
        subject = ("case", case.id)
        record(session, "fact_check_retracted", actor=SYSTEM, subject=subject, now=house.clock.now(), data=facts)
    work(house, house_app)
    assert mail_server.received[-1]["Subject"].startswith("Ditarik: ")


def test_one_click_of_a_mail_program_ends_it(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    link = subscribe(visitor, house, house_app, mail_server)
    house_app.config["WTF_CSRF_ENABLED"] = True
    program = house_app.test_client()
    assert program.post(f"{link}/berhenti").status_code == 400
    assert program.post(f"{link}/berhenti", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert count(house) == 0
    publish(house)
    work(house, house_app)
    assert len(mail_server.received) == 1
    assert program.get(link).status_code == 404
    assert program.post(f"{link}/berhenti", data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_an_answer_that_came_while_the_letter_lay_unread_is_sent_on_confirmation(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer, clock: StandingClock
) -> None:
    visitor.post(f"{report(visitor)}/surel", data={"email": EMAIL})
    work(house, house_app)
    (link,) = [link for link in links_in(mail_server) if link.startswith("/kabar/")]
    clock.advance(timedelta(minutes=5))
    publish(house)
    work(house, house_app)
    visitor.post(link)
    work(house, house_app)
    assert mail_server.received[-1]["Subject"].startswith("SALAH: ")


@pytest.mark.parametrize("confirmed", [False, True])
def test_addresses_are_forgotten(
    house: Saring,
    house_app: Flask,
    visitor: CheckingClient,
    mail_server: MailServer,
    clock: StandingClock,
    confirmed: bool,
) -> None:
    if confirmed:
        subscribe(visitor, house, house_app, mail_server)
        publish(house)
        work(house, house_app)
        kept = timedelta(days=CORRECTION_DAYS)
    else:
        visitor.post(f"{report(visitor)}/surel", data={"email": EMAIL})
        kept = timedelta(hours=CONFIRM_HOURS)
    let_jobs_be_due(house)
    work(house, house_app)
    assert count(house) == 1  # a job that runs early forgets nothing
    clock.advance(kept)
    with house.database.write() as session:
        session.execute(update(Job).where(Job.handler == "forget_subscription").values(state="ready"))
    let_jobs_be_due(house)
    work(house, house_app)
    assert count(house) == 0


def let_jobs_be_due(house: Saring) -> None:
    with house.database.write() as session:
        session.execute(update(Job).where(Job.state == "ready").values(not_before=Job.created_at))


def test_asking_twice_writes_one_letter(
    house: Saring, house_app: Flask, visitor: CheckingClient, mail_server: MailServer
) -> None:
    path = report(visitor)
    for email in (EMAIL, f" {EMAIL.upper()} "):
        assert visitor.post(f"{path}/surel", data={"email": email}).status_code == 303
    work(house, house_app)
    assert len(mail_server.received) == 1


def test_nobodys_mailbox_is_filled(house_app: Flask, visitor: CheckingClient) -> None:
    path = report(visitor)
    statuses = [visitor.post(f"{path}/surel", data={"email": EMAIL}).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]


def test_a_wrong_address_is_said_beside_its_field(house_app: Flask, visitor: CheckingClient) -> None:
    answer = visitor.post(f"{report(visitor)}/surel", data={"email": "bukan alamat"})
    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_without_a_mail_server_the_page_says_so(client: CheckingClient) -> None:
    path = report(client)
    page = client.get(path).text
    assert "E-mail belum disiapkan" in page
    assert 'name="email"' not in page
    assert client.post(f"{path}/surel", data={"email": EMAIL}).status_code == 404


def test_the_private_link_is_on_the_page_as_a_picture(client: CheckingClient) -> None:
    assert 'class="qr" src="data:image/svg+xml' in client.get(report(client)).text


def test_a_browser_is_notified_and_nobody_between_can_read_it(
    house: Saring, house_app: Flask, visitor: CheckingClient, push_service: PushService
) -> None:
    path = report(visitor)
    asked = visitor.post(f"{path}/pemberitahuan", data={"act": "ask", **push_service.address})
    assert asked.json == {"on": True}
    publish(house)
    work(house, house_app)
    (shown,) = push_service.shown
    assert shown["title"].startswith("SALAH: ")
    assert shown["url"] == f"http://localhost{path}"
    (headers,) = push_service.headers
    claims = claims_of(headers["authorization"])
    assert claims["aud"] == f"http://{push_service.host}"
    assert claims["sub"] == "mailto:kabar@saring.example"
    assert headers["content-encoding"] == "aes128gcm"
    publish(house, verdict=Veracity.MISLEADING)
    work(house, house_app)
    assert push_service.shown[1]["title"].startswith("Dikoreksi: ")
    assert push_service.shown[1]["tag"] == shown["tag"]


def test_a_browser_that_is_gone_is_forgotten(
    house: Saring, house_app: Flask, visitor: CheckingClient, push_service: PushService
) -> None:
    visitor.post(f"{report(visitor)}/pemberitahuan", data={"act": "ask", **push_service.address})
    push_service.statuses = [410]
    publish(house)
    work(house, house_app)
    assert (count(house), push_service.shown) == (0, [])


def test_a_busy_service_is_asked_again(
    house: Saring, house_app: Flask, visitor: CheckingClient, push_service: PushService
) -> None:
    visitor.post(f"{report(visitor)}/pemberitahuan", data={"act": "ask", **push_service.address})
    push_service.statuses = [503]
    publish(house)
    work(house, house_app)
    assert push_service.shown == []
    let_jobs_be_due(house)
    work(house, house_app)
    assert len(push_service.shown) == 1


def test_a_browser_can_take_it_back(house: Saring, visitor: CheckingClient, push_service: PushService) -> None:
    path = report(visitor)
    said = [
        visitor.post(f"{path}/pemberitahuan", data={"act": act, **push_service.address}).json
        for act in ("look", "ask", "look", "stop", "look")
    ]
    assert [answer["on"] for answer in said if answer] == [False, True, True, False, False]
    assert count(house) == 0


def test_a_browser_that_changes_its_address_is_notified_at_the_new_one(
    house: Saring, house_app: Flask, visitor: CheckingClient, push_service: PushService
) -> None:
    old = {**push_service.address, "endpoint": f"http://{push_service.host}/old", "auth": b64(b"another sixteen!")}
    path = report(visitor)
    visitor.post(f"{path}/pemberitahuan", data={"act": "ask", **old})
    change = {"old": old["endpoint"], "old_auth": old["auth"], **push_service.address}
    house_app.config["WTF_CSRF_ENABLED"] = True
    assert (
        visitor.post("/pemberitahuan/pindah", data={**change, "old_auth": b64(b"a stranger's one")}).status_code == 204
    )
    assert endpoints(house) == [old["endpoint"]]
    assert visitor.post("/pemberitahuan/pindah", data=change).status_code == 204
    assert endpoints(house) == [push_service.address["endpoint"]]
    publish(house)
    work(house, house_app)
    assert [news["url"] for news in push_service.shown] == [f"http://localhost{path}"]
    assert visitor.post("/pemberitahuan/pindah", data=change).status_code == 204, "what is done already"


def test_an_address_that_gets_the_news_already_gets_them_once(
    house: Saring, visitor: CheckingClient, push_service: PushService
) -> None:
    old = {**push_service.address, "endpoint": f"http://{push_service.host}/old"}
    path = report(visitor)
    for address in (old, push_service.address):
        visitor.post(f"{path}/pemberitahuan", data={"act": "ask", **address})
    change = {"old": old["endpoint"], "old_auth": old["auth"], **push_service.address}
    assert visitor.post("/pemberitahuan/pindah", data=change).status_code == 204
    assert endpoints(house) == [push_service.address["endpoint"]]
    foreign = {**change, "endpoint": "http://127.0.0.1:1/inside"}
    assert visitor.post("/pemberitahuan/pindah", data=foreign).status_code == 422


def endpoints(house: Saring) -> list[str]:
    with house.database.read() as session:
        rows = session.scalars(
            select(Subscription).where(Subscription.channel == "push", Subscription.asked_at >= START)
        )
        return [unseal(house, row)["endpoint"] for row in rows]


def test_we_post_to_push_services_only(visitor: CheckingClient, push_service: PushService) -> None:
    address = {**push_service.address, "endpoint": "http://127.0.0.1:1/inside"}
    answer = visitor.post(f"{report(visitor)}/pemberitahuan", data={"act": "ask", **address})
    assert answer.status_code == 422


def test_a_word_that_means_nothing_leads_nowhere(client: CheckingClient) -> None:
    assert client.get("/kabar/tidak-ada").status_code == 404
    assert client.post("/kabar/tidak-ada").status_code == 404


def test_a_report_may_bring_the_address_for_its_answer(
    visitor: CheckingClient, house: Saring, house_app: Flask, mail_server: MailServer
) -> None:
    filed = report_by(visitor, email=EMAIL)
    assert filed.status_code == 303
    assert "Silakan lihat kotak e-mail Anda" in visitor.get(filed.location).text
    work(house, house_app)
    (link,) = [link for link in links_in(mail_server) if link.startswith("/kabar/")]
    publish(house)
    work(house, house_app)
    assert len(mail_server.received) == 1, "nothing but the question before the owner has said yes"
    assert visitor.post(link).status_code == 303


def test_a_bad_address_beside_a_report_loses_nothing(visitor: CheckingClient, house: Saring) -> None:
    before = reports(house)
    page = report_by(visitor, email="bukan surel")
    assert page.status_code == 422
    assert 'id="email-error"' in page.text
    assert f'name="text" type="hidden" value="{TEXT}"' in page.text
    assert reports(house) == before
    for _ in range(3):
        assert report_by(visitor, email=EMAIL).status_code == 303
    refused = report_by(visitor, email=EMAIL)
    assert (refused.status_code, 'id="email-error"' in refused.text) == (422, True)
    assert report_by(visitor, email="").status_code == 303


def reports(house: Saring) -> int:
    with house.database.read() as session:
        return session.scalar(select(func.count()).select_from(Report)) or 0
