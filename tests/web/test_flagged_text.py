"""A flag that is upheld hides what it is about, and a decision that is refused loses nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from accounts.roles import Role
from app.wiring import Saring
from kernel.outbox import CITIZEN, AuditEvent
from tests.factories.cases import assess, make_evidence, make_open_case, make_published_case
from tests.factories.people import make_person
from tests.standing_clock import START
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Assessment, Case, Correction, Evidence, FactCheck
from verification.rules.scale import Veracity
from verification.services.flagging import file_flag

WHY = "Kutipan ini memuat hinaan terhadap seseorang."


def events(saring: Saring, kind: str) -> int:
    with saring.database.read() as session:
        return session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == kind)) or 0


def test_an_upheld_flag_hides_the_text_with_its_reason(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Berisi bukti yang menghina")
        evidence = make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
        evidence.quote = "Kutipan yang menghina orang."
        judge, other = (assess(session, case=case, verdict=Veracity.FALSE) for _ in range(2))
        own = session.scalars(select(Assessment).where(Assessment.person_id == judge.id)).one()
        own.reason = "Alasan yang menghina orang."
        step = {"public_id": case.public_id, "reason": "abuse", "note": "", "actor": CITIZEN, "now": START}
        flags = [
            file_flag(session, subject=subject, **step).id
            for subject in (("evidence", evidence.id), ("assessment", own.id))
        ]
    address, reader = f"/meja/kasus/{case.public_id}", sign_in(other)
    assert "Kutipan yang menghina" in reader.get(address).text
    editor = sign_in(make(Role.EDITOR), confirmed=True)
    assert "/meja/keberatan" in editor.get("/meja").text
    for flag in flags:
        sent = {"outcome": "upheld", "answer": WHY}
        assert editor.post(f"/meja/tandaan/{flag}", data=sent).status_code == 303
    for page in (reader.get(address).text, reader.get(f"{address}/diskusi").text):
        assert "yang menghina orang." not in page
    assert reader.get(address).text.count(WHY) >= 2
    assert events(saring, "flagged_text_hidden") == 2
    with saring.database.read() as session:
        assert session.get_one(Evidence, evidence.id).quote == "Kutipan yang menghina orang.", "the record keeps it"


def test_bad_input_to_a_protected_act_loses_nothing_and_leaves_no_trace(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Ditandai tanpa alasan")
        evidence = make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
        flag = file_flag(
            session, public_id=case.public_id, subject=("evidence", evidence.id), reason="spam", note="",
            actor=CITIZEN, now=START,
        ).id  # fmt: skip
    editor = sign_in(make(Role.EDITOR), confirmed=True)
    before = {kind: events(saring, kind) for kind in ("act_refused", "flag_decided", "flagged_text_hidden")}
    answer = editor.post(f"/meja/tandaan/{flag}", data={"outcome": "upheld", "answer": "pendek"})
    assert answer.status_code == 422
    assert ">pendek</textarea>" in answer.text
    assert before == {kind: events(saring, kind) for kind in before}


@pytest.mark.parametrize(
    ("outcome", "state", "opened"), [("upheld", "under_correction", 1), ("rejected", "published", 0)]
)
def test_an_upheld_flag_on_the_page_itself_opens_its_correction_in_public(
    saring: Saring, make: MakePerson, sign_in: SignIn, client: CheckingClient, outcome: str, state: str, opened: int
) -> None:
    with saring.database.write() as session:
        case = make_published_case(session, text="Air kelapa menyembuhkan demam")
        check = session.query(FactCheck).filter_by(case_id=case.id).one()
        step = {"public_id": case.public_id, "reason": "personal_data", "note": "", "actor": CITIZEN, "now": START}
        flags = [file_flag(session, subject=("fact_check", check.id), **step).id for _ in range(2)]
        address = f"/cek/{case.public_id}"
    assert WHY not in client.get(address, follow_redirects=True).text
    editor = sign_in(make(Role.EDITOR), confirmed=True)
    for flag in flags:  # the second finds the correction open already
        assert editor.post(f"/meja/tandaan/{flag}", data={"outcome": outcome, "answer": WHY}).status_code == 303
    with saring.database.read() as session:
        assert session.query(Case).filter_by(public_id=case.public_id).one().state == state
        assert session.query(Correction).filter_by(case_id=case.id).count() == opened
    assert (WHY in client.get(address, follow_redirects=True).text) == bool(opened)
