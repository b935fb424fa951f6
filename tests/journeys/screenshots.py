"""Take pictures of every page, as people with small and large screens, by day and by night, meet it.

A furnished site of its own is started on a free port and thrown away at the end: the shipped debunks, cases on every
step, an agency that publishes.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from accounts.roles import Role
from script.lib.serve import ROOT
from tests.journeys import browsing
from tests.journeys.furnishing import House, furnished
from tests.journeys.people import press

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
    "transparency": "/keterbukaan",
    "objections": "/keberatan",
    "sign-in": "/masuk",
    "offline": "/luring",
    "not-found": "/cek/tidak-ada",
}
"""Pages that anybody can open by their address."""

STAFF_PATHS = {
    Role.VOLUNTEER: {
        "course": "/latihan",
        "track-record": "/akun/rekam",
    },
    Role.EDITOR: {
        "desk": "/meja",
        "shortcuts": "/meja/pintasan",
        "duplicates": "/meja/kembar",
        "holds": "/meja/penahanan",
        "resurfacing": "/meja/naik-lagi",
        "objection-desk": "/meja/keberatan",
        "account": "/akun",
    },
    Role.PUBLISHER: {
        "publications": "/terbitan",
        "calendar": "/terbitan/kalender",
        "inbox": "/terbitan/kotak-masuk",
        "channel-accounts": "/akun-resmi",
        "brakes": "/terbitan/rem",
    },
    Role.ADMIN: {
        "jobs": "/admin/tugas",
        "people": "/admin/orang",
    },
}
"""Pages of those who work here, by who opens them."""


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
    with tempfile.TemporaryDirectory(prefix="saring-screenshots-") as folder, sync_playwright() as playwright:
        browser = browsing.launch(playwright)
        with furnished(Path(folder), browser) as house:
            taken = sum(take(browser, house, look, wanted) for look in LOOKS)
        browser.close()
    print(f"{taken} pictures in {FOLDER}")


def take(browser: Browser, house: House, look: Look, wanted: set[str]) -> int:
    """Take every wanted page in one look and return how many pictures that were."""
    options = {
        "viewport": {"width": look.width, "height": 800},
        "color_scheme": look.scheme,
        "java_script_enabled": look.javascript,
    }
    taken = 0
    for role, pages in ((None, PATHS), *STAFF_PATHS.items()):
        state = house.signed_in[role.value] if role else None
        with browsing.visit(browser, house.site.url, storage_state=state, **options) as visitor:
            visitor.add_cookies([{"name": "lang", "value": look.language, "url": house.site.url}])
            page = visitor.new_page()
            roads: dict[str, Callable[[], object]] = {name: partial(page.goto, path) for name, path in pages.items()}
            if role is None:
                roads |= steps_of_a_citizen(page, house, look)
            elif role is Role.EDITOR:
                roads |= steps_of_an_editor(page)
            for name, walk in roads.items():
                if not wanted or name in wanted:
                    walk()
                    page.screenshot(path=FOLDER / f"{name}-{look}.png", full_page=True)
                    taken += 1
    return taken


def steps_of_a_citizen(page: Page, house: House, look: Look) -> dict[str, Callable[[], object]]:
    """Return the pages that follow from what somebody does, each reached from the home page."""

    def fill() -> None:
        page.goto("/")
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
        page.goto("/cari")
        page.locator("main a[href^='/cek/']").first.click()
        page.wait_for_url("**/cek/**")

    def read_ours() -> None:
        page.goto(f"/cek/{house.answered}")
        page.wait_for_load_state()

    def read_month() -> None:
        page.goto("/arsip")
        page.locator("main a[href^='/arsip/']").first.click()
        page.wait_for_load_state()

    return {
        "month": read_month,
        "our-fact-check": read_ours,
        "typing": fill,
        "answer": ask,
        "tracking": report,
        "fact-check": read,
    }


def steps_of_an_editor(page: Page) -> dict[str, Callable[[], object]]:
    """Return the pages that follow from what an editor does."""

    def follow(text: str, *links: str) -> Callable[[], object]:
        def walk() -> None:
            page.goto("/meja")
            page.locator("main a[href*='/meja/kasus/']", has_text=text).first.click()
            for link in links:
                page.locator(f"main a[href$='{link}']").first.click()
            page.wait_for_load_state()

        return walk

    return {
        "case": follow("Air rebusan"),
        "messages": follow("Air rebusan", "/kelompok"),
        "drafted": follow("Garam dapur"),
        "wording": follow("Garam dapur", "/kata"),
        "post-drafts": follow("Garam dapur", "/siaran"),
        "discussion": follow("Gerhana", "/diskusi"),
    }


if __name__ == "__main__":
    main()
