"""The table of proposals: many decided on at once, each marked, each undone, and two people who decide at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from app.presenters.duplicates import marked_facts
from app.presenters.hits import difference_at_desk
from app.wiring import Saring
from kernel.outbox import AuditEvent
from search.types import Difference
from tests.factories.cases import make_evidence, make_open_case, make_published_case
from tests.factories.people import make_person
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_clusters import answer_of, suggested
from verification.models import Case, FactCheck, MatchLink

TABLE = "/meja/kembar"


@pytest.fixture
def volunteer(make: MakePerson, sign_in: SignIn) -> CheckingClient:
    return sign_in(make(Role.VOLUNTEER))


def propose(saring: Saring, *texts: str) -> tuple[FactCheck, list[str]]:
    """Return a published answer, and the boxes of new cases that may be answered by it."""
    with saring.database.write() as session:
        answer = answer_of(session, make_published_case(session, text="Vaksin berisi 5 cip"))
        links = [suggested(session, make_open_case(session, text=text), answer, saring) for text in texts]
        return answer, [f"{link.id}-{answer.id}" for link in links]


def states(saring: Saring, boxes: list[str]) -> list[str]:
    with saring.database.read() as session:
        return [session.get_one(MatchLink, int(box.split("-")[0])).state for box in boxes]


def case_of(session: Session, box: str) -> Case:
    return session.get_one(Case, session.get_one(MatchLink, int(box.split("-")[0])).case_id)


def test_many_are_confirmed_and_rejected_at_once_and_each_is_audited(saring: Saring, volunteer: CheckingClient) -> None:
    _answer, boxes = propose(saring, "Satu 7 cip", "Dua", "Tiga", "Empat")
    page = volunteer.get(TABLE).text
    assert all(f'value="{box}"' in page for box in boxes)
    assert "<mark>7</mark>" in page
    assert volunteer.post(f"{TABLE}/terima", data={"pairs": boxes[:2]}).status_code == 303
    assert volunteer.post(f"{TABLE}/tolak", data={"pairs": boxes[2:3]}).status_code == 303
    assert states(saring, boxes) == ["confirmed", "confirmed", "rejected", "suggested"]
    with saring.database.read() as session:
        assert [case_of(session, box).state for box in boxes[:2]] == ["matched", "matched"]
        written = session.scalars(select(AuditEvent.kind)).all()
    assert written.count("match_confirmed") == 2
    assert written.count("match_link_rejected") == 1
    left = volunteer.get(TABLE).text
    assert re.findall(r'name="pairs" value="([^"]*)"', left) == boxes[3:]


def test_each_decision_is_taken_back_from_the_same_page(saring: Saring, volunteer: CheckingClient) -> None:
    _answer, boxes = propose(saring, "Satu", "Dua")
    volunteer.post(f"{TABLE}/terima", data={"pairs": boxes[:1]})
    volunteer.post(f"{TABLE}/tolak", data={"pairs": boxes[1:]})
    ways = re.findall(r'action="([^"]*/(?:timbang-lagi|tarik-jawaban))"', volunteer.get(TABLE).text)
    assert len(ways) == 2
    for way in ways:
        assert volunteer.post(way, data={"reason": "Pesan ini tentang hal yang lain sama sekali."}).status_code == 303
    assert states(saring, boxes) == ["rejected", "suggested"]
    with saring.database.read() as session:
        assert case_of(session, boxes[0]).state == "triage"


def test_what_somebody_else_decided_first_is_named_and_the_rest_is_done(
    saring: Saring, make: MakePerson, sign_in: SignIn, volunteer: CheckingClient
) -> None:
    _answer, boxes = propose(saring, "Bumi datar sejak dulu", "Dua")
    assert sign_in(make(Role.VOLUNTEER)).post(f"{TABLE}/tolak", data={"pairs": boxes[:1]}).status_code == 303
    answer = volunteer.post(f"{TABLE}/terima", data={"pairs": boxes})
    assert answer.status_code == 409
    assert "Bumi datar sejak dulu" in answer.text
    assert "Kasus ini sudah bergerak sementara itu" in answer.text
    assert states(saring, boxes) == ["rejected", "confirmed"]


def test_a_proposal_that_points_elsewhere_by_now_is_not_confirmed(saring: Saring, volunteer: CheckingClient) -> None:
    answer, boxes = propose(saring, "Satu")
    with saring.database.write() as session:
        other = answer_of(session, make_published_case(session, text="Lain"))
        session.get_one(MatchLink, int(boxes[0].split("-")[0])).fact_check_id = other.id
    assert other.id != answer.id
    assert volunteer.post(f"{TABLE}/terima", data={"pairs": boxes}).status_code == 409
    assert states(saring, boxes) == ["suggested"]


@pytest.mark.parametrize("pairs", [[], ["x"], ["1-"], ["1-2"] * 26, ["9" * 19 + "-1"]])
def test_nothing_ticked_and_nonsense_are_refused(volunteer: CheckingClient, saring: Saring, pairs: list[str]) -> None:
    _answer, boxes = propose(saring, "Satu")
    assert volunteer.post(f"{TABLE}/terima", data={"pairs": pairs}).status_code == 422
    assert states(saring, boxes) == ["suggested"]


def test_only_the_likeliest_proposal_of_a_case_stands_in_the_table(saring: Saring, volunteer: CheckingClient) -> None:
    _answer, boxes = propose(saring, "Satu")
    with saring.database.write() as session:
        other = answer_of(session, make_published_case(session, text="Lain"))
        second = suggested(session, case_of(session, boxes[0]), other, saring)
        second.probability = 0.1
        later = f"{second.id}-{other.id}"
    assert later not in volunteer.get(TABLE).text
    volunteer.post(f"{TABLE}/tolak", data={"pairs": boxes})
    assert later in volunteer.get(TABLE).text


@pytest.mark.parametrize(
    ("message", "claim", "facts"),
    [
        ("Makan telur aman untuk 3 anak", "Makan telur tidak aman untuk 5 anak", (["3"], ["tidak", "5"])),
        ("Besok Presiden Prabowo datang", "Besok Presiden Jokowi datang", (["Prabowo"], ["Jokowi"])),
        ("Air kelapa sehat", "Air kelapa sehat", ([], [])),
        ("Belum ada obat. Minum air", "Ada obat; istirahat", (["Belum"], [])),
    ],
)
def test_numbers_names_and_negations_that_differ_are_marked(
    message: str, claim: str, facts: tuple[list[str], list[str]]
) -> None:
    left, right = marked_facts(message, claim)
    assert "".join(text for _kind, text in left) == message
    assert "".join(text for _kind, text in right) == claim
    assert tuple([text for kind, text in runs if kind == "fact"] for runs in (left, right)) == facts


@pytest.mark.parametrize("checked", [(), ("5",)])
def test_at_the_desk_a_difference_is_one_of_the_report(app: Flask, checked: tuple[str, ...]) -> None:
    with app.test_request_context():
        sentence = difference_at_desk(Difference("number", ("7",), checked))
    assert "di laporan" in sentence
    assert "pesan Anda" not in sentence


def test_an_earlier_check_stands_before_the_ballot_and_no_machine_says_what_holds(
    saring: Saring, volunteer: CheckingClient
) -> None:
    with saring.database.write() as session:
        answer = answer_of(session, make_published_case(session, text="Vaksin berisi 5 cip"))
        case = make_open_case(session, text="Vaksin berisi 7 cip")
        suggested(session, case, answer, saring)
        make_evidence(session, case=case, person=make_person(session, role=Role.VOLUNTEER))
        public_id, title = case.public_id, answer.title
    page = volunteer.get(f"/meja/kasus/{public_id}").text
    assert 0 < page.index(title) < page.index('name="evidence_ids"')
    ballot = page[page.index('id="assessment"') :]
    assert "checked" not in ballot[: ballot.index("</section>")]
    assert "Condong" not in page
