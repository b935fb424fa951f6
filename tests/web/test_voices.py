"""The page of a fact-check tells how those who judged voted, who saw it otherwise and why, and on what evidence."""

from __future__ import annotations

from sqlalchemy import select

from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import assess, make_open_case, publish
from tests.factories.people import make_person
from tests.standing_clock import START
from tests.web.checking_client import CheckingClient
from verification.models import Assessment, Case, Flag
from verification.rules.scale import Veracity

MINE = "Angka di pesan itu benar untuk tahun 2019, hubungi saya di 0812-3456-7890."


def judged_case(saring: Saring) -> str:
    """Three say false, one true, and that is what is published."""
    with saring.database.write() as session:
        case = make_open_case(session, text="Vaksin tidak diuji")
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
        odd = assess(session, case=case, verdict=Veracity.TRUE)
        session.scalars(select(Assessment).where(Assessment.person_id == odd.id)).one().reason = MINE
        publish(session, case=case)
        return case.public_id


def read(client: CheckingClient, public_id: str) -> str:
    return client.get(f"/cek/{public_id}", follow_redirects=True).text


def test_the_opinion_that_differs_stands_on_the_page_without_its_author(saring: Saring, client: CheckingClient) -> None:
    page = read(client, judged_case(saring))
    assert "Yang berpendapat lain" in page
    assert "Angka di pesan itu benar untuk tahun 2019" in page
    assert "3456" not in page
    assert "3 penilaian" in page
    assert "Bukti yang diajukan" in page


def test_what_was_found_to_be_abuse_and_who_does_not_count_is_left_out(saring: Saring, client: CheckingClient) -> None:
    public_id = judged_case(saring)
    with saring.database.write() as session:
        case = session.scalars(select(Case).where(Case.public_id == public_id)).one()
        odd = session.scalars(select(Assessment).where(Assessment.reason == MINE)).one()
        reviewer = make_person(session, role=Role.EDITOR)
        session.add(
            Flag(
                case_id=case.id,
                subject_type="assessment",
                subject_id=odd.id,
                reason="abuse",
                note="",
                filed_at=START,
                outcome="upheld",
                answer="Menyerang orang.",
                decided_by=reviewer.id,
                decided_at=START,
            )
        )
    page = read(client, public_id)
    assert "Angka di pesan itu" not in page
    assert "1 penilaian" in page  # the vote stands, its words do not


def test_a_case_that_nobody_judged_has_no_voices(client: CheckingClient, saring: Saring) -> None:
    with saring.database.write() as session:
        case = make_open_case(session, text="Garam menangkal petir")
        publish(session, case=case)
        public_id = case.public_id
    assert "Pendapat para penilai" not in read(client, public_id)
