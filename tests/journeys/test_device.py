"""Saring as an app, in the browser: kept pages without a connection, the share menu, notifications.

What headless Chromium cannot do is asked of it in parts. It has no way to a real push service, so `subscribe()` is
answered by a browser that the test plays (`PushService`), which opens what the house sends; what it opened is then put
before the service worker as the browser would (`ServiceWorker.deliverPushMessage`). It shows no notification on a
screen and lets nobody press one: `getNotifications()` says what would be shown. Nor can it install an app: the share
menu's request is sent by a form that is filled in as the manifest says.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet, MultiFernet
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from accounts.roles import Role
from app.push import new_private_key
from tests.factories.cases import assess, case_of, publish
from tests.factories.people import actor_of, make_person
from tests.journeys import browsing
from tests.journeys.people import press
from tests.journeys.site import Site
from tests.journeys.test_screenshot import picture
from tests.push_service import PushService
from verification.models import Report, Subscription
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.services.assessing import open_review

NewPage = Callable[..., Page]

PATIENCE_SECONDS = 40.0

DEBUNKS = [
    {
        "id": str(number),
        "title": title,
        "language": "id",
        "label": "SALAH",
        "url": f"https://example.org/{number}",
        "date": f"2026-01-0{number}",
        "source": "Rumah Cek",
        "explanation": "Bank tidak memblokir kartu lama.",
    }
    for number, title in enumerate(("Semua kartu ATM lama diblokir serentak", "Garam laut berisi serpihan kaca"), 1)
]


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture(scope="module")
def site(lasting_site: Site) -> Site:
    return lasting_site


@pytest.fixture(scope="module")
def stocked(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with two checks of another house."""
    file = tmp_path_factory.mktemp("stock") / "debunks.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in DEBUNKS), encoding="utf-8")
    site.run("import", "debunks", str(file))
    return site


def wait_until(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (value := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.2)
    return value


def start_worker(page: Page, site: Site) -> None:
    """Open the home page until its service worker answers for it."""
    page.goto(site.url)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_what_was_read_and_the_latest_results_stay_readable_offline(stocked: Site, new_page: NewPage) -> None:
    page = new_page()
    start_worker(page, stocked)
    wait_until(lambda: page.evaluate(KEPT) == len(DEBUNKS), "the latest results were not fetched ahead")
    address = page.locator("main a[href^='/cek/']").first.get_attribute("href")
    page.context.set_offline(True)
    page.goto(f"{stocked.url}{address}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Bank tidak memblokir kartu lama.")
    page.goto(f"{stocked.url}/periksa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada sambungan")
    for debunk in DEBUNKS:
        expect(page.get_by_role("link", name=str(debunk["title"]))).to_be_visible()
    page.get_by_role("link", name=str(DEBUNKS[0]["title"])).click()
    page.wait_for_url("**/cek/**")
    page.context.set_offline(False)
    page.goto(f"{stocked.url}/periksa")
    expect(page.locator("textarea[name=text]")).to_be_visible()


def test_private_pages_are_never_kept(stocked: Site, new_page: NewPage) -> None:
    page = new_page()
    start_worker(page, stocked)
    tracking = file_report(page, stocked)
    page.goto(f"{stocked.url}/cari?q=kartu")
    page.context.set_offline(True)
    page.goto(tracking)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidak ada sambungan")


def test_the_browser_takes_the_manifest(stocked: Site, new_page: NewPage) -> None:
    page = new_page()
    start_worker(page, stocked)
    chrome = page.context.new_cdp_session(page)
    manifest = chrome.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{stocked.url}/saring.webmanifest"
    faults = {fault["errorId"] for fault in chrome.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    # A private window installs nothing, whatever the page is like; every browser of a test is one.
    assert faults <= {"in-incognito"}


@pytest.mark.parametrize("with_picture", [False, True], ids=["words", "picture"])
def test_the_share_menu_leads_to_the_answer(
    stocked: Site, new_page: NewPage, tmp_path: Path, with_picture: bool
) -> None:
    page = new_page()
    page.goto(stocked.url)
    target = page.evaluate("fetch('/saring.webmanifest').then(answer => answer.json())")["share_target"]
    page.evaluate(
        """target => {
          const form = document.createElement("form");
          Object.assign(form, { action: target.action, method: target.method, enctype: target.enctype, id: "menu" });
          for (const name of [target.params.title, target.params.text, target.params.url]) {
            const box = document.createElement("textarea");
            box.name = name;
            form.append(box);
          }
          const file = document.createElement("input");
          Object.assign(file, { type: "file", name: target.params.files[0].name, multiple: true });
          form.append(file);
          document.querySelector("main").replaceChildren(form);
        }""",
        target,
    )
    page.locator("#menu [name=text]").fill("Semua kartu ATM lama diblokir serentak!")
    page.locator("#menu [name=url]").fill("https://example.org/berita")
    if with_picture:
        page.locator("#menu [name=images]").set_input_files(picture(tmp_path, "bagikan"))
    page.locator("#menu").evaluate("form => form.submit()")
    if with_picture:
        page.wait_for_url("**/periksa/gambar/**")
        page.wait_for_selector("#upload .hit", timeout=PATIENCE_SECONDS * 1000)
        expect(page.locator("main")).to_contain_text("example.org/berita")
    else:
        page.wait_for_selector("#answer")
        expect(page.locator("#answer .as-written")).to_contain_text("https://example.org/berita")
    expect(page.locator(".hit").first).to_contain_text(str(DEBUNKS[0]["title"]))


def test_a_notification_travels_from_the_house_to_the_worker(
    site: Site, browser: Browser, push_service: PushService
) -> None:
    site.stop_processes()
    site.environment |= {
        "SARING_VAPID_PRIVATE_KEY": new_private_key(),
        "SARING_PRIVATE_HOSTS": f"127.0.0.1,{push_service.host}",
    }
    site.start()
    with browsing.visit(browser, site.url, permissions=["notifications"]) as visitor:
        visitor.add_init_script(BROWSER_OF_A_PHONE % json.dumps(push_service.address))
        page = visitor.new_page()
        start_worker(page, site)
        tracking = file_report(page, site)
        page.get_by_role("button", name="Beri tahu di ponsel ini").click()
        status = page.locator("form[data-push] [role=status]")
        expect(status).to_have_text("Ponsel ini memberi tahu Anda bila ada kabar.")
        answer_the_report(site)
        news = wait_until(lambda: push_service.shown, "the house sent no notification")[0]
        assert news["url"] == tracking
        deliver(visitor, page, site, news)
        shown = wait_until(lambda: page.evaluate(SHOWN), "the worker showed nothing")
        assert shown == [[news["title"], news["body"], tracking]]
        (worker,) = visitor.service_workers
        assert worker.evaluate(PRESS) == [["focus", tracking], ["navigate", tracking]]
        moved = {**push_service.address, "endpoint": push_service.address["endpoint"] + "-2"}
        worker.evaluate(CHANGE_ADDRESS, moved)
        with site.database.read() as session:
            (row,) = session.scalars(select(Subscription)).all()
        assert sealed_endpoint(site, row) == moved["endpoint"]
        worker.evaluate(CHANGE_ADDRESS, push_service.address)
        page.get_by_role("button", name="Hentikan notifikasi").click()
        expect(status).to_have_text("Notifikasi dimatikan.")
        page.goto(site.url)
        deliver(visitor, page, site, news)
        wait_until(lambda: page.evaluate(SHOWN), "the worker showed nothing")
        assert worker.evaluate(PRESS) == [["open", tracking]]


KEPT = """caches.open("read").then(cache => cache.keys())
  .then(keys => keys.filter(key => key.url.includes("/cek/")).length)"""

BROWSER_OF_A_PHONE = """{
  const words = %s;
  const subscription = { endpoint: words.endpoint, toJSON: () => ({ endpoint: words.endpoint, keys: words }) };
  let on = null;
  PushManager.prototype.getSubscription = async () => on;
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly || !options.applicationServerKey) throw new Error("refused");
    return (on = subscription);
  };
}"""

SHOWN = """navigator.serviceWorker.ready.then(worker => worker.getNotifications())
  .then(all => all.map(one => [one.title, one.body, one.data.url]))"""


ACT = """(event) => new Promise((done, failed) => {
  // Only the browser's own events may keep a worker alive; what the worker would wait for is waited for here.
  Object.defineProperty(event, "waitUntil", { value: (work) => work.then(done, failed) });
  self.dispatchEvent(event);
})"""

PRESS = f"""async () => {{
  const asked = [];
  self.clients.openWindow = async (url) => asked.push(["open", url]);
  WindowClient.prototype.focus = async function () {{ asked.push(["focus", this.url]); }};
  WindowClient.prototype.navigate = async (url) => asked.push(["navigate", url]);
  const [notification] = await self.registration.getNotifications();
  await ({ACT})(Object.assign(new ExtendableEvent("notificationclick"), {{ notification }}));
  return asked;
}}"""
"""A press on the notification that is shown; only a person's press lets a worker open or focus a window."""

CHANGE_ADDRESS = f"""async (words) => {{
  const newSubscription = {{ toJSON: () => ({{ endpoint: words.endpoint, keys: words }}) }};
  const event = new ExtendableEvent("pushsubscriptionchange");
  await ({ACT})(Object.assign(event, {{ oldSubscription: null, newSubscription }}));
}}"""
"""The browser changes its address and does not say what the old one was, as some do."""


def sealed_endpoint(site: Site, row: Subscription) -> str:
    seal = MultiFernet([Fernet(key) for key in site.environment["SARING_VAULT_KEYS"].split(",")])
    return str(json.loads(seal.decrypt(row.sealed))["endpoint"])


def deliver(visitor: BrowserContext, page: Page, site: Site, news: dict[str, Any]) -> None:
    """Put what the push service opened before the service worker, as the browser does."""
    chrome, registrations = visitor.new_cdp_session(page), []
    chrome.on("ServiceWorker.workerRegistrationUpdated", lambda said: registrations.extend(said["registrations"]))
    chrome.send("ServiceWorker.enable")
    wait_until(lambda: page.evaluate("true") and registrations, "the browser names no worker")
    number = registrations[-1]["registrationId"]
    chrome.send(
        "ServiceWorker.deliverPushMessage", {"origin": site.url, "registrationId": number, "data": json.dumps(news)}
    )


def file_report(page: Page, site: Site) -> str:
    """Report a message and return the address of its private page."""
    page.goto(site.url)
    page.locator("textarea[name=text]").fill("Katanya vaksin tidak pernah diuji sebelum dipakai")
    page.locator('form[action$="/periksa"] button[type=submit]').click()
    page.wait_for_selector("#answer")
    press(page, "/lapor")
    page.wait_for_url("**/lacak/**")
    return page.url


def answer_the_report(site: Site) -> None:
    """Publish an answer to the latest report."""
    with site.database.write() as session:
        case = case_of(session, session.scalars(select(Report).order_by(Report.id.desc()).limit(1)).one())
        opener, now = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER), datetime.now(UTC)
        claim = "Vaksin tidak pernah diuji sebelum dipakai"
        open_review(session, public_id=case.public_id, claim=claim, actor=opener, mover=Mover.VOLUNTEER, now=now)
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
        publish(session, case=case, now=now)
