"""The public record of decisions and the public file of votes, over HTTP and by command."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from accounts.roles import Role
from app.exporting import export_votes
from app.wiring import Saring
from tests.factories.cases import assess, make_open_case, make_published_case
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Assessment, Case, Decision, VoteExport
from verification.rules.scale import Veracity


def test_the_record_says_who_signed_and_on_what_it_stood(saring: Saring, client: CheckingClient) -> None:
    with saring.database.write() as session:
        case = make_published_case(session, text="Masuk catatan")
        waiting = make_open_case(session, text="Belum diputuskan")
        assess(session, case=waiting, verdict=Veracity.FALSE)
        session.flush()
        digest = session.scalars(select(Decision.inputs_digest).where(Decision.case_id == case.id)).all()[-1]
        secret = session.scalars(select(Decision.inputs_digest).where(Decision.case_id == waiting.id)).one()
    page = client.get("/putusan").text
    assert f"/cek/{case.public_id}/" in page
    assert digest in page
    assert "disetujui oleh editor" in page
    assert "setara 2,5 suara" in page
    assert secret not in page
    assert waiting.public_id not in page
    assert client.get("/putusan?jenis=apa-saja").status_code == 404


def test_the_record_has_pages_by_key(saring: Saring, client: CheckingClient) -> None:
    with saring.database.write() as session:
        cases = [make_published_case(session, text=f"Halaman {number}").public_id for number in range(33)]
    newest = client.get("/putusan?jenis=terbit").text
    assert cases[-1] in newest
    assert cases[0] not in newest
    older = newest.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = client.get(older).text
    assert cases[0] in second
    assert cases[-1] not in second


def test_votes_are_public_late_without_names_and_only_when_the_crowd_is_done(
    saring: Saring, app: Flask, client: CheckingClient
) -> None:
    with saring.database.write() as session:
        closed = make_published_case(session, text="Suara terbuka")
        waiting = make_open_case(session, text="Suara tertutup")
        for _ in range(2):
            assess(session, case=waiting, verdict=Veracity.FALSE)
        voters = set(session.scalars(select(Assessment.person_id).where(Assessment.case_id == closed.id)))
    saring.clock.advance(hours=47)
    assert export_votes(saring).votes == 0
    saring.clock.advance(hours=2)
    done = app.test_cli_runner().invoke(args=["export", "votes"])
    assert "3 votes on 1 cases" in done.output
    with saring.database.read() as session:
        export = session.scalars(select(VoteExport).order_by(VoteExport.id.desc())).first()
        assert export is not None
    assert export.sha256 in client.get("/putusan").text
    with client.get(f"/putusan/suara/{export.file_name}") as answer:
        sent = answer.data
    assert hashlib.sha256(sent).hexdigest() == export.sha256
    lines = [json.loads(line) for line in sent.splitlines()]
    assert {line["case"] for line in lines} == {closed.public_id}
    assert len({line["voter"] for line in lines}) == len(voters) == 3
    assert not {line["voter"] for line in lines} & {str(number) for number in voters}
    assert all(line["hour"].endswith(":00:00+00:00") for line in lines)
    before = {line["voter"] for line in lines}
    saring.clock.advance(timedelta(days=1))
    again = (saring.settings.data / "exports" / export_votes(saring).file_name).read_text()
    assert not before & {json.loads(line)["voter"] for line in again.splitlines()}
    assert client.get("/putusan/suara/..%2Fsaring.db").status_code == 404


def test_the_desk_draws_discusses_and_hands_over(saring: Saring, make: MakePerson, sign_in: SignIn) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Banjir palsu di kota")
        judge = assess(session, case=case, verdict=Veracity.FALSE)
        session.get_one(Case, case.id).priority_reasons = [
            {"signal": "demand", "points": 5.0, "value": 14.0, "topics": [], "version": "x"}
        ]
    person, colleague = make(Role.VOLUNTEER), make(Role.VOLUNTEER)
    browser, address = sign_in(person), f"/meja/kasus/{case.public_id}"
    assert "14 laporan" in browser.get("/meja").text
    assert browser.get("/meja/pintasan").status_code == 200
    assert browser.post("/meja/undi").location == address
    assert browser.post(f"{address}/diskusi", data={"text": "Belum menilai"}).status_code == 403
    seen = {"platform": "TikTok", "seen_on": "2026-11-23", "views": "12000", "url": "https://example.org/v"}
    assert browser.post(f"{address}/kemunculan", data=seen).status_code == 303
    assert browser.post(f"{address}/kemunculan", data={**seen, "seen_on": "2027-01-01"}).status_code == 422
    page = browser.get(f"{address}/diskusi").text
    assert "TikTok" in page
    assert browser.post(f"{address}/oper", data={"alias": "tidak-ada"}).status_code == 422
    assert browser.post(f"{address}/oper", data={"alias": colleague.alias}).status_code == 303
    talking = sign_in(judge)
    assert talking.post(f"{address}/diskusi", data={"text": "Lihat bukti pertama"}).status_code == 303
    read = talking.get(f"{address}/diskusi").text
    assert "Lihat bukti pertama" in read
    assert "Lihat bukti pertama" not in browser.get(f"{address}/diskusi").text
