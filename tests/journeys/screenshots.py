"""Take pictures of every page, as people with small and large screens, by day and by night, meet it.

A site of its own is started on a free port with the shipped debunks and one report, and thrown away at the end.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from accounts.roles import Role
from app.commands.data import upgrade
from script.lib.serve import ROOT
from tests.journeys import browsing
from tests.journeys.people import make_account, make_organisation, press, sign_in
from tests.journeys.site import Site, running_site

FOLDER = ROOT / "screenshots"

MESSAGE = "Sebarkan ke keluarga: air lemon hangat membunuh sel kanker, rumah sakit merahasiakannya!"

PATHS = {
    "home": "/",
    "ask": "/periksa",
    "search": "/cari?q=vaksin",
    "nothing-found": "/cari?q=xyzzy&verdict=true",
    "topics": "/topik",
    "archive": "/arsip",
    "about": "/tentang",
    "record": "/putusan",
    "objections": "/keberatan",
    "sign-in": "/masuk",
    "offline": "/luring",
    "not-found": "/cek/tidak-ada",
}
"""Pages that anybody can open by their address."""

STAFF_PATHS = {
    "desk": "/meja",
    "shortcuts": "/meja/pintasan",
    "account": "/akun",
    "publications": "/terbitan",
    "calendar": "/terbitan/kalender",
    "inbox": "/terbitan/kotak-masuk",
}
"""Pages of somebody who works here."""


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which a page is met."""

    width: int
    language: str
    scheme: str
    javascript: bool

    def __str__(self) -> str:
        return f"{self.width}-{self.language}-{self.scheme}{'' if self.javascript else '-plain'}"


LOOKS = [Look(*values) for values in itertools.product((360, 1280), ("id", "en"), ("light", "dark"), (True, False))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names of pages; all when none is given")
    wanted = set(parser.parse_args().pages)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="saring-screenshots-") as folder:
        url = f"sqlite:///{folder}/site.sqlite"
        upgrade(url)
        with running_site(url, Path(folder) / "data") as site, sync_playwright() as playwright:
            site.run("seed")
            browser = browsing.launch(playwright)
            signed_in = open_house(browser, site)
            taken = sum(take(browser, site, look, wanted, signed_in=signed_in) for look in LOOKS)
            browser.close()
    print(f"{taken} pictures in {FOLDER}")


def open_house(browser: Browser, site: Site) -> StorageState:
    """Let an editor sign in once, and return what their browser keeps."""
    organisation_id = make_organisation(site, name="Balai Cek Fakta")
    editor = make_account(site, name="Editor Satu", role=Role.EDITOR, organisation_id=organisation_id)
    with browsing.visit(browser, site.url) as visitor:
        sign_in(visitor.new_page(), site, editor)
        return visitor.storage_state()


def take(browser: Browser, site: Site, look: Look, wanted: set[str], *, signed_in: StorageState) -> int:
    """Take every wanted page in one look and return how many pictures that were."""
    options = {
        "viewport": {"width": look.width, "height": 800},
        "color_scheme": look.scheme,
        "java_script_enabled": look.javascript,
    }
    taken = 0
    for pages, state in ((PATHS, None), (STAFF_PATHS, signed_in)):
        with browsing.visit(browser, site.url, storage_state=state, **options) as visitor:
            visitor.add_cookies([{"name": "lang", "value": look.language, "url": site.url}])
            page = visitor.new_page()
            roads: dict[str, Callable[[], object]] = {
                name: partial(page.goto, f"{site.url}{path}") for name, path in pages.items()
            }
            roads |= steps_of_a_citizen(page, site, look) if state is None else steps_of_an_editor(page, site)
            for name, walk in roads.items():
                if not wanted or name in wanted:
                    walk()
                    page.screenshot(path=FOLDER / f"{name}-{look}.png", full_page=True)
                    taken += 1
    return taken


def steps_of_a_citizen(page: Page, site: Site, look: Look) -> dict[str, Callable[[], object]]:
    """Return the pages that follow from what somebody does, each reached from the home page."""

    def fill() -> None:
        page.goto(site.url)
        page.locator("textarea[name=text]").fill(MESSAGE)
        if look.javascript:
            page.wait_for_selector("#so-far > *")

    def ask() -> None:
        fill()
        page.locator("form.ask button[type=submit]").click()
        page.wait_for_selector("#answer")

    def report() -> None:
        ask()
        press(page, "/lapor")
        page.wait_for_url("**/lacak/**")

    def read() -> None:
        page.goto(f"{site.url}/cari")
        page.locator("main a[href^='/cek/']").first.click()
        page.wait_for_url("**/cek/**")

    return {"typing": fill, "answer": ask, "tracking": report, "fact-check": read}


def steps_of_an_editor(page: Page, site: Site) -> dict[str, Callable[[], object]]:
    """Return the pages that follow from what an editor does."""

    def case() -> None:
        page.goto(f"{site.url}/meja")
        page.locator("main a[href*='/meja/kasus/']").first.click()
        page.wait_for_load_state()

    return {"case": case}


if __name__ == "__main__":
    main()
