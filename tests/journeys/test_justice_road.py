"""Somebody named contests a fact-check, is found right, and the correction reaches who reported the message."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from accounts.people import hash_token
from accounts.roles import Role
from tests.factories.cases import make_published_case, make_report
from tests.journeys.conftest import NewPage
from tests.journeys.people import make_account, press, sign_in
from tests.journeys.site import Site
from tests.journeys.test_road import approve

MESSAGE = "Vaksin yang dibagikan puskesmas tidak pernah diuji"
TOKEN = "jalan-pulang-pelapor-0001"


def test_an_objection_that_is_upheld_leads_to_a_correction_that_the_reporter_reads(
    site: Site, new_page: NewPage
) -> None:
    with site.database.write() as session:
        case = make_published_case(session, text=MESSAGE).public_id
        make_report(session, text=MESSAGE).tracking_hash = hash_token(TOKEN)
    reviewer, author, approver = (make_account(site, name=name, role=Role.EDITOR) for name in ("Adil", "Pena", "Setia"))
    named = new_page(javascript=False)
    link = contest(named, case)

    desk = new_page(width=1280)
    sign_in(desk, site, reviewer)
    desk.goto("/meja/keberatan")
    desk.locator("main a.button[href*='/meja/keberatan/']").first.click()
    expect(desk.locator("main")).to_contain_text("Siti Aminah")
    desk.locator("input[name=outcome][value=upheld]").check()
    desk.locator("textarea[name=answer]").fill("Benar: uji tahap tiga belum selesai waktu itu. Kami meralatnya.")
    desk.locator("main form button").last.click()
    desk.wait_for_load_state()

    named.goto(link)
    expect(named.locator("main")).to_contain_text("Dikabulkan")
    reporter = new_page(javascript=False)
    reporter.goto(f"/lacak/{TOKEN}")
    expect(reporter.locator("h1")).to_contain_text("meninjau ulang jawaban")

    rewrite(new_page(width=1280), site, author, case)
    approve(new_page(width=1280), site, approver, case)

    reporter.reload()
    expect(reporter.locator("main")).to_contain_text("MENYESATKAN")
    reporter.goto(f"/cek/{case}")
    record = reporter.locator("#versions ~ ol")
    expect(record).to_contain_text("uji tahap tiga belum selesai")
    expect(reporter.locator("main")).to_contain_text("Dikabulkan")
    assert '"CorrectionComment"' in reporter.content()


def contest(page: Page, case: str) -> str:
    """Raise an objection from the public page, and return the private link."""
    page.goto(f"/cek/{case}")
    page.locator("a[href^='/keberatan/']").first.click()
    page.locator("input[name=name]").fill("Siti Aminah")
    page.locator("input[name=standing][value=person]").check()
    page.locator("textarea[name=statement]").fill("Halaman itu menyebut nama saya dengan tanggal uji yang keliru.")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/keberatan/pantau/**")
    expect(page.locator("main")).to_contain_text("Belum dijawab")
    return page.url


def rewrite(page: Page, site: Site, author: object, case: str) -> None:
    sign_in(page, site, author)  # type: ignore[arg-type]
    page.goto(f"/meja/kasus/{case}")
    form = page.locator('form[action$="/narasi"]')
    form.locator("select[name=verdict]").select_option("misleading")
    form.locator("[name=fact]").fill("Vaksin diuji bertahap; uji tahap tiga belum selesai ketika pesan itu beredar.")
    press(page, "/narasi", value="submit")
