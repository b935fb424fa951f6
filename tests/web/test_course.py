"""The short course as pages: practice for everybody, the entrance for who signs in, and the desk that it opens."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.practice import practice_cases, warm_ups
from app.wiring import Saring
from tests.factories.cases import case_of, make_report
from tests.factories.people import make_person
from tests.web.checking_client import CheckingClient
from tests.web.conftest import SignIn
from verification.models import EntranceAttempt
from verification.rules.scale import Veracity


@pytest.fixture
def newcomer(saring: Saring) -> Person:
    with saring.database.write() as session:
        return make_person(session, role=Role.VOLUNTEER, admitted=False)


def attempt_of(saring: Saring, person: Person) -> EntranceAttempt | None:
    newest = select(EntranceAttempt).where(EntranceAttempt.person_id == person.id).order_by(EntranceAttempt.id.desc())
    with saring.database.read() as session:
        return session.scalar(newest.limit(1))


def attempts(saring: Saring) -> int:
    with saring.database.read() as session:
        return len(session.scalars(select(EntranceAttempt.id)).all())


def sit(browser: CheckingClient, saring: Saring, person: Person, *, right: int) -> None:
    """Sit the entrance with so many right answers."""
    assert browser.post("/latihan/ujian").location == "/latihan/ujian"
    assert browser.get("/latihan/ujian").location == "/latihan/ujian/1"
    attempt = attempt_of(saring, person)
    assert attempt is not None
    for number, key in enumerate(attempt.questions, 1):
        truth = practice_cases()[key].verdict
        other = Veracity.UNPROVEN
        path = f"/latihan/ujian/{number}"
        assert practice_cases()[key].why["id"][:40] not in browser.get(path).text
        assert browser.post(path, data={"verdict": truth if number <= right else other}).location == path
        assert practice_cases()[key].why["id"][:40] in browser.get(path).text


def test_a_practice_case_answers_at_once_and_counts_nothing(client: CheckingClient, saring: Saring) -> None:
    case, before = warm_ups()[0], attempts(saring)
    page = client.get(f"/latihan/kasus/{case.key}").text
    assert case.message["id"][:30] in page
    assert case.why["id"][:30] not in page
    right = client.get(f"/latihan/kasus/{case.key}?verdict={case.verdict}").text
    wrong = client.get(f"/latihan/kasus/{case.key}?verdict=unproven").text
    assert case.why["id"][:30] in right
    assert case.why["id"][:30] in wrong
    assert ("Belum tepat" in right, "Belum tepat" in wrong) == (False, True)
    assert client.get(f"/latihan/kasus/{case.key}?verdict=perhaps").status_code == 422
    assert attempts(saring) == before


def test_questions_of_the_entrance_are_no_practice_cases(client: CheckingClient) -> None:
    tried = {case.key for case in warm_ups()}
    asked = next(key for key in practice_cases() if key not in tried)
    assert client.get(f"/latihan/kasus/{asked}?verdict=true").status_code == 404


def test_the_desk_opens_with_the_fourth_right_answer(saring: Saring, newcomer: Person, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case = case_of(session, make_report(session, text="Kabar yang menunggu di meja"))
    browser = sign_in(newcomer)
    assert 'href="/latihan"' in browser.get("/meja").text
    for path in (f"/meja/{case.public_id}/ambil", "/meja/undi"):
        refused = browser.post(path)
        assert refused.status_code == 403
        assert 'href="/latihan"' in refused.text
    sit(browser, saring, newcomer, right=4)
    assert "4 dari 5" in browser.get("/latihan").text
    assert browser.post(f"/meja/{case.public_id}/ambil").status_code == 303


def test_three_right_answers_wait_a_day(saring: Saring, newcomer: Person, sign_in: SignIn) -> None:
    browser = sign_in(newcomer)
    sit(browser, saring, newcomer, right=3)
    page = browser.get("/latihan").text
    assert "3 dari 5" in page
    assert 'action="/latihan/ujian"' not in page
    assert browser.post("/latihan/ujian").status_code == 409
    assert browser.post("/meja/undi").status_code == 403


def test_an_answer_is_final_and_nobody_reads_the_questions_of_another(
    saring: Saring, newcomer: Person, sign_in: SignIn
) -> None:
    browser = sign_in(newcomer)
    browser.post("/latihan/ujian")
    assert browser.post("/latihan/ujian/1", data={}).status_code == 422
    browser.post("/latihan/ujian/1", data={"verdict": "unproven"})
    browser.post("/latihan/ujian/1", data={"verdict": "true"})
    attempt = attempt_of(saring, newcomer)
    assert attempt is not None
    assert "Belum tepat" in browser.get("/latihan/ujian/1").text
    with saring.database.write() as session:
        stranger = make_person(session, role=Role.VOLUNTEER, admitted=False)
    assert sign_in(stranger).get("/latihan/ujian/1").status_code == 404
