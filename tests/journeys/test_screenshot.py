"""A screenshot on its way through a real browser, web processes and worker: read, answered, reported, seen again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from accounts.roles import Role
from tests.factories.pictures import encoded, screenshot
from tests.journeys.browsing import EACH_ONCE
from tests.journeys.people import make_account, press, sign_in
from tests.journeys.site import Site

LINES = (
    "Mulai besok semua kartu ATM lama",
    "diblokir serentak oleh bank.",
    "Kirim PIN ke 0812-3456-7890",
)
READ_SECONDS = 30.0


def picture(folder: Path, name: str, *, scale: float = 1.0, cropped: bool = False) -> Path:
    drawn = screenshot(LINES, scale=scale)
    if cropped:
        drawn = drawn.crop((0, int(90 * scale), drawn.width, drawn.height))
    path = folder / f"{name}.png"
    path.write_bytes(encoded(drawn))
    return path


def ask(page: Page, site: Site, *files: Path) -> None:
    """Choose files in the box of the home page and send it; the page of the question follows."""
    page.goto(site.url)
    page.locator("input[name=images]").set_input_files(files)
    page.locator('form[action$="/periksa"] button[type=submit]').last.click()
    page.wait_for_url("**/periksa/gambar/**")


def wait_until_read(page: Page, *, javascript: bool) -> None:
    """With JavaScript the page goes on by itself; without it somebody reloads."""
    deadline = time.monotonic() + READ_SECONDS
    report = page.locator('form[action$="/lapor"]')
    while report.count() == 0:
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(500)
        if not javascript:
            page.reload()


@EACH_ONCE
def test_a_screenshot_is_read_reported_and_found_again(
    site: Site, new_page: Callable[..., Page], tmp_path: Path, javascript: bool
) -> None:
    citizen = new_page(javascript=javascript)
    ask(citizen, site, picture(tmp_path, "pertama"))
    wait_until_read(citizen, javascript=javascript)
    main = citizen.locator("main")
    citizen.locator("summary", has_text="Yang kami baca").click()
    expect(main).to_contain_text("kartu ATM lama diblokir serentak")
    expect(main).to_contain_text("[nomor telepon]")
    expect(main).not_to_contain_text("3456")
    assert citizen.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    press(citizen, "/lapor")
    citizen.wait_for_url("**/lacak/**")
    shown = citizen.locator("main .preview img").first
    assert citizen.request.get(f"{site.url}{shown.get_attribute('src')}").headers["content-type"] == "image/webp"

    volunteer = new_page(javascript=javascript)
    sign_in(volunteer, site, make_account(site, name="Relawan Satu", role=Role.VOLUNTEER))
    volunteer.locator("main a[href*='/meja/kasus/']").first.click()
    expect(volunteer.locator("main")).to_contain_text("kartu ATM lama")
    assert re.search(
        r"/meja/kasus/\w+/gambar/\d+", volunteer.locator("main .preview img").first.get_attribute("src") or ""
    )

    stranger = new_page(javascript=javascript)
    ask(stranger, site, picture(tmp_path, "lebih-kecil", scale=0.8))
    wait_until_read(stranger, javascript=javascript)
    expect(stranger.locator("main")).to_contain_text("Gambar yang sama pernah dikirim")
    stranger.goto(f"{site.url}/periksa/gambar/AAAAAAAAAAAAAAAAAAAAAA")
    expect(stranger.locator("main")).to_contain_text("sudah tidak ada")


def test_previews_are_shown_and_taken_away_and_a_wrong_file_loses_nothing(
    site: Site, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = new_page()
    page.goto(site.url)
    first, second = picture(tmp_path, "satu"), picture(tmp_path, "dua", scale=0.7)
    page.locator("input[name=images]").set_input_files([first, second])
    expect(page.locator("[data-previews] img")).to_have_count(2)
    page.get_by_role("button", name="Buang gambar 1").click()
    expect(page.locator("[data-previews] img")).to_have_count(1)
    page.locator("input[name=images]").set_input_files([first, second, first])
    expect(page.locator("[data-said]")).to_have_text("")
    page.locator("input[name=images]").set_input_files([first, second])
    expect(page.locator("[data-said]")).to_have_text("Hanya empat gambar pertama yang dipakai.")
    expect(page.locator("[data-previews] img")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.goto(site.url)
    no_picture = tmp_path / "surat.pdf"
    no_picture.write_bytes(b"%PDF-1.7")
    page.locator("textarea[name=text]").fill("Pesan yang saya ketik sendiri")
    page.locator("input[name=images]").set_input_files(no_picture)
    page.locator('form[action$="/periksa"] button[type=submit]').last.click()
    expect(page.locator("#error-summary")).to_contain_text("JPEG, PNG, atau WebP")
    expect(page.locator("textarea[name=text]")).to_have_value("Pesan yang saya ketik sendiri")


def test_a_crop_of_the_same_forward_finds_its_answer_by_the_words(
    site: Site, new_page: Callable[..., Page], tmp_path: Path
) -> None:
    debunks = tmp_path / "debunks.jsonl"
    debunks.write_text(
        '{"id": "1", "title": "Semua kartu ATM lama diblokir serentak mulai besok", "language": "id", '
        '"label": "SALAH", "url": "https://example.org/1", "date": "2026-01-05", "source": "Rumah Cek", '
        '"explanation": "Bank tidak memblokir kartu lama."}\n',
        encoding="utf-8",
    )
    site.run("import", "debunks", str(debunks))
    for name, changes in (("utuh", {}), ("potongan", {"cropped": True}), ("kecil", {"scale": 0.75})):
        page = new_page()
        ask(page, site, picture(tmp_path, name, **changes))
        wait_until_read(page, javascript=True)
        expect(page.locator("main .hit").first).to_contain_text("kartu ATM lama diblokir")
