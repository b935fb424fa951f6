"""Objections, corrections, flags and statements as people meet them: forms, refusals in words, the public record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.people import hash_token
from accounts.roles import Role
from app.handlers import HANDLERS, SUBSCRIPTIONS
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.factories.cases import make_evidence, make_open_case, make_published_case, make_report
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import AgencyStatement, Appeal, Assessment, Case, CounterNarrative, Flag
from verification.rules.lifecycle import Mover
from verification.services import correcting

WHY = "Tanggal uji yang tertulis di halaman itu ternyata keliru."


@pytest.fixture
def case(saring: Saring) -> Case:
    with saring.database.write() as session:
        return make_published_case(session, text="Vaksin tidak pernah diuji")


def page_of(client: CheckingClient, case: Case) -> str:
    return client.get(f"/cek/{case.public_id}", follow_redirects=True).text


def object_to(client: CheckingClient, case: Case, **changes: str) -> Any:
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', client.get(f"/keberatan/{case.public_id}").text)
    assert key
    sent = {"name": "Budi Santoso", "standing": "person", "statement": WHY, "form_key": key[1], **changes}
    return client.post(f"/keberatan/{case.public_id}", data=sent)


def appeals(saring: Saring, case: Case) -> list[Appeal]:
    with saring.database.read() as session:
        return list(session.scalars(select(Appeal).where(Appeal.case_id == case.id)))


def test_an_objection_gets_a_private_link_and_its_author_stays_unnamed(
    client: CheckingClient, saring: Saring, case: Case
) -> None:
    answer = object_to(client, case, statement=WHY + " Hubungi 0812-3456-7890.")
    assert answer.status_code == 303
    mine = client.get(answer.location)
    assert "Belum dijawab" in mine.text
    assert "3456" not in mine.text
    assert mine.headers["Cache-Control"] == "no-store"
    (row,) = appeals(saring, case)
    assert saring.seal.decrypt(row.sealed_name) == b"Budi Santoso"
    for public in (page_of(client, case), client.get("/keberatan").text):
        assert "Keberatan" in public
        assert "Budi" not in public
        assert WHY not in public


def test_an_objection_without_reason_comes_back_beside_the_field(
    client: CheckingClient, saring: Saring, case: Case
) -> None:
    assert object_to(client, case, statement="salah").status_code == 422
    assert object_to(client, case, url="javascript:alert(1)").status_code == 422
    assert appeals(saring, case) == []


def test_the_same_form_is_one_objection_and_too_many_are_refused(
    client: CheckingClient, saring: Saring, case: Case
) -> None:
    first = object_to(client, case)
    key = appeals(saring, case)[0].idempotency_key
    assert object_to(client, case, form_key=key).location == first.location
    assert len(appeals(saring, case)) == 1
    assert [object_to(client, case).status_code for _ in range(4)] == [303, 303, 303, 429]


def test_an_upheld_objection_opens_a_correction_in_sight_of_everybody(
    client: CheckingClient, saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    link = object_to(client, case).location
    (row,) = appeals(saring, case)
    reviewer = sign_in(make(Role.EDITOR), confirmed=True)
    waiting = reviewer.get("/meja/keberatan").text
    assert f"/meja/keberatan/{row.id}" in waiting
    desk = reviewer.get(f"/meja/keberatan/{row.id}").text
    assert "Budi Santoso" in desk
    answer = {"outcome": "upheld", "answer": "Benar, tanggal uji yang kami tulis keliru."}
    assert reviewer.post(f"/meja/keberatan/{row.id}", data=answer).status_code == 303
    page = page_of(client, case)
    for public in (page, client.get(link).text, client.get("/keberatan").text):
        assert "tanggal uji yang kami tulis keliru" in public
        assert "Dikabulkan" in public
    assert "sedang" in page
    assert reviewer.post(f"/meja/keberatan/{row.id}", data=answer).status_code == 409


def test_who_signed_does_not_answer(client: CheckingClient, saring: Saring, case: Case, sign_in: SignIn) -> None:
    object_to(client, case)
    (row,) = appeals(saring, case)
    with saring.database.read() as session:
        narrative = session.scalars(select(CounterNarrative).where(CounterNarrative.case_id == case.id)).one()
        people = [session.get_one(Person, number) for number in (narrative.author_id, narrative.approver_id)]
    for person in people:
        browser = sign_in(person, confirmed=True)
        refused = browser.post(f"/meja/keberatan/{row.id}", data={"outcome": "rejected", "answer": WHY})
        assert refused.status_code == 403
        assert "orang lain" in refused.text


def test_a_retraction_is_said_on_every_page_and_ends_the_record(
    client: CheckingClient, saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    assert "ld+json" in page_of(client, case)
    first, second = (sign_in(make(Role.EDITOR), confirmed=True) for _ in range(2))
    address = f"/meja/kasus/{case.public_id}/ralat"
    assert first.post(f"{address}/buka", data={"reason": "pendek"}).status_code == 422
    assert first.post(f"{address}/buka", data={"reason": WHY}).status_code == 303
    assert WHY in page_of(client, case)
    assert first.post(f"{address}/putuskan", data={"reason": WHY, "step": "retract"}).status_code == 403
    assert second.post(f"{address}/putuskan", data={"reason": WHY, "step": "retract"}).status_code == 303
    page = page_of(client, case)
    for part in ("Cek fakta ini dicabut", "Diminta oleh editor (Saring)", "Disetujui oleh editor (Saring)", WHY):
        assert part in page
    assert "ld+json" not in page
    assert client.get(f"/keberatan/{case.public_id}").status_code == 200
    assert first.get(address).status_code == 200


def test_a_withdrawal_reaches_the_posts_once(saring: Saring, case: Case, make: MakePerson, app: Any) -> None:
    assert "withdraw_posts" in SUBSCRIPTIONS["fact_check_retracted"]
    opener, other = make(Role.EDITOR), make(Role.EDITOR)
    with saring.database.write() as session:
        number = retract(session, case, opener, other)
    with app.app_context():
        for _ in range(2):  # nothing was posted, and being told twice changes nothing
            HANDLERS["withdraw_posts"](saring, {"fact_check_id": number, "revision": 2})
            HANDLERS["withdraw_posts"](saring, {"fact_check_id": number, "revision": 1})


def retract(session: Session, case: Case, opener: Person, other: Person) -> int:
    step = {"public_id": case.public_id, "reason": WHY, "mover": Mover.EDITOR, "now": START}
    correcting.open_correction(session, actor=actor_of(opener, Role.EDITOR), **step)
    return correcting.retract(session, actor=actor_of(other, Role.EDITOR), **step).id


def test_an_agency_speaks_for_itself_and_nobody_else_does(
    client: CheckingClient, saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        agency = make_organisation(session, name="Badan Air Negara")
        case = make_published_case(session, text="Badan Air Negara meracuni sungai")
    insider = sign_in(make(Role.VERIFIER, organisation=agency), confirmed=True)
    outsider = sign_in(make(Role.VERIFIER), confirmed=True)
    address = f"/meja/kasus/{case.public_id}/pihak"
    assert "Badan Air Negara" in outsider.get(address).text
    said = {"organisation_id": str(agency.id), "position": "supports", "text": "Kami memang membuang limbah ke sungai."}
    forged = outsider.post(f"{address}/pernyataan", data=said)
    assert forged.status_code == 403
    assert "bukan bagian dari organisasi" in forged.text
    assert refusals(saring, case) == ["foreign_organisation"]
    assert 'name="text"' in insider.get(address).text
    assert insider.post(f"{address}/pernyataan", data=said).status_code == 303
    page = page_of(client, case)
    for part in ("Kata Badan Air Negara", "membuang limbah", "pernyataan instansi itu sendiri", "tidak sejalan"):
        assert part in page
    said |= {"position": "disputes", "text": "Kami keliru: tidak ada limbah yang dibuang."}
    assert insider.post(f"{address}/pernyataan", data=said).status_code == 303
    with saring.database.read() as session:
        kept = session.scalars(select(AgencyStatement).where(AgencyStatement.case_id == case.id)).all()
    assert [row.superseded_at is None for row in kept] == [False, True]
    assert "membuang limbah ke sungai" not in page_of(client, case)


def test_a_wrong_recusal_is_doubted_and_decided_on_the_page(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        agency = make_organisation(session, name="Dinas Pasar Utama")
        case = make_open_case(session, text="Dinas Pasar Utama menaikkan harga")
    address = f"/meja/kasus/{case.public_id}/pihak"
    insider = sign_in(make(Role.VERIFIER, organisation=agency), confirmed=True)
    assert insider.post(f"{address}/ragu", data={"named": str(agency.id), "doubt": WHY}).status_code == 303
    reviewer = sign_in(make(Role.EDITOR), confirmed=True)
    action = re.search(rf'action="({address}/ragu/\d+)"', reviewer.get(address).text)
    assert action
    assert reviewer.post(action[1], data={"outcome": "upheld", "answer": WHY}).status_code == 303
    with saring.database.read() as session:
        assert session.get_one(Case, case.id).named_organisation_ids == []


def test_abuse_is_flagged_by_anybody_and_decided_in_public(
    client: CheckingClient, saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    flagged = client.post(f"/tandai/{case.public_id}", data={"reason": "spam", "note": "Iklan di kolom sumber"})
    assert flagged.status_code == 200
    assert "peninjau" in flagged.text
    reviewer = sign_in(make(Role.EDITOR), confirmed=True)
    assert "Iklan di kolom sumber" in reviewer.get("/meja/keberatan").text
    with saring.database.read() as session:
        flag = session.scalars(select(Flag).where(Flag.case_id == case.id)).one()
    assert reviewer.post(f"/meja/tandaan/{flag.id}", data={"outcome": "upheld", "answer": "ya"}).status_code == 422
    decided = {"outcome": "upheld", "answer": "Tautan iklan itu sudah kami keluarkan dari sumber."}
    assert reviewer.post(f"/meja/tandaan/{flag.id}", data=decided).status_code == 303
    public = client.get("/keberatan").text
    assert "sudah kami keluarkan" in public
    assert "Iklan di kolom sumber" not in public


def test_somebody_flags_a_thing_once_and_only_what_the_case_has(
    saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.read() as session:
        number = session.scalars(select(Assessment.id).where(Assessment.case_id == case.id)).first()
    browser = sign_in(make(Role.VOLUNTEER))
    address = f"/meja/kasus/{case.public_id}/tandai/assessment"
    assert browser.post(f"{address}/{number}", data={"reason": "abuse"}).status_code == 303
    assert browser.post(f"{address}/{number}", data={"reason": "abuse"}).status_code == 409
    assert browser.post(f"{address}/999999", data={"reason": "abuse"}).status_code == 422


def ballot(session: Session, case: Case) -> dict[str, str]:
    evidence = make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
    return {
        "verdict": "false",
        "confidence": "4",
        "evidence_ids": str(evidence.id),
        "reason": "Sumber resmi membantahnya dengan jelas dan tertulis.",
    }


def test_a_vote_on_ones_own_report_is_refused_in_words_and_written_down(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    person = make(Role.VOLUNTEER)
    with saring.database.write() as session:
        case = make_open_case(session, text="Laporan sendiri di web")
        make_report(session, text="Laporan sendiri di web", person_id=person.id)
        vote = ballot(session, case)
    refused = sign_in(person).post(f"/meja/kasus/{case.public_id}/penilaian", data=vote)
    assert refused.status_code == 403
    assert "orang lain" in refused.text
    assert refusals(saring, case) == ["own_report"]


def test_a_vote_on_a_closed_case_is_refused_and_written_down(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Tutup di web")
        vote = ballot(session, case)
        session.get_one(Case, case.id).state = "declined"
    refused = sign_in(make(Role.VOLUNTEER)).post(f"/meja/kasus/{case.public_id}/penilaian", data=vote)
    assert refused.status_code == 409
    assert refusals(saring, case) == ["wrong_state"]


def test_a_vote_with_evidence_of_another_case_is_refused(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case, other = (make_open_case(session, text=text) for text in ("Bukti satu", "Bukti dua"))
        vote = ballot(session, other)
    refused = sign_in(make(Role.VOLUNTEER)).post(f"/meja/kasus/{case.public_id}/penilaian", data=vote)
    assert refused.status_code == 403
    assert "tidak ada pada kasus ini" in refused.text
    assert refusals(saring, case) == ["foreign_evidence"]
    with saring.database.read() as session:
        assert session.scalars(select(Assessment.id).where(Assessment.case_id == case.id)).all() == []


def test_a_second_vote_is_refused_unless_it_replaces_the_first(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Dua kali di web")
        vote = ballot(session, case)
    browser, address = sign_in(make(Role.VOLUNTEER)), f"/meja/kasus/{case.public_id}/penilaian"
    assert browser.post(address, data=vote).status_code == 303
    refused = browser.post(address, data={**vote, "verdict": "true"})
    assert refused.status_code == 409
    assert "sudah menilai kasus ini" in refused.text
    assert refusals(saring, case) == ["already_assessed"]
    assert browser.post(address, data={**vote, "confidence": "2", "instead": "1"}).status_code == 303
    with saring.database.read() as session:
        kept = session.scalars(select(Assessment).where(Assessment.case_id == case.id).order_by(Assessment.id)).all()
    assert [(row.confidence, row.superseded_at is None) for row in kept] == [(4, False), (2, True)]


def test_a_reporter_reads_that_the_answer_is_doubted_and_withdrawn(
    client: CheckingClient, saring: Saring, case: Case, make: MakePerson
) -> None:
    opener, other = make(Role.EDITOR), make(Role.EDITOR)
    with saring.database.write() as session:
        report = make_report(session, text="Vaksin tidak pernah diuji")
        report.tracking_hash = hash_token("jalan-pulang")
        step = {"public_id": case.public_id, "reason": WHY, "mover": Mover.EDITOR, "now": START}
        correcting.open_correction(session, actor=actor_of(opener, Role.EDITOR), **step)
    assert "Kami sedang meninjau ulang jawaban kami" in client.get("/lacak/jalan-pulang").text
    with saring.database.write() as session:
        correcting.retract(session, actor=actor_of(other, Role.EDITOR), **step)
    assert "Kami mencabut jawaban kami" in client.get("/lacak/jalan-pulang").text


def refusals(saring: Saring, case: Case) -> list[str]:
    with saring.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind == "act_refused")).all()
        return [event.data["code"] for event in events if event.data["about"] == case.public_id]


def test_a_suspended_volunteer_is_told_why_and_signed_out_before_they_vote(
    saring: Saring, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Ditangguhkan di tengah jalan")
    person = make(Role.VOLUNTEER)
    browser = sign_in(person)
    with saring.database.write() as session:
        session.get_one(Person, person.id).suspended_at = START
        session.get_one(Person, person.id).suspended_reason = "Menyerang orang lain"
    answer = browser.post(f"/meja/kasus/{case.public_id}/penilaian", data={"verdict": "false"})
    assert answer.status_code == 403
    assert "Menyerang orang lain" in answer.text
    assert refusals(saring, case) == ["account_suspended"]
    assert browser.post("/meja/undi").location.startswith("/masuk"), "told once, and signed out"
    with saring.database.read() as session:
        assert session.scalars(select(Assessment.id).where(Assessment.case_id == case.id)).all() == []
