"""A volunteer from registration over the short course to the first counted assessment, on a phone."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.practice import practice_cases, warm_ups
from tests.journeys.browsing import EACH_ONCE
from tests.journeys.conftest import NewPage
from tests.journeys.people import PASSWORD, press
from tests.journeys.site import Site
from tests.journeys.test_road import judge_first_case, report
from verification.models import Assessment, Decision, EntranceAttempt

EMAIL = "sekar@example.org"


@EACH_ONCE
def test_from_registration_to_the_first_counted_vote(site: Site, new_page: NewPage, javascript: bool) -> None:
    report(new_page(javascript=javascript), site)
    page = new_page(javascript=javascript, width=360)
    register(page)
    assert page.url.endswith("/meja")
    expect(page.locator("main")).not_to_contain_text("Ambil kasus ini")
    page.locator("main a[href='/latihan']").first.click()
    practise(page)
    pass_the_entrance(page, site)
    case = judge_first_case(page)
    with site.database.read() as session:
        assert [row.votes for row in session.scalars(select(Decision))] == [1]
        assert session.scalars(select(Assessment.tally_seen)).all() == [False]
    expect(page.locator("#assessment")).to_contain_text("Sumber resmi membantahnya")
    assert case in page.url


def register(page: Page) -> None:
    page.goto("/daftar")
    page.locator("input[name=name]").fill("Sekar Ayu")
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=conduct]").check()
    page.locator("input[name=consent]").check()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/meja")


def practise(page: Page) -> None:
    """Each practice case says at once what the evidence says."""
    for case in warm_ups():
        page.locator(f"main a[href='/latihan/kasus/{case.key}']").first.click()
        page.locator("input[value=unproven]").check()
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#answer")).to_contain_text(case.why["id"])
        page.goto("/latihan")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def pass_the_entrance(page: Page, site: Site) -> None:
    press(page, "/latihan/ujian")
    with site.database.read() as session:
        keys = session.scalars(select(EntranceAttempt).where(EntranceAttempt.questions != [])).one().questions
    for number, key in enumerate(keys):
        truth = practice_cases()[key].verdict if number else "unproven"
        page.locator(f"input[name=verdict][value={truth}]").check()
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#answer")).to_contain_text(practice_cases()[key].why["id"])
        page.locator("main a.button-accent").click()
    expect(page.locator("main")).to_contain_text("4 dari 5")
    page.locator("main a.button-accent").click()
    page.wait_for_url("**/meja")
