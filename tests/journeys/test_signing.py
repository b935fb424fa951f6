"""Two who sign differ and a third decides; each reads where the volunteers lean only after their own verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import select

from accounts.models import Person
from accounts.roles import Role
from tests.factories.cases import make_open_case, submit_narrative
from tests.factories.crowds import vote
from tests.factories.people import make_person
from tests.journeys.conftest import NewPage
from tests.journeys.people import Account, make_account, press, sign_in
from tests.journeys.site import Site
from tests.journeys.test_road import approve_signed_in
from verification.models import FactCheck, SignersOpinion
from verification.rules.scale import Veracity

VOLUNTEERS = 7
LEANING = f"{VOLUNTEERS} penilaian"
DIFFER = "Dua orang berbeda pendapat. Orang ketiga yang memutuskan."


def test_two_differ_a_third_decides_and_nobody_sees_the_leaning_first(site: Site, new_page: NewPage) -> None:
    author, doubter, third = (make_account(site, name=name, role=Role.EDITOR) for name in ("Pena", "Ragu", "Ketiga"))
    with site.database.write() as session:
        case = make_open_case(session, text="Air garam menyembuhkan demam berdarah")
        begin = datetime.now(UTC) - timedelta(days=1)
        for number in range(VOLUNTEERS):
            person = make_person(session, role=Role.VOLUNTEER)
            vote(session, case, person, Veracity.FALSE, begin + timedelta(hours=number))
        submit_narrative(session, case=case, author=session.get_one(Person, author.person_id))
        number = case.public_id

    page = new_page(width=1280)
    say(page, site, doubter, number, "true")
    expect(page.locator("#sign-off")).to_contain_text(DIFFER)
    expect(page.locator("#sign-off article")).to_have_count(2)

    # The third is asked blind as well, and approves only what they think themselves.
    page = new_page(width=1280)
    say(page, site, third, number, "false")
    expect(page.locator("#sign-off")).to_contain_text("Putusan sudah disepakati.")
    approve_signed_in(page, site, number)

    with site.database.read() as session:
        saved = session.scalars(select(SignersOpinion).order_by(SignersOpinion.id)).all()
        found = session.scalars(select(FactCheck).where(FactCheck.public_id == number)).one()
    opinions = [(row.person_id, row.verdict) for row in saved if row.case_id == found.case_id]
    signers = (author.person_id, doubter.person_id, third.person_id)
    assert opinions == list(zip(signers, ("false", "true", "false"), strict=True))
    assert (found.verdict, found.state) == ("false", "published")
    public = new_page(javascript=False)
    public.goto(f"{site.url}/cek/{number}")
    expect(public.locator("main")).to_contain_text("SALAH")


def say(page: Page, site: Site, account: Account, case: str, verdict: str) -> None:
    """Say one's own verdict; before it the page shows neither the volunteers' leaning nor another's opinion."""
    sign_in(page, site, account)
    page.goto(f"{site.url}/meja/kasus/{case}")
    expect(page.locator("#sign-off form")).to_have_count(1)
    expect(page.locator("main")).not_to_contain_text(LEANING)
    expect(page.locator("#sign-off article")).to_have_count(0)
    page.locator(f"input[name=opinion][value={verdict}]").check()
    page.locator("textarea[name=opinion_reason]").fill("Saya membaca ketiga sumber dan menilainya sendiri.")
    press(page, "/pendapat")
    expect(page.locator("main")).to_contain_text(LEANING)
