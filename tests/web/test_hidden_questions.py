"""A hidden question has no tell: its pages, forms and answers are those of a case that is open, word for word."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import assess, make_open_case, publish
from tests.factories.people import make_organisation
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Assessment, Case, HiddenBallot
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity

REASON = "Sumber yang dikutip mengatakan hal yang sebaliknya."
PAGES = ("", "/diskusi", "/pihak", "/kelompok")
OPEN, SIGNED = "Air laut sebelah barat diracuni", "Air laut sebelah timur diracuni"


@pytest.fixture
def volunteer(make: MakePerson) -> Person:
    return make(Role.VOLUNTEER)


@pytest.fixture
def browser(volunteer: Person, sign_in: SignIn) -> CheckingClient:
    return sign_in(volunteer)


@pytest.fixture
def twins(saring: Saring, volunteer: Person, browser: CheckingClient) -> tuple[str, str]:
    """The numbers of an open case and of a hidden question, equal in all that a volunteer may know of them."""
    with saring.database.write() as session:
        make_organisation(session, name="Dinas yang Tidak Disebut")
        case = make_open_case(session, text=OPEN)
        old = make_open_case(session, text=SIGNED)
        for one in (case, old):
            for verdict in (Veracity.FALSE, Veracity.FALSE, Veracity.TRUE):
                assess(session, case=one, verdict=verdict)
            one.priority, one.priority_reasons = 0.0, []
        publish(session, case=old)
        case.state = CaseState.NEEDS_MORE_ASSESSMENTS.value
        first = make_open_case(session, text="Kasus pertama yang terbuka")
        first.priority = 900.0
        public_id, first_id = case.public_id, first.public_id
    drawn = browser.post("/meja/undi")
    with saring.database.write() as session:
        question = session.scalars(select(HiddenBallot).where(HiddenBallot.person_id == volunteer.id)).one()
        # Whether some have judged it already is drawn for each question; here it is as with its twin.
        question.id = 3_001
        hidden_id = question.public_id
    if first_id not in drawn.location:
        browser.post(f"{drawn.location}/lepas")
    return public_id, hidden_id


def plain(page: str, public_id: str) -> list[str]:
    """Return a page without what differs between any two cases: numbers, names, and which of two seas it is."""
    page = page.replace(public_id, "NUMBER").replace("sebelah timur", "sebelah barat")
    page = re.sub(r'name="csrf_token" value="[^"]+"', "TOKEN", page)
    page = re.sub(r"alias-\d+|person\d+", "SOMEBODY", page)
    return re.sub(r"\d+", "0", page).splitlines()


def test_every_page_is_that_of_an_open_case(browser: CheckingClient, twins: tuple[str, str]) -> None:
    for held in (False, True):
        for page in PAGES:
            shown = [plain(browser.get(f"/meja/kasus/{one}{page}").text, one) for one in twins]
            assert shown[0] == shown[1], (page, held)
        for one in twins:
            assert browser.post(f"/meja/{one}/ambil").status_code == 303
    desk = browser.get("/meja").text
    assert all(one in desk for one in twins)


def test_every_act_is_answered_as_on_an_open_case(browser: CheckingClient, twins: tuple[str, str]) -> None:
    source = {"url": "https://example.org/x", "quote": "Kata-kata sumber.", "stance": "refutes"}
    said = {"verdict": "false", "misinfo_type": "", "confidence": "3", "reason": REASON}

    def evidence(one: str) -> str:
        found = re.search(r'name="evidence_ids"[^>]* value="(\d+)"', browser.get(f"/meja/kasus/{one}").text)
        assert found
        return found.group(1)

    def ask(one: str, path: str, data: dict[str, str]) -> tuple[int, list[str]]:
        answer = browser.post(path.format(one=one), data=data)
        return answer.status_code, plain(answer.text, one)

    acts: list[tuple[str, dict[str, str]]] = [
        ("/meja/{one}/ambil", {}),
        ("/meja/{one}/lepas", {}),
        ("/meja/{one}/ambil", {}),
        ("/meja/kasus/{one}/bukti", {}),
        ("/meja/kasus/{one}/bukti", source),
        ("/meja/kasus/{one}/bukti/987654/setuju", {}),
        ("/meja/kasus/{one}/penilaian", {}),
        ("/meja/kasus/{one}/penilaian", {**said, "evidence_ids": "987654"}),
    ]
    for path, data in acts:
        both = [ask(one, path, data) for one in twins]
        assert both[0] == both[1], path
    for one in twins:
        agreed = browser.post(f"/meja/kasus/{one}/bukti/{evidence(one)}/setuju")
        assert agreed.status_code == 303
    shown = [plain(browser.get(f"/meja/kasus/{one}").text, one) for one in twins]
    assert shown[0] == shown[1]
    for one in twins:
        filed = browser.post(f"/meja/kasus/{one}/penilaian", data={**said, "evidence_ids": evidence(one)})
        assert filed.status_code == 303
        assert REASON in browser.get(f"/meja/kasus/{one}").text
        assert one not in browser.get("/meja").text


def test_a_rare_act_is_refused_as_a_case_that_has_moved_on(browser: CheckingClient, twins: tuple[str, str]) -> None:
    for path in ("gabung", "kemunculan", "oper"):
        forms = {"other": twins[0], "why_same": REASON, "platform": "WhatsApp", "seen_on": "2026-01-01", "alias": "x"}
        assert browser.post(f"/meja/kasus/{twins[1]}/{path}", data=forms).status_code in (409, 422), path


def test_a_question_is_its_persons_alone(twins: tuple[str, str], sign_in: SignIn, make: MakePerson) -> None:
    other = sign_in(make(Role.VOLUNTEER))
    assert other.get(f"/meja/kasus/{twins[1]}").status_code == 404
    assert other.get(f"/catatan/{twins[1]}").status_code == 404


def test_the_answer_is_no_vote_and_is_told_later(
    saring: Saring,
    browser: CheckingClient,
    twins: tuple[str, str],
    volunteer: Person,
    sign_in: SignIn,
    clock: StandingClock,
) -> None:
    page = browser.get(f"/meja/kasus/{twins[1]}").text
    found = re.search(r'name="evidence_ids"[^>]* value="(\d+)"', page)
    assert found
    said = {"verdict": "true", "misinfo_type": "", "confidence": "3", "reason": REASON, "evidence_ids": found.group(1)}
    browser.post(f"/meja/kasus/{twins[1]}/penilaian", data=said)
    with saring.database.read() as session:
        old = session.scalars(select(Case).where(Case.claim == SIGNED)).one()
        cast = session.scalars(select(Assessment.person_id).where(Assessment.case_id == old.id)).all()
        assert volunteer.id not in cast
    assert "Vaksin diuji lebih dulu" not in browser.get("/akun/rekam").text
    clock.advance(timedelta(days=2))
    told = sign_in(volunteer).get("/akun/rekam").text
    assert "Vaksin diuji lebih dulu" in told
    assert f"/cek/{old.public_id}" in told
