"""An agency connects its accounts, approves a fact-check, watches it go out and answers the public, in the browser."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from mastodon_mock.testing import MockServer
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from accounts.models import Person
from accounts.roles import Role
from publishing.models import ChannelAccount, Publication
from tests.channels.networks import MastodonNetwork
from tests.channels.webhook_receiver import WebhookReceiver
from tests.factories.cases import make_open_case, submit_narrative
from tests.journeys.people import Account, make_account, make_organisation, press, sign_in
from tests.journeys.site import Site

SQLITE = pytest.mark.parametrize("blank_database_url", ["sqlite"], indirect=True)
"""What a browser sees does not depend on the database; tests/web asks both."""

WITHIN_SECONDS = 30.0

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


Look = Callable[..., None]


@pytest.fixture
def mastodon() -> Iterator[MastodonNetwork]:
    with MockServer() as server:
        yield MastodonNetwork(server.base_url)


@SQLITE
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_from_a_consent_page_to_an_answered_reply(
    site: Site,
    new_page: Callable[..., Page],
    mastodon: MastodonNetwork,
    receiver: WebhookReceiver,
    javascript: bool,
) -> None:
    look = look_at if javascript else pass_by
    agency = make_organisation(site, name="Dinas Literasi")
    publisher = make_account(site, name="Penerbit", role=Role.PUBLISHER, organisation_id=agency)
    author = make_account(site, name="Penulis", role=Role.EDITOR, organisation_id=agency)
    approver = make_account(site, name="Penyetuju", role=Role.VERIFIER, organisation_id=agency)

    keeper = new_page(javascript=javascript)
    sign_in(keeper, site, publisher)
    connect_by_consent(keeper, site, mastodon, look)
    connect_by_secret(keeper, site, receiver)
    look(keeper, "/akun-resmi", "/akun-resmi/sambung", "/akun-resmi/sambung/telegram", "/terbitan/rem")

    case = submit(site, author)
    signer = new_page(javascript=javascript, width=1280)
    sign_in(signer, site, approver)
    approve(signer, site, case, look)
    wait_until_live(site, 2)

    keeper.goto(f"{site.url}/terbitan?tampil=tayang")
    expect(keeper.locator("article.card")).to_have_count(2)
    (text,) = mastodon.visible(marker(site, case))
    assert text.startswith("SALAH: Vaksin diuji")
    assert len(receiver.stories()) == 1
    keeper.locator("article.card a").first.click()
    expect(keeper.locator("main")).to_contain_text("Terkirim, dan jejaring memastikannya")
    look(keeper, keeper.url.removeprefix(site.url), "/terbitan", "/terbitan/kalender")

    answer_the_public(keeper, site, mastodon, case, look)


def connect_by_consent(page: Page, site: Site, mastodon: MastodonNetwork, look: Look) -> None:
    """The network asks on a page of its own; we come back, see whom it named, and say that this is the one."""
    page.goto(f"{site.url}/akun-resmi/sambung/mastodon")
    page.locator("input[name=server]").fill(mastodon.address)
    page.locator("main form button[type=submit]").first.click()
    page.locator("main a.button-main").click()
    page.locator("button[value=alice]").click()
    page.wait_for_url("**/akun-resmi/pastikan")
    expect(page.locator("main")).to_contain_text("@alice@127.0.0.1")
    look(page, "/akun-resmi/pastikan")
    page.locator("input[name=tags]").fill("#CekFakta")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Semua baik")


def connect_by_secret(page: Page, site: Site, receiver: WebhookReceiver) -> None:
    """A wrong secret is told beside the form and never shown again; the right one leads on."""
    page.goto(f"{site.url}/akun-resmi/sambung/webhook")
    for secret in ("salah", receiver.secret):
        page.locator("input[name=url]").fill(receiver.url)
        page.locator("input[name=name]").fill("Kantor berita")
        page.locator("input[name=signing_secret]").fill(secret)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        assert secret not in page.content()
    page.wait_for_url("**/akun-resmi/pastikan")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("Kantor berita")
    assert receiver.refused == 1


def submit(site: Site, author: Account) -> str:
    with site.database.write() as session:
        case = make_open_case(session, text="Vaksin tidak diuji")
        submit_narrative(session, case=case, author=session.get_one(Person, author.person_id))
        return case.public_id


def approve(page: Page, site: Site, case: str, look: Look) -> None:
    """The card is there within moments, the posts stand as they will go out, and one press signs all of it."""
    page.goto(f"{site.url}/meja/kasus/{case}")
    page.locator("#narrative a[href$='/siaran']").click()
    page.wait_for_url("**/siaran")
    deadline = time.monotonic() + WITHIN_SECONDS
    while page.locator('form[action$="/setujui"]').count() == 0:
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        time.sleep(0.3)
        page.reload()
    assert page.locator("img.post-picture").first.evaluate("image => image.complete && image.naturalWidth === 1200")
    expect(page.locator(".post-text").first).to_contain_text("SALAH: Vaksin diuji")
    look(page, page.url.removeprefix(site.url))
    if look is look_at:
        count_while_typing(page)
    press(page, "/setujui")


def count_while_typing(page: Page) -> None:
    """The count, the warning and the preview follow the text before anything is saved."""
    text = page.locator("textarea").first
    text.fill("Pesan mengatakan vaksin tidak pernah diuji. " + "x" * 470)
    check = page.locator("[id^=check-]").first
    expect(check).to_contain_text("Kelebihan")
    expect(check).to_contain_text("Mulailah dengan fakta")
    expect(check.locator(".post-text")).to_contain_text("xxx")
    page.reload()


def wait_until_live(site: Site, number: int) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        with site.database.read() as session:
            states = list(session.scalars(select(Publication.state)))
        if states == ["published"] * number:
            return
        time.sleep(0.3)
    raise AssertionError(states)


def answer_the_public(page: Page, site: Site, mastodon: MastodonNetwork, case: str, look: Look) -> None:
    """Somebody replies on the network; it lands in the inbox, and the answer stands under it on the network."""
    with site.database.read() as session:
        post = session.scalars(select(Publication).where(Publication.remote_url.contains("alice"))).one()
    asked = {"status": "@alice Sumbernya mana?", "in_reply_to_id": post.remote_id}
    with httpx.Client(base_url=mastodon.address, headers={"Authorization": "Bearer bob_token"}) as bob:
        bob.post("/api/v1/statuses", json=asked).raise_for_status()
    with site.database.write() as session:
        session.execute(update(ChannelAccount).values(next_replies_at=None))
    deadline = time.monotonic() + WITHIN_SECONDS
    while page.locator("article.card", has_text="Sumbernya mana?").count() == 0:
        assert time.monotonic() < deadline
        page.goto(f"{site.url}/terbitan/kotak-masuk")
    look(page, "/terbitan/kotak-masuk")
    page.locator("details summary").first.click()
    page.locator("textarea[name=text]").fill("Ini sumbernya, Pak.")
    press(page, "/jawab")
    wait_until_live(site, 3)
    answers = mastodon.visible(f"{marker(site, case)}#jawab-1")
    assert [text.startswith("Ini sumbernya, Pak.") for text in answers] == [True]


def marker(site: Site, case: str) -> str:
    return f"{site.url}/cek/{case}/vaksin-diuji-lebih-dulu?v=1"


def look_at(page: Page, *paths: str) -> None:
    """Each page is usable by everybody and no wider than the screen."""
    for path in paths:
        page.goto(path)
        violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
        assert [found["id"] for found in violations] == [], path
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path


def pass_by(page: Page, *paths: str) -> None:
    """Where no script runs, axe cannot either: the pages only have to answer."""
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.ok, path
