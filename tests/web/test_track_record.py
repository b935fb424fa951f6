"""One's own record: an interval once a verdict has proved a vote, and nothing of it before or for others."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import assess, make_evidence, make_open_case, publish
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from tests.web.conftest import SignIn
from verification.models import Assessment, Case
from verification.queries.track_record import track_record
from verification.rules.recognition import EVIDENCE_PIECES
from verification.rules.scale import Veracity
from verification.services import gathering


def judged_case(saring: Saring, *verdicts: Veracity, signed: bool) -> tuple[Case, list[Person]]:
    with saring.database.write() as session:
        case = make_open_case(session, text="Kabar yang dinilai bersama")
        people = [assess(session, case=case, verdict=verdict) for verdict in verdicts]
        if signed:
            publish(session, case=case)
    return case, people


def test_a_newcomer_reads_how_it_will_be_measured(saring: Saring, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER)
    page = sign_in(person).get("/akun/rekam").text
    assert "Belum ada yang bisa diukur" in page
    assert "0 dari 5" in page
    assert "Wilson" in page


def test_a_signed_verdict_proves_votes_right_and_wrong(saring: Saring, sign_in: SignIn) -> None:
    _case, people = judged_case(saring, Veracity.FALSE, Veracity.FALSE, Veracity.TRUE, signed=True)
    with saring.database.read() as session:
        known = [track_record(session, person_id=person.id).counted for person in people]
    assert [[vote.right for vote in votes] for votes in known] == [[True], [True], [False]]
    right, wrong = (sign_in(person).get("/akun/rekam").text for person in (people[0], people[2]))
    assert "antara 21% dan 100%" in right
    assert "antara 0% dan 79%" in wrong
    assert people[2].alias not in right


def test_what_nobody_has_signed_proves_nothing(saring: Saring) -> None:
    _case, people = judged_case(saring, Veracity.FALSE, signed=False)
    with saring.database.read() as session:
        assert track_record(session, person_id=people[0].id).counted == ()


def test_a_change_of_mind_keeps_both_and_is_not_blind(saring: Saring, sign_in: SignIn) -> None:
    case, people = judged_case(saring, Veracity.FALSE, signed=False)
    browser = sign_in(people[0])
    page = browser.get(f"/meja/kasus/{case.public_id}").text
    assert "Ubah penilaian saya" in page
    with saring.database.read() as session:
        first = session.scalars(select(Assessment).where(Assessment.case_id == case.id)).one()
    sent = {
        "instead": "1",
        "verdict": "misleading",
        "misinfo_type": "false_context",
        "confidence": "3",
        "reason": "Bukti kedua menunjukkan sebagian ceritanya benar.",
        "evidence_ids": str(first.evidence_ids[0]),
    }
    bad = browser.post(f"/meja/kasus/{case.public_id}/penilaian", data={**sent, "reason": "pendek"})
    assert bad.status_code == 422
    assert "<details" in bad.text
    assert browser.post(f"/meja/kasus/{case.public_id}/penilaian", data=sent).status_code == 303
    with saring.database.read() as session:
        rows = session.scalars(select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.id)).all()
    assert [(row.verdict, row.tally_seen, row.superseded_at is None) for row in rows] == [
        ("false", False, False),
        ("misleading", True, True),
    ]


def test_recognition_comes_once_others_relied_on_the_work_and_says_why(saring: Saring, sign_in: SignIn) -> None:
    """Gathering much earns nothing, and neither does being agreed with before a verdict is signed."""
    with saring.database.write() as session:
        gatherer, reader = (make_person(session, role=Role.VOLUNTEER) for _ in range(2))
        case = make_open_case(session, text="Kabar dengan bukti yang dipakai")
        pieces = [make_evidence(session, case=case, person=gatherer) for _ in range(EVIDENCE_PIECES)]
        assess(session, case=case, verdict=Veracity.FALSE)
    browser, heading = sign_in(gatherer), "Yang dipakai orang lain"
    assert heading not in browser.get("/akun/rekam").text
    with saring.database.write() as session:
        actor = actor_of(reader, Role.VOLUNTEER)
        for piece in pieces:
            gathering.state_opinion(
                session, public_id=case.public_id, evidence_id=piece.id, agrees=True, actor=actor, now=START
            )
    assert heading not in browser.get("/akun/rekam").text
    with saring.database.write() as session:
        publish(session, case=session.get_one(Case, case.id))
    page = browser.get("/akun/rekam").text
    assert heading in page
    assert f"{EVIDENCE_PIECES} bukti Anda dipakai orang lain" in page
    assert heading not in sign_in(reader).get("/akun/rekam").text
