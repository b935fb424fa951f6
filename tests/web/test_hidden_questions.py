"""A hidden question has no tell: its pages, forms and answers are those of a case that is open, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import assess, make_evidence, make_open_case, publish
from tests.factories.people import make_organisation, make_person
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_drafting import DRAFT as NARRATIVE
from verification.models import Assessment, Case, HiddenBallot
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity

REASON = "Sumber yang dikutip mengatakan hal yang sebaliknya."
PAGES = ("", "/diskusi", "/pihak", "/kelompok", "/kata")
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
        named, _other = (make_organisation(session, name=f"Dinas {word}") for word in ("Kelautan", "Perikanan"))
        case = make_open_case(session, text=OPEN)
        old = make_open_case(session, text=SIGNED)
        assess(session, case=case, verdict=Veracity.FALSE)
        for _ in range(2):
            make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
        for verdict in (Veracity.FALSE, Veracity.FALSE, Veracity.TRUE):
            assess(session, case=old, verdict=verdict)
        for one in (case, old):
            one.named_organisation_ids = [named.id]
            one.priority, one.priority_reasons = 0.0, []
        publish(session, case=old)
        assert case.state == CaseState.NEEDS_MORE_ASSESSMENTS
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


Walk = Callable[[str, dict[str, str]], int]


@pytest.fixture
def walk(browser: CheckingClient, twins: tuple[str, str]) -> Walk:
    """`walk(path, data)` posts to both, and compares the answers and after that every page; it returns the status."""

    def step(path: str, data: dict[str, str]) -> int:
        told = []
        for one in twins:
            values = {name: value.format(one=one) for name, value in data.items()}
            answer = browser.post(path.format(one=one), data=values)
            told.append((answer.status_code, plain(answer.text, one)))
        assert told[0] == told[1], path
        for page in PAGES:
            shown = [plain(browser.get(f"/meja/kasus/{one}{page}").text, one) for one in twins]
            assert shown[0] == shown[1], (page, path)
        return told[0][0]

    return step


@pytest.fixture
def colleague(make: MakePerson) -> Person:
    return make(Role.VOLUNTEER)


def test_the_rare_acts_are_taken_as_on_an_open_case(
    saring: Saring, browser: CheckingClient, twins: tuple[str, str], walk: Walk, colleague: Person
) -> None:
    with saring.database.read() as session:
        named = session.scalars(select(Case.named_organisation_ids).where(Case.public_id == twins[0])).one()[0]
    own = {"url": "https://example.org/x", "quote": "Kata-kata sumber.", "stance": "refutes"}
    seen = {"platform": "WhatsApp", "seen_on": "2020-01-02"}
    doubt = {"named": str(named), "doubt": REASON}
    case = "/meja/kasus/{one}"
    acts: list[tuple[str, dict[str, str], int]] = [
        ("/meja/{one}/ambil", {}, 303),
        (f"{case}/diskusi", {"text": "Saya kira keliru."}, 403),
        (f"{case}/kemunculan", {**seen, "platform": ""}, 422),
        (f"{case}/kemunculan", {**seen, "seen_on": "2999-01-01"}, 422),
        (f"{case}/kemunculan", {**seen, "views": "5", "url": "https://example.org/pos"}, 303),
        (f"{case}/pihak/ragu", {**doubt, "doubt": "pendek"}, 422),
        (f"{case}/pihak/ragu", doubt, 303),
        (f"{case}/pihak/ragu", doubt, 409),
        (f"{case}/kata/saran", {"part": "fact", "text": "Lain.", "reason": REASON}, 409),
        (f"{case}/kata/nilai", {"help": "yes"}, 404),
        (f"{case}/narasi/usul", NARRATIVE, 403),
        (f"{case}/narasi/usul", {}, 422),
        (f"{case}/buka", {"claim": "Lain"}, 409),
        (f"{case}/pisah", {"items": "1", "why_other": REASON}, 422),
        (f"{case}/gabung", {"into": "tidakada22", "why_same": REASON}, 422),
        (f"{case}/bukti", own, 303),
        (f"{case}/oper", {"alias": "tidak-ada"}, 422),
        (f"{case}/oper", {"alias": colleague.alias}, 303),
        (f"{case}/oper", {"alias": colleague.alias}, 409),
        ("/meja/{one}/ambil", {}, 409),
    ]
    for path, data, status in acts:
        assert walk(path, data) == status, path


def test_after_the_ballot_it_stays_an_open_case(browser: CheckingClient, twins: tuple[str, str], walk: Walk) -> None:
    def evidence(one: str) -> str:
        found = re.search(r'name="evidence_ids"[^>]* value="(\d+)"', browser.get(f"/meja/kasus/{one}").text)
        assert found
        return found.group(1)

    numbers = {one: evidence(one) for one in twins}
    said = {"verdict": "false", "misinfo_type": "", "confidence": "3", "reason": REASON}
    case = "/meja/kasus/{one}"

    def judge(**more: str) -> None:
        told = [
            browser.post(
                f"/meja/kasus/{one}/penilaian", data={**said, "evidence_ids": numbers[one], **more}
            ).status_code
            for one in twins
        ]
        assert told[0] == told[1]

    judge(instead="1")  # nothing to change yet
    judge()
    judge()  # twice
    judge(instead="1", verdict="true", reason=f"{REASON} Saya berubah pikiran.")
    assert walk(f"{case}/diskusi", {"text": "Sumber ini lebih tua daripada pesannya."}) == 303
    assert walk(f"{case}/diskusi", {"text": "x"}) == 422
    assert walk(f"{case}/diskusi", {"text": "Jawaban untuk utas lain.", "thread_id": "987654"}) == 404
    threads = [re.search(r'id="post-(\d+)"', browser.get(f"/meja/kasus/{one}/diskusi").text) for one in twins]
    for one, thread in zip(twins, threads, strict=True):
        assert thread
        answer = {"text": "Benar begitu.", "thread_id": thread.group(1)}
        assert browser.post(f"/meja/kasus/{one}/diskusi", data=answer).status_code == 303
        flagged = {"reason": "spam", "note": ""}
        address = f"/meja/kasus/{one}/tandai/evidence/{numbers[one]}"
        assert browser.get(address).status_code == 200
        assert browser.post(address, data=flagged).status_code == 303
        assert browser.post(address, data=flagged).status_code == 409
    source = {"url": "https://example.org/y", "quote": "Kata-kata lain.", "stance": "context"}
    assert walk(f"{case}/bukti", source) in (303, 422)
    assert walk("/meja/{one}/ambil", {}) == 303
    assert walk("/meja/{one}/lepas", {}) == 303
    assert "Saya berubah pikiran." in browser.get(f"/meja/kasus/{twins[1]}/diskusi").text


def test_joining_it_looks_done_to_who_joins_and_moves_nothing(
    saring: Saring, browser: CheckingClient, twins: tuple[str, str], walk: Walk
) -> None:
    with saring.database.write() as session:
        target = make_open_case(session, text="Air laut diracuni, katanya").public_id
    joined = {"into": target, "why_same": "Klaimnya sama persis."}
    assert walk("/meja/kasus/{one}/gabung", {**joined, "why_same": "x"}) == 422
    assert walk("/meja/kasus/{one}/gabung", joined) == 303
    assert walk("/meja/kasus/{one}/kemunculan", {"platform": "WhatsApp", "seen_on": "2020-01-02"}) == 409
    moved = browser.get(f"/meja/kasus/{target}/kelompok").text
    assert OPEN in moved
    assert SIGNED in moved
    with saring.database.read() as session:
        assert session.scalars(select(Case).where(Case.claim == SIGNED)).one().merged_into_id is None
    undo = [re.search(r"/perubahan/(\d+)/", browser.get(f"/meja/kasus/{one}/kelompok").text) for one in twins]
    for one, change in zip(twins, undo, strict=True):
        assert change
        assert browser.post(f"/meja/kasus/{one}/perubahan/{change.group(1)}/urungkan").status_code == 303
    assert SIGNED in browser.get(f"/meja/kasus/{twins[1]}/kelompok").text
    assert SIGNED not in browser.get(f"/meja/kasus/{target}/kelompok").text


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
