"""Writing as a volunteer: the level opens it, the page says why not, and what is written signs nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import Select, select

from accounts.models import Person
from accounts.roles import Role
from app.handlers import draw_share_cards
from app.wiring import Saring
from publishing.models import ShareCard
from tests.factories.cases import assess, make_open_case, make_published_case
from tests.factories.crowds import trust
from tests.factories.people import make_organisation
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from verification.models import Case, CounterNarrative, FactCheck, FactCheckRevision, SignersOpinion
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity

REASON = "Sumber resmi mengatakan hal yang lain sama sekali."
DRAFT = {
    "verdict": "false",
    "misinfo_type": "fabricated_content",
    "language": "id",
    "title": "Vaksin diuji lebih dulu",
    "fact": "Vaksin diuji keamanannya sebelum dipakai.",
    "warning": "Awas, pesan yang beredar ini keliru.",
    "circulated": "Pesan mengatakan vaksin tidak pernah diuji.",
    "why_misleading": "Pesan itu menghilangkan tahap uji yang tercatat.",
    "closing_fact": "Setiap vaksin melewati tiga tahap uji.",
    "what_to_do": "Tanyakan kepada puskesmas terdekat.",
    "sources-0-name": "BPOM",
    "sources-0-url": "https://www.pom.go.id",
}


@pytest.fixture
def volunteer(saring: Saring, make: MakePerson) -> Person:
    person = make(Role.VOLUNTEER)
    with saring.database.write() as session:
        trust(session, session.get_one(Person, person.id))
    return person


@pytest.fixture
def case(saring: Saring) -> Case:
    """A case on whose verdict three people agree."""
    with saring.database.write() as session:
        case = make_open_case(session, text="Vaksin tidak diuji")
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
    assert case.state == CaseState.CONSENSUS
    return case


def test_below_the_level_the_page_says_why_and_offers_no_form(
    saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    newcomer = sign_in(make(Role.VOLUNTEER))
    address = f"/meja/kasus/{case.public_id}"
    page = newcomer.get(address).text
    assert f"{address}/narasi" not in page
    assert "terbuka bagi relawan tepercaya" in page
    refused = newcomer.post(f"{address}/narasi/usul", data=DRAFT)
    assert refused.status_code == 403
    assert "terbuka bagi relawan tepercaya" in refused.text
    assert newcomer.post(f"{address}/narasi", data=DRAFT).status_code == 403
    with saring.database.read() as session:
        assert session.scalar(select(CounterNarrative.id).where(CounterNarrative.case_id == case.id)) is None


def test_a_trusted_volunteer_writes_and_two_others_sign_in_their_own_name(
    saring: Saring, case: Case, volunteer: Person, make: MakePerson, sign_in: SignIn
) -> None:
    with saring.database.write() as session:
        agency = make_organisation(session, name="Dinas Literasi")
    browser, address = sign_in(volunteer), f"/meja/kasus/{case.public_id}"
    assert f"{address}/narasi/usul" in browser.get(address).text
    assert browser.post(f"{address}/narasi/usul", data={**DRAFT, "step": "submit"}).status_code == 303
    with saring.database.read() as session:
        assert session.get_one(Case, case.id).state == CaseState.EDITORIAL_REVIEW
        assert session.scalar(select(SignersOpinion.id).where(SignersOpinion.case_id == case.id)) is None
    assert f"{address}/narasi/usul" in browser.get(address).text  # their own, to go on with
    assert browser.post(f"{address}/narasi/1/setujui").status_code == 403

    first, second = (sign_in(make(Role.VERIFIER, organisation=agency), confirmed=True) for _ in range(2))
    draw_cards_of(saring, case)
    alone = first.post(f"{address}/narasi/1/setujui", data={"seen": ""})
    assert alone.status_code == 409
    assert "baru Anda" in alone.text
    said = {"opinion": "false", "opinion_reason": REASON}
    assert first.post(f"{address}/pendapat", data=said).status_code == 303
    assert second.get(f"{address}/narasi/1/siaran").status_code == 200
    assert second.post(f"{address}/narasi/1/setujui", data={"seen": ""}).status_code == 303
    with saring.database.read() as session:
        check = session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()
        cards = select(ShareCard.alt).where(ShareCard.counter_narrative_id.in_(_versions(case)))
        assert {alt.split(":")[0] for alt in session.scalars(cards.where(ShareCard.speaker == agency.id))} == {
            "Hasil cek fakta Dinas Literasi"
        }
        revision = select(FactCheckRevision).where(FactCheckRevision.fact_check_id == check.id)
        assert check.organisation_id == agency.id
        assert session.scalars(revision).one().signatures == [
            {"act": "wrote", "role": "volunteer", "organisation": ""},
            {"act": "approved", "role": "verifier", "organisation": "Dinas Literasi"},
        ]


def _versions(case: Case) -> Select[int]:
    return select(CounterNarrative.id).where(CounterNarrative.case_id == case.id)


def draw_cards_of(saring: Saring, case: Case) -> None:
    with saring.database.read() as session:
        number = session.scalars(_versions(case)).one()
    draw_share_cards(saring, {"subject_id": str(number)})


def test_nobody_writes_over_what_another_has_begun(
    saring: Saring, case: Case, volunteer: Person, make: MakePerson, sign_in: SignIn
) -> None:
    editor, address = sign_in(make(Role.EDITOR), confirmed=True), f"/meja/kasus/{case.public_id}"
    assert editor.post(f"{address}/narasi", data=DRAFT).status_code == 303
    browser = sign_in(volunteer)
    page = browser.get(address).text
    assert f"{address}/narasi/usul" not in page
    assert "Orang lain sedang menulisnya" in page
    refused = browser.post(f"{address}/narasi/usul", data=DRAFT)
    assert refused.status_code == 403
    assert "Orang lain sedang menulisnya" in refused.text


def test_the_linter_says_what_could_be_better_before_somebody_approves(
    case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    editor, address = sign_in(make(Role.EDITOR), confirmed=True), f"/meja/kasus/{case.public_id}"
    poor = {"fact": "Vaksin diuji? Itu kabar lama.", "why_misleading": " ".join(["kata"] * 26) + ".", "what_to_do": ""}
    assert editor.post(f"{address}/narasi", data={**DRAFT, **poor, "title": "Judul"}).status_code == 303
    page = editor.get(address).text
    assert "Satu kalimat berisi 26 kata" in page
    assert "Belum ada tulisan: Yang bisa dilakukan pembaca" in page
    assert "Tingkat keterbacaan (LIX): 14. Sampai 60 mudah dibaca." in page
    assert editor.post(f"{address}/narasi", data=DRAFT).status_code == 303
    assert "Yang bisa lebih baik" not in editor.get(address).text
    bad = {**DRAFT, "step": "submit", "sources-0-url": "kata dokter"}
    refused = editor.post(f"{address}/narasi", data=bad)
    assert refused.status_code == 422


def test_the_warning_is_a_field_of_its_own_offered_wanted_and_shown(
    client: CheckingClient, saring: Saring, case: Case, make: MakePerson, sign_in: SignIn
) -> None:
    editor, address = sign_in(make(Role.EDITOR), confirmed=True), f"/meja/kasus/{case.public_id}"
    assert "Hati-hati: pesan ini beredar." in editor.get(address).text, "one is offered"
    refused = editor.post(f"{address}/narasi", data={**DRAFT, "warning": " ", "step": "submit"})
    assert refused.status_code == 422
    assert editor.post(f"{address}/narasi", data={**DRAFT, "warning": ""}).status_code == 303
    page = editor.get(address).text
    assert "Belum ada tulisan: Peringatan" in page
    assert "Hati-hati: pesan ini beredar." not in page, "what was emptied is not filled in again"
    other = "Awas, pesan ini bohong."
    assert editor.post(f"{address}/narasi", data={**DRAFT, "warning": other}).status_code == 303
    assert f"<ins>{other.split()[0]}" in editor.get(f"{address}/kata").text, "versions differ in it"


def test_the_public_page_warns_between_the_fact_and_the_claim_and_old_ones_still_show(
    client: CheckingClient, saring: Saring
) -> None:
    with saring.database.write() as session:
        public_id = make_published_case(session, text="Vaksin tidak pernah diuji").public_id
    page = client.get(f"/cek/{public_id}", follow_redirects=True).text
    body = page[page.index("<h1") :]
    places = [body.index(part) for part in ("sebelum dipakai.", "Awas, pesan yang beredar ini", "Pesan mengatakan")]
    assert places == sorted(places)
    with saring.database.write() as session:
        check = session.scalars(select(FactCheck).where(FactCheck.public_id == public_id)).one()
        check.body = {name: text for name, text in check.body.items() if name != "warning"}
    older = client.get(f"/cek/{public_id}", follow_redirects=True)
    assert older.status_code == 200
    assert "Pesan mengatakan" in older.text
