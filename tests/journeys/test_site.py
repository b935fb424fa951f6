"""The site stands, with and without JavaScript, and gets up again when its processes are shot."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from script.lib import serve
from tests.journeys.conftest import NewPage
from tests.journeys.site import Site

PATIENCE_SECONDS = 30.0

MOST_MOVED = 0.02
"""How far a page may move by itself; the bar for a whole visit is a CLS of 0.1."""

WATCH_WHAT_MOVES = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.moved += shift.value;
}).observe({ type: "layout-shift", buffered: true });
"""
"""Adds up the layout shifts that no press of a key explains."""


@pytest.fixture(scope="module")
def site(lasting_site: Site) -> Site:
    return lasting_site


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_home_page_stands(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    response = page.goto(site.url)
    assert response is not None
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("textbox").first).to_be_visible()


def test_a_killed_web_process_is_replaced(site: Site) -> None:
    killed = site.kill_one_web_process()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while killed in site.web_processes() or len(site.web_processes()) < 2:
        assert time.monotonic() < deadline, "no other process took its place"
        time.sleep(0.1)
    assert serve.answers(site.url)
    site.kill_web()
    assert serve.answers(site.url)


def test_no_message_stands_in_an_address_or_a_log(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    site.stop_processes()
    site.environment["GUNICORN_CMD_ARGS"] = f"--access-logfile {log}"
    site.start()
    page = new_page()
    page.goto(f"{site.url}/cari?q=rahasiacari")
    ask(page, site, "Pesan rahasiatanya beredar di grup keluarga")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en] #answer")
    expect(page.locator("#answer .as-written")).to_have_text("Pesan rahasiatanya beredar di grup keluarga")
    page.reload()
    expect(page.locator("#answer .as-written")).to_have_text("Pesan rahasiatanya beredar di grup keluarga")
    page.go_back()
    page.go_back()
    expect(page.locator("textarea[name=text]")).to_be_visible()
    assert page.url == f"{site.url}/"
    written = log.read_text()
    assert '"POST /periksa"' in written
    assert '"GET /cari"' in written
    assert "rahasia" not in written


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_box_answers_while_somebody_types_on_a_keyboard(
    site: Site, new_page: NewPage, tmp_path: Path, javascript: bool
) -> None:
    debunks = tmp_path / "debunks.jsonl"
    debunks.write_text(
        '{"id": "1", "title": "Semua kartu ATM lama diblokir serentak mulai besok", "language": "id", '
        '"label": "SALAH", "url": "https://example.org/1", "date": "2026-01-05", "source": "Rumah Cek", '
        '"explanation": "Bank tidak memblokir kartu lama."}\n',
        encoding="utf-8",
    )
    site.run("import", "debunks", str(debunks))
    page = new_page(javascript=javascript)
    page.set_viewport_size({"width": 1280, "height": 1_600})  # so that what stands below the box is in sight
    page.add_init_script(WATCH_WHAT_MOVES)
    page.goto(site.url)
    page.locator("textarea[name=text]").press_sequentially("kartu ATM lama diblokir besok")
    so_far = page.locator("#so-far")
    assert so_far.get_attribute("aria-live") == "polite"
    if not javascript:
        page.wait_for_timeout(1_500)
        expect(so_far).to_be_hidden()
        expect(so_far).to_be_empty()
        return
    link = so_far.get_by_role("link", name="Semua kartu ATM lama")
    expect(link).to_be_visible()
    assert page.evaluate("moved") <= MOST_MOVED
    for _ in range(6):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/cek/**")


def ask(page: Page, site: Site, text: str) -> None:
    page.goto(site.url)
    page.locator("textarea[name=text]").fill(text)
    page.locator('form[action$="/periksa"] button[type=submit]').click()
    page.wait_for_selector("#answer")
