"""Every page, at each width, in both colour schemes and both languages: WCAG by axe, nothing wider than the screen.

The pages are found as people find them, by following links from each role's front door, one address a view and several
where a view has several faces. A view that no link leads to must be named below, with the reason.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from app import create_app
from app.settings import Settings
from tests.html_validate import faults_in
from tests.journeys import browsing
from tests.journeys.furnishing import TOKEN, House, furnished

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]

DOORS = (
    "/",
    "/periksa",
    "/cari?q=vaksin",
    "/cari?q=zzzz+qqqq",
    "/masuk",
    "/daftar",
    "/cek/tidak-ada",
    "/lacak/tidak-ada",
    "/lacak/{token}",
    "/cek/{case}/sematan",
    "/luring",
)
"""Where the way of somebody without an account begins, what no page links to, and what is not there."""

FACES = {"cases.show": 4, "fact_checks.show": 2, "publications.show": 2, "appeal_desk.answer": 1}
"""Views whose page depends much on what it shows: so many addresses of each are looked at."""

SEEN_AGAIN = frozenset(
    {"desk.index", "cases.show", "fact_checks.show", "home.index", "accounts.show", "publications.index"}
)
"""Views that are looked at in every role, since they differ with it."""

NOT_LOOKED_AT = {
    "accounts.accept": "opens by an invitation's token; tests/journeys/test_accounts.py",
    "accounts.enrol": "while a second factor is set up; tests/journeys/test_accounts.py",
    "accounts.reset": "opens by a letter's token; tests/web/test_forgotten.py",
    "accounts.second_factor": "between password and code; tests/journeys/test_accounts.py",
    "accounts.welcome": "once, after registration; tests/journeys/test_accounts.py",
    "appeals.show": "opens by a private token; tests/journeys/test_justice_road.py",
    "appeal_desk.answer": "needs an objection; tests/journeys/test_justice_road.py",
    "channel_accounts.come_back": "sends on at once; tests/journeys/test_publishing.py",
    "channel_accounts.choose_page": "needs a network with pages; tests/web/test_consent.py",
    "channel_accounts.confirm": "between secret and account; tests/journeys/test_publishing.py",
    "checks.thanks": "after an answer was accepted; tests/journeys/test_road.py",
    "course.go_on": "sends on at once; tests/journeys/test_course.py",
    "course.question": "once the entrance has begun; tests/journeys/test_course.py",
    "holds.mine": "for accounts that judge alike; tests/web/test_holds.py",
    "holds.pace": "for accounts that judge too fast; tests/web/test_pace.py",
    "publications.choose": "for auditors, who have no tour; tests/web/test_auditing.py",
    "suspensions.read": "needs an objection; tests/web/test_suspensions.py",
    "suspensions.show": "opens by a private token; tests/web/test_suspensions.py",
    "subscriptions.show": "opens by a letter's token; tests/web/test_subscriptions.py",
    "tracking.picture": "a picture",
    "uploads.show": "opens by an upload's token; tests/journeys/test_screenshot.py",
    "uploads.picture": "a picture",
    "clusters.picture": "a picture",
    "share_cards.show": "a picture",
    "callbacks.prove": "for machines",
    "callbacks.prove_network": "for machines",
    "device.manifest": "for machines",
    "device.worker": "for machines",
    "embeds.answer": "for machines",
    "feeds.atom": "for machines",
    "feeds.json": "for machines",
    "feeds.robots": "for machines",
    "health.alive": "for machines",
    "health.ready": "for machines",
    "share_cards.organisation_atom": "for machines",
    "share_cards.organisation_json": "for machines",
    "sitemap.index": "for machines",
    "sitemap.month": "for machines",
    "sitemap.pages": "for machines",
    "record.votes": "a file",
    "transparency.csv": "a file",
    "transparency.json": "a file",
    "static": "files",
}

ROLES = ("anybody", "volunteer", "publisher", "editor", "admin")

OFFICES = (
    "/",
    "/meja",
    "/meja/naik-lagi",
    "/meja/keberatan",
    "/meja/kasus/{case}/tandai/evidence/1",
    "/putusan",
    "/terbitan",
    "/admin/orang",
    "/akun",
)
"""Where the way of whoever is signed in begins; what their role may not open is passed by."""

Tour = dict[str, list[str]]
"""For each role the addresses to look at."""

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("pages"), browser) as house:
        yield house


@pytest.fixture(scope="module")
def views(house: House) -> MapAdapter:
    """Says which view answers an address."""
    flask = create_app(Settings.from_env({**os.environ, **house.site.environment}))
    return flask.url_map.bind("127.0.0.1")


@pytest.fixture(scope="module")
def tour(house: House, views: MapAdapter, browser: Browser) -> Tour:
    """Follow every link of every role, and note one address a view."""
    found: Tour = {}
    known: set[str] = set()
    for role in ROLES:
        with visiting(house, browser, role, {"width": 1280, "height": 800}) as page:
            found[role] = follow(page, house, views, skipping=known - SEEN_AGAIN)
        known |= {view_of(views, path) for path in found[role]}
    return found


def follow(page: Page, house: House, views: MapAdapter, *, skipping: set[str]) -> list[str]:
    doors = OFFICES if skipping else DOORS
    taken = [path.format(case=house.answered, token=TOKEN) for path in doors]
    known = Counter(view_of(views, path) for path in taken)
    looked = []
    for path in taken:
        answer = page.goto(path)
        if answer is None or "html" not in answer.headers.get("content-type", "") or answer.status == 403:
            continue
        looked.append(path)
        for href in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            target = urlsplit(urljoin(page.url, href))
            name = view_of(views, target.path)
            address = target.path + (f"?{target.query}" if target.query else "")
            if target.hostname != "127.0.0.1" or not name or name in skipping | NOT_LOOKED_AT.keys():
                continue
            if address not in taken and known[name] < FACES.get(name, 1):
                known[name] += 1
                taken.append(address)
    return looked


def view_of(views: MapAdapter, path: str) -> str:
    """Return the name of the view that answers a GET of `path`, or "" when none does."""
    try:
        return str(views.match(urlsplit(path).path, method="GET")[0])
    except RequestRedirect as redirect:
        return view_of(views, redirect.new_url)
    except HTTPException:
        return ""


def test_every_view_is_looked_at_or_says_why_not(tour: Tour, views: MapAdapter) -> None:
    seen = {view_of(views, path) for paths in tour.values() for path in paths}
    rules = views.map.iter_rules()
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    missed = sorted(pages - seen - NOT_LOOKED_AT.keys())
    assert not missed, "\n".join(missed)
    assert sorted(NOT_LOOKED_AT.keys() - pages) == []


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", ROLES)
def test_pages_can_be_used_by_everybody(
    house: House, tour: Tour, browser: Browser, role: str, width: int, scheme: str, language: str
) -> None:
    faults: list[str] = []
    with visiting(house, browser, role, {"width": width, "height": 800}, color_scheme=scheme) as page:
        for path in tour[role]:
            page.goto(in_language(path, language))
            assert page.locator("html").get_attribute("lang") == language, path
            faults += faults_on(page, path)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_the_html_is_valid(
    house: House, tour: Tour, browser: Browser, tmp_path: Path, role: str, language: str
) -> None:
    """Each page as the house sends it, before any script has touched it."""
    with visiting(house, browser, role, {"width": 1280, "height": 800}) as page:
        for number, path in enumerate(tour[role]):
            answer = page.context.request.get(house.site.url + in_language(path, language))
            name = path.strip("/").partition("?")[0].replace("/", "-")
            (tmp_path / f"{number} {name}.html").write_text(answer.text(), encoding="utf-8")
    assert not (faults := faults_in(tmp_path)), "\n".join(faults)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_answer_can_be_used_by_everybody(
    house: House, browser: Browser, width: int, scheme: str, language: str
) -> None:
    """No address leads to what appears while somebody types, nor to the answer page behind it."""
    with visiting(house, browser, "anybody", {"width": width, "height": 800}, color_scheme=scheme) as page:
        page.goto(in_language("/", language))
        page.locator("textarea[name=text]").fill("bawang putih menyembuhkan penyakit apa saja")
        page.wait_for_selector("#so-far > *")
        faults = faults_on(page, "while typing")
        page.locator("form.ask button[type=submit]").click()
        page.wait_for_selector("#answer")
        faults += faults_on(page, "answer")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_cut_off_on_the_smallest_phone_nor_in_large_letters(
    house: House, tour: Tour, browser: Browser, role: str, language: str
) -> None:
    """320 px is what 400 % zoom leaves of 1280 (WCAG 1.4.10); letters grow by half (1.4.4 asks for no loss)."""
    faults: list[str] = []
    with visiting(house, browser, role, {"width": 320, "height": 800}) as page:
        for path in tour[role]:
            page.goto(in_language(path, language))
            faults += too_wide(page, path)
            page.evaluate("document.documentElement.style.fontSize = '150%'")
            faults += too_wide(page, f"{path} in large letters")
            page.evaluate("document.documentElement.style.fontSize = ''")
            page.evaluate(LENGTHEN)
            faults += too_wide(page, f"{path} in long words")
            faults += [f"{path} in long words: {cut}" for cut in page.evaluate(CUT)]
    assert not faults, "\n".join(faults)


def test_the_desk_is_worked_by_keys_and_lists_them(house: House, browser: Browser) -> None:
    with visiting(house, browser, "editor", {"width": 1280, "height": 800}) as page:
        page.goto("/meja")
        page.keyboard.press("?")
        dialog = page.locator("dialog[open]")
        expect(dialog.get_by_role("heading", name="Pintasan papan ketik")).to_be_visible()
        faults = faults_on(page, "shortcuts")
        assert not faults, "\n".join(faults)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        page.keyboard.press("j")
        first = page.evaluate("document.activeElement.href")
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.href") != first
        page.keyboard.press("k")
        assert page.evaluate("document.activeElement.href") == first
        page.keyboard.press("Enter")
        page.wait_for_url(first)
        page.keyboard.press("e")
        assert page.evaluate("document.activeElement.closest('#evidence') !== null")
        page.keyboard.press("Tab")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("m")
        page.wait_for_url("**/meja")
        page.keyboard.press("?")
        dialog.get_by_role("button", name="Matikan pintasan").click()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        page.wait_for_timeout(500)
        expect(dialog).to_have_count(0)


def test_on_paper_a_fact_check_is_its_answer_and_where_its_sources_lie(house: House, browser: Browser) -> None:
    with visiting(house, browser, "anybody", {"width": 800, "height": 1100}) as page:
        page.goto(f"/cek/{house.answered}")
        page.emulate_media(media="print")
        for gone in ("header.top", ".share", "footer.bottom"):
            expect(page.locator(gone)).to_be_hidden()
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".plate, .verdict").first).to_be_visible()
        address = "link => getComputedStyle(link, '::after').content"
        assert "https://" in page.locator(".evidence-title a[href^=http]").first.evaluate(address)


LENGTHEN = """
() => {
  const walker = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.data = text.data.replace(/\\p{L}+/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.3)));
  }
  const heading = document.querySelector("h1");
  if (heading) heading.append(` ${"dipertanggungjawabkannyalah".repeat(3)}`);
}
"""
"""Every word is longer by three tenths, as in a wordier language, and the heading ends in a word of 80 letters."""

CUT = """
() => [...document.querySelectorAll("button, a.button, .badge, .chip, .tabs a, .choice, .field-label, .stat")]
  .filter((box) => box.checkVisibility({ visibilityProperty: true }) && !box.closest(".visually-hidden"))
  .filter((box) => box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).display !== "inline")
  .map((box) => `${box.scrollWidth} > ${box.clientWidth}: ${box.outerHTML.slice(0, 160)}`)
"""
"""What holds words and is narrower than they are."""

SMALL_TARGETS = """
() => [...document.querySelectorAll("button, a.button, select, input:not([type=hidden], [type=checkbox])")]
  .filter((target) => target.type !== "radio")
  .filter((target) => target.checkVisibility({ visibilityProperty: true }) && !target.closest(".visually-hidden"))
  .map((target) => [target, target.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5))
  .map(([target, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${target.outerHTML.slice(0, 160)}`)
"""
"""What is pressed measures at least 44 x 44 px (WCAG 2.5.5), hidden things and links within a sentence aside."""


@contextmanager
def visiting(house: House, browser: Browser, role: str, viewport: dict[str, int], **options: Any) -> Iterator[Page]:
    state = house.signed_in.get(role)
    with browsing.visit(browser, house.site.url, viewport=viewport, storage_state=state, **options) as visitor:
        yield visitor.new_page()


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def faults_on(page: Page, name: str) -> list[str]:
    """Return what axe says against a page, what is wider than the screen, and what is too small to press."""
    found = Axe().run(page, options={"runOnly": RULES})
    faults = [f"{name}: {violation['id']}: {shown(violation)}" for violation in found.response["violations"]]
    return faults + too_wide(page, name) + [f"{name}: {small}" for small in page.evaluate(SMALL_TARGETS)]


def too_wide(page: Page, name: str) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [f"{name}: wider than the screen"] if wide else []


def shown(violation: dict[str, Any]) -> str:
    """The elements that break a rule, as HTML, so that a failure names what to mend."""
    return " | ".join(str(node["html"])[:200] for node in violation["nodes"][:4])
