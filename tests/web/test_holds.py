"""What is held back: who sees why, who lets it go on, and how somebody objects to counting together with others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.factories.cases import make_evidence, make_open_case, submit_narrative
from tests.factories.crowds import decision_of, vote
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from tests.web.conftest import MakePerson, SignIn
from verification.models import Assessment, Case, NarrativeSuggestion, VotingRing
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.services import suggesting
from verification.services.writing import submitted_version

REASON = "Saya membaca semua penilaian itu satu per satu dan tidak menemukan yang aneh."


@pytest.fixture
def held(saring: Saring) -> Case:
    """A case on which twelve people voted within six minutes."""
    with saring.database.write() as session:
        case = make_open_case(session, text="Ramai di satu sekolah")
        for number in range(12):
            person = make_person(session, role=Role.VOLUNTEER)
            vote(session, case, person, Veracity.FALSE, START + timedelta(seconds=30 * number))
    return case


def test_everybody_at_the_desk_reads_that_a_case_is_held_and_why(
    saring: Saring, held: Case, make: MakePerson, sign_in: SignIn
) -> None:
    page = sign_in(make(Role.VOLUNTEER)).get(f"/meja/kasus/{held.public_id}").text
    assert "Lebih dari 10 penilaian datang dalam 20 menit" in page
    assert "/meja/penahanan" not in page
    assert "condong" not in page.lower()


def test_a_reviewer_lets_a_case_go_on_for_a_reason_that_stays(
    saring: Saring, held: Case, make: MakePerson, sign_in: SignIn
) -> None:
    browser = sign_in(make(Role.VERIFIER), confirmed=True)
    assert "/meja/penahanan" in browser.get("/meja").text
    page = browser.get("/meja/penahanan").text
    assert "Lebih dari 10 penilaian datang dalam 20 menit" in page
    address = f"/meja/penahanan/{held.public_id}/lepas"
    assert f'action="{address}"' in page
    short = browser.post(address, data={"reason": "ok <b>"})
    assert short.status_code == 422
    assert ">ok &lt;b&gt;</textarea>" in short.text
    assert browser.post(address, data={"reason": REASON}).status_code == 303
    assert "Tidak ada yang ditahan" in browser.get("/meja/penahanan").text
    assert browser.post(address, data={"reason": REASON}).status_code == 409
    with saring.database.read() as session:
        assert decision_of(session, session.get_one(Case, held.id)).shown
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "holds_released")).all()
    assert [event.data["reason"] for event in events] == [REASON]


def test_a_flagged_assessment_holds_at_once_and_a_rejected_flag_holds_no_more(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Penilaian yang menghina")
        for number in range(7):
            person = make_person(session, role=Role.VOLUNTEER)
            vote(session, case, person, Veracity.FALSE, START + timedelta(hours=number))
        assert decision_of(session, case).shown
        number = session.scalars(select(Assessment.id).where(Assessment.case_id == case.id)).first()
    flagged = f"/meja/kasus/{case.public_id}/tandai/assessment/{number}"
    assert sign_in(make(Role.VOLUNTEER)).post(flagged, data={"reason": "abuse"}).status_code == 303
    reviewer = sign_in(make(Role.EDITOR), confirmed=True)
    page = reviewer.get("/meja/penahanan").text
    assert "menandai salah satu penilaiannya" in page
    assert "1 tandaan menunggu" in page
    with saring.database.read() as session:
        decision = decision_of(session, case)
        assert (decision.shown, decision.holds) == (False, ["abuse_report"])
    answer = {"outcome": "rejected", "answer": "Penilaian itu tajam, tetapi tidak menghina siapa pun."}
    action = reviewer.get("/meja/keberatan").text.split('action="/meja/tandaan/')[1].split('"')[0]
    assert reviewer.post(f"/meja/tandaan/{action}", data=answer).status_code == 303
    with saring.database.read() as session:
        assert decision_of(session, case).shown


@pytest.fixture
def pair(saring: Saring, make: MakePerson) -> list[Person]:
    """Two volunteers who judged six cases alike, two minutes apart."""
    people = [make(Role.VOLUNTEER), make(Role.VOLUNTEER)]
    with saring.database.write() as session:
        for number in range(6):
            case = make_open_case(session, text=f"Berdua di web {number}")
            for step, person in enumerate(people):
                vote(session, case, person, Veracity.FALSE, START + timedelta(days=number, minutes=2 * step))
    return people


def test_who_counts_with_others_reads_it_objects_and_is_heard(
    saring: Saring, pair: list[Person], make: MakePerson, sign_in: SignIn
) -> None:
    mine = sign_in(pair[0])
    assert "/akun/kelompok" in mine.get("/akun").text
    page = mine.get("/akun/kelompok").text
    assert "5 kasus dinilai serupa dalam 20 menit" in page
    assert pair[1].alias not in page
    assert mine.post("/akun/kelompok", data={"objection": "tidak"}).status_code == 422
    said = "Kami satu kelas literasi media dan menilai bersama di lab sekolah."
    assert mine.post("/akun/kelompok", data={"objection": said}).status_code == 303
    assert said in mine.get("/akun/kelompok").text
    reviewer = sign_in(make(Role.EDITOR), confirmed=True)
    desk = reviewer.get("/meja/penahanan").text
    assert said in desk
    assert pair[1].alias in desk
    with saring.database.read() as session:
        ring_id = session.scalars(select(VotingRing.id).where(VotingRing.state == "open")).one()
    address = f"/meja/penahanan/kelompok/{ring_id}"
    assert reviewer.post(address, data={"note": REASON}).status_code == 422
    assert reviewer.post(address, data={"note": REASON, "outcome": "dismissed"}).status_code == 303
    assert mine.get("/akun/kelompok").status_code == 303
    assert "/akun/kelompok" not in mine.get("/akun").text


def test_nobody_decides_on_a_ring_that_they_are_counted_in(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    people = [make(Role.VOLUNTEER, Role.VERIFIER), make(Role.VOLUNTEER)]
    with saring.database.write() as session:
        for number in range(6):
            case = make_open_case(session, text=f"Hakim sendiri {number}")
            for step, person in enumerate(people):
                vote(session, case, person, Veracity.FALSE, START + timedelta(days=number, minutes=2 * step))
        ring_id = session.scalars(select(VotingRing.id).where(VotingRing.state == "open")).one()
    browser = sign_in(people[0], confirmed=True)
    sent = {"note": REASON, "outcome": "dismissed"}
    assert browser.post(f"/meja/penahanan/kelompok/{ring_id}", data=sent).status_code == 403
    with saring.database.read() as session:
        assert session.get_one(VotingRing, ring_id).state == "open"


def test_who_signs_reads_the_discussion_after_their_own_verdict(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    author, verifier, volunteer = make(Role.EDITOR), make(Role.VERIFIER), make(Role.VOLUNTEER)
    with saring.database.write() as session:
        case = make_open_case(session, text="Diskusi sebelum pendapat")
        for number in range(7):
            person = make_person(session, role=Role.VOLUNTEER)
            vote(session, case, person, Veracity.FALSE, START + timedelta(hours=number))
        submit_narrative(session, case=case, author=author)
    address = f"/meja/kasus/{case.public_id}"
    said = "Menurut saya jelas salah, lihat sumber kedua."
    assert sign_in(volunteer).post(f"{address}/diskusi", data={"text": said}).status_code == 303
    browser = sign_in(verifier, confirmed=True)
    assert said not in browser.get(f"{address}/diskusi").text
    assert browser.post(f"{address}/diskusi", data={"text": "Setuju."}).status_code == 403
    browser.post(f"{address}/pendapat", data={"opinion": "false", "opinion_reason": REASON})
    assert said in browser.get(f"{address}/diskusi").text


def test_whose_words_were_taken_does_not_approve_them(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    author, suggester, other = make(Role.EDITOR), make(Role.EDITOR), make(Role.EDITOR)
    words = "Vaksin diuji dalam tiga tahap sebelum dibagikan."
    with saring.database.write() as session:
        case = make_open_case(session, text="Kata dari orang lain")
        make_evidence(session, case=case, person=author)
        submit_narrative(session, case=case, author=author)
        about = {"public_id": case.public_id, "now": START}
        offered = {"part": "fact", "text": words, "reason": "Lebih tepat daripada kalimat itu."}
        suggestion = suggesting.suggest(session, **about, **offered, actor=actor_of(suggester, Role.EDITOR))
        decided = {"suggestion_id": suggestion.id, "accept": True, "note": "", "mover": Mover.EDITOR}
        suggesting.decide(session, **about, **decided, actor=actor_of(author, Role.EDITOR))
        submit_narrative(session, case=case, author=author)
        assert session.get_one(NarrativeSuggestion, suggestion.id).state == "accepted"
        version = submitted_version(session, case=case).version
    address = f"/meja/kasus/{case.public_id}/narasi/{version}/setujui"
    assert sign_in(suggester, confirmed=True).post(address).status_code == 403
    assert sign_in(other, confirmed=True).post(address).status_code == 303
