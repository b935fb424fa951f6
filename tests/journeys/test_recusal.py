"""People of the organisation that a claim speaks of, by name or tag, step aside, and may doubt it in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from tests.factories.cases import make_open_case, submit_narrative
from tests.factories.people import make_person
from tests.journeys.conftest import NewPage
from tests.journeys.people import Account, make_account, make_organisation, press, sign_in
from tests.journeys.site import Site
from verification.models import Case, RecusalDoubt, SignersOpinion

ASIDE = "Klaim ini menyangkut organisasi Anda"
WHY = "Kalimat itu menyebut pasar induk di kota lain, bukan dinas kami."


@pytest.mark.parametrize("by", ["name", "tag"])
def test_those_spoken_of_step_aside_until_somebody_else_decides_that_they_are_not(
    site: Site, new_page: NewPage, by: str
) -> None:
    agency = make_organisation(site, name=f"Dinas Pasar {by.title()}")
    insider = make_account(site, name=f"Dalam {by}", role=Role.EDITOR, organisation_id=agency)
    outsider = make_account(site, name=f"Luar {by}", role=Role.EDITOR)
    text = f"Dinas Pasar {by.title()} menaikkan harga beras" if by == "name" else "Harga beras dinaikkan diam-diam"
    with site.database.write() as session:
        case = make_open_case(session, text=text)
        author = session.get_one(Person, make_person(session, role=Role.EDITOR).id)
        submit_narrative(session, case=case, author=author)
        number, case_id = case.public_id, case.id
    reviewer = new_page(width=1280)
    sign_in(reviewer, site, outsider)
    if by == "tag":
        tag(reviewer, site, number, agency)

    page = new_page(width=1280)
    refused(page, site, insider, number)
    page.get_by_role("link", name="Sampaikan di sana").click()
    page.locator("details", has=page.locator("form[action$='/ragu']")).locator("summary").click()
    page.locator("form[action$='/ragu'] textarea").fill(WHY)
    press(page, "/ragu")
    expect(page.locator("main")).to_contain_text(WHY)
    expect(page.locator("button[value=upheld]")).to_have_count(0)  # nobody decides on their own doubt

    reviewer.goto(f"{site.url}/meja/kasus/{number}/pihak")
    reviewer.locator("textarea[name=answer]").fill("Benar: klaim ini tentang pasar di kota lain.")
    reviewer.locator("button[value=upheld]").click()
    expect(reviewer.locator("main")).to_contain_text("pasar di kota lain")
    with site.database.read() as session:
        assert session.get_one(Case, case_id).named_organisation_ids == []
        assert session.scalars(select(RecusalDoubt.outcome).where(RecusalDoubt.case_id == case_id)).all() == ["cleared"]

    page.goto(f"{site.url}/meja/kasus/{number}")
    expect(page.locator("main")).not_to_contain_text(ASIDE)
    page.locator("input[name=opinion][value=false]").check()
    page.locator("textarea[name=opinion_reason]").fill("Saya membaca ketiga sumber dan menilainya sendiri.")
    press(page, "/pendapat")
    with site.database.read() as session:
        said = select(SignersOpinion.person_id).where(SignersOpinion.case_id == case_id)
        assert insider.person_id in session.scalars(said).all()


def refused(page: Page, site: Site, account: Account, case: str) -> None:
    """See why one steps aside, with nothing to judge or sign by."""
    sign_in(page, site, account)
    page.goto(f"{site.url}/meja/kasus/{case}")
    expect(page.locator("main")).to_contain_text(ASIDE)
    for action in ("/pendapat", "/nilai", "/putuskan"):
        expect(page.locator(f'form[action$="{action}"]')).to_have_count(0)


def tag(page: Page, site: Site, case: str, agency: int) -> None:
    page.goto(f"{site.url}/meja/kasus/{case}/pihak")
    page.locator("details", has=page.locator("form[action$='/sebut']")).locator("summary").click()
    page.locator("select[name=organisation]").select_option(str(agency))
    page.locator("form[action$='/sebut'] textarea").fill("Pengirimnya menyebut dinas itu dalam rekaman suara.")
    press(page, "/sebut")
    expect(page.locator("main")).to_contain_text("Dinas Pasar Tag")
