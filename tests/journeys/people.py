"""People of a journey: accounts made as the command line makes them, and what each does in the browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from playwright.sync_api import Page

from accounts.models import Organisation, Person
from accounts.passwords import hash_password
from accounts.people import register
from accounts.roles import Role
from kernel.outbox import SYSTEM
from tests.journeys.site import Site
from verification.services.entering import admit

PASSWORD = "kuda laut ungu menari pelan"


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody needs to sign in; `secret` is the second factor's, empty for a volunteer."""

    person_id: int
    email: str
    secret: str


def make_organisation(site: Site, *, name: str) -> int:
    with site.database.write() as session:
        organisation = Organisation(
            name=name, slug=name.lower().replace(" ", "-"), kind="agency", aliases=[], created_at=datetime.now(UTC)
        )
        session.add(organisation)
        session.flush()
        return organisation.id


def make_account(site: Site, *, name: str, role: Role, organisation_id: int | None = None) -> Account:
    now = datetime.now(UTC)
    email = f"{name.lower().replace(' ', '.')}@example.org"
    password_hash = hash_password(PASSWORD)
    secret = ""
    with site.database.write() as session:
        person = register(
            session,
            email=email,
            name=name,
            password_hash=password_hash,
            roles=(role,),
            organisation_id=organisation_id,
            actor=SYSTEM,
            now=now,
        )
        if role is Role.VOLUNTEER:
            admit(session, person_id=person.id, actor=SYSTEM, now=now)
        else:
            secret = pyotp.random_base32()
            row = session.get_one(Person, person.id)
            row.totp_sealed, row.totp_confirmed_at = site.seal.encrypt(secret.encode()), now
        return Account(person.id, email, secret)


def sign_in(page: Page, site: Site, account: Account) -> None:
    page.goto(f"{site.url}/masuk")
    page.locator("input[name=email]").fill(account.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    if account.secret:
        page.locator("input[name=code]").fill(pyotp.TOTP(account.secret).now())
        page.locator("main form:has(input[name=code]) button[type=submit]").click()
    page.goto(f"{site.url}/meja")


def press(page: Page, action: str, *, value: str = "") -> None:
    """Press the button of the form whose address ends in `action`, and wait for the page that follows."""
    button = f"button[value={value}]" if value else "button[type=submit]"
    page.locator(f'form[action$="{action}"]').first.locator(button).first.click()
    page.wait_for_load_state()
