"""Every page at each width, in both colour schemes and both languages: WCAG by axe, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from accounts.roles import Role
from app.commands.data import SEED, upgrade
from tests.journeys import browsing
from tests.journeys.people import make_account, sign_in
from tests.journeys.site import Site, running_site

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 360, 1280)

PUBLIC = ("/", "/periksa", "/periksa?text=bawang+putih+menyembuhkan", "/cari", "/cari?q=vaksin", "/tentang")
ENTRANCES = ("/masuk", "/daftar", "/cek/tidak-ada", "/lacak/tidak-ada")
DESK = ("/meja", "/akun")

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A house with the shipped seed in it."""
    folder: Path = tmp_path_factory.mktemp("pages")
    url = f"sqlite:///{folder / 'pages.sqlite'}"
    upgrade(url)
    with running_site(url, folder / "data") as site:
        assert SEED.exists()
        site.run("seed")
        yield site


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_can_be_used_by_everybody(house: Site, browser: Browser, width: int, scheme: str, language: str) -> None:
    volunteer = make_account(house, name=f"Relawan {width} {scheme} {language}", role=Role.VOLUNTEER)
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
    faults: list[str] = []
    with browsing.visit(browser, house.url, **options) as visitor:
        page = visitor.new_page()
        check(page, house, (*PUBLIC, *ENTRANCES), language, faults)
        page.goto("/cari")
        check(page, house, (page.locator("main a[href^='/cek/']").first.get_attribute("href") or "",), language, faults)
        sign_in(page, house, volunteer)
        check(page, house, DESK, language, faults)
    assert faults == []


def check(page: Page, house: Site, paths: tuple[str, ...], language: str, faults: list[str]) -> None:
    for path in paths:
        page.goto(f"{house.url}{path}{'&' if '?' in path else '?'}lang={language}")
        assert page.locator("html").get_attribute("lang") == language, path
        found = Axe().run(page, options={"runOnly": RULES})
        faults.extend(f"{path}: {violation['id']}: {shown(violation)}" for violation in found.response["violations"])
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{path}: wider than the screen")


def shown(violation: dict[str, Any]) -> str:
    """The elements that break a rule, as HTML, so that a failure names what to mend."""
    return " | ".join(str(node["html"])[:200] for node in violation["nodes"][:4])
