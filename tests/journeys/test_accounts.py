"""A new house from its first administrator to its first verifier, in the browser, and pages that everybody can use."""

from __future__ import annotations

import re

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.journeys import browsing
from tests.journeys.conftest import NewPage
from tests.journeys.people import PASSWORD, make_account, sign_in
from tests.journeys.site import Site

SQLITE = pytest.mark.parametrize("blank_database_url", ["sqlite"], indirect=True)
"""What a browser sees does not depend on the database; tests/web asks both."""

ADMIN_PAGES = (
    "/admin/orang",
    "/admin/orang/undang",
    "/admin/organisasi",
    "/admin/organisasi/baru",
    "/admin/tugas",
    "/admin/rem",
    "/akun",
    "/akun/sandi",
    "/akun/pengaman/ganti",
    "/akun/pengaman/kode-cadangan",
)


def send(page: Page) -> None:
    """Press the button of the page's own form."""
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def enrol(page: Page) -> None:
    """Set up a second factor from the page that asks for it, and go on."""
    send(page)
    assert page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    page.locator("main summary").click()
    secret = page.locator("main details code").inner_text().replace(" ", "")
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).now())
    send(page)
    expect(page.locator("ol.codes li")).to_have_count(10)
    page.locator("main a.button").click()
    page.wait_for_load_state()


@SQLITE
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_admin_founds_an_agency_and_invites_its_verifier(site: Site, new_page: NewPage, javascript: bool) -> None:
    who = ("--email", "ayu@example.org", "--name", "Ayu", "--password-stdin")
    assert "administrator" in site.run("admin", "create", *who, typed=f"{PASSWORD}\n")
    admin = new_page(javascript=javascript)
    admin.goto("/admin/organisasi/baru")
    admin.locator("input[name=email]").fill("ayu@example.org")
    admin.locator("input[name=password]").fill(PASSWORD)
    send(admin)
    enrol(admin)
    assert admin.url.endswith("/admin/organisasi/baru")
    admin.locator("input[name=name]").fill("Badan Cuaca")
    admin.locator("input[name=slug]").fill("cuaca")
    send(admin)
    admin.goto("/admin/orang/undang")
    admin.locator("input[name=email]").fill("budi@example.org")
    admin.locator("select[name=role]").select_option("verifier")
    admin.locator("select[name=organisation]").select_option(label="Badan Cuaca")
    send(admin)
    link = re.search(r"/undangan/\S+", admin.locator("main code").inner_text())
    assert link

    verifier = new_page(javascript=javascript)
    verifier.goto(link[0])
    verifier.locator("input[name=name]").fill("Budi Santoso")
    verifier.locator("input[name=password]").fill("payung biru di atas lemari")
    verifier.locator("input[name=conduct]").check()
    verifier.locator("input[name=consent]").check()
    send(verifier)
    enrol(verifier)
    assert verifier.url.endswith("/meja")
    verifier.goto("/akun")
    expect(verifier.locator("main")).to_contain_text("Badan Cuaca")


@SQLITE
@pytest.mark.parametrize("width", [browsing.PHONE["width"], browsing.DESKTOP["width"]])
def test_the_pages_of_accounts_are_usable_by_everybody(site: Site, new_page: NewPage, width: int) -> None:
    person = make_account(site, name="Citra Lestari", role=Role.VOLUNTEER)
    account = make_account(site, name="Ayu Prameswari", role=Role.ADMIN)
    page = new_page(width=width)
    for path in ("/masuk", "/daftar"):
        check(page, path)
    sign_in(page, site, account)
    for path in (*ADMIN_PAGES, f"/admin/orang/{person.person_id}"):
        check(page, path)


def check(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == [], path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than the screen"
