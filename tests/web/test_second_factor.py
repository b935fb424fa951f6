"""The second factor: each code once, asked of whoever has one, renewed and replaced only when it was just given."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from accounts.models import Person, RecoveryCode
from accounts.roles import Role
from accounts.sessions import STEP_UP_LIMIT
from app.wiring import Saring
from kernel.outbox import AuditEvent
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn, post_sign_in

CODE = re.compile(r"<li><code>([a-z2-7-]+)</code></li>")


class Phone:
    """An authenticator app that has scanned the page's code."""

    def __init__(self, page: str, clock: StandingClock) -> None:
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
        assert secret
        self._totp = pyotp.TOTP(secret[1].replace(" ", ""))
        self._clock = clock

    def code(self) -> str:
        return self._totp.at(self._clock.now())


def enrol(client: CheckingClient, clock: StandingClock) -> tuple[Phone, list[str]]:
    """Set a second factor up and return the phone and the recovery codes."""
    begun = client.post("/akun/pengaman/mulai")
    phone = Phone(client.get(begun.location).text, clock)
    page = client.post("/akun/pengaman", data={"code": phone.code()})
    assert page.status_code == 200
    clock.advance(seconds=60)
    return phone, CODE.findall(page.text)


def test_staff_set_up_a_second_factor_before_they_work(
    app: Flask, client: CheckingClient, make: MakePerson, clock: StandingClock
) -> None:
    person = make(Role.ADMIN)
    post_sign_in(client, person)
    sent = client.get("/admin/orang?q=budi")
    assert sent.location == "/akun/pengaman?next=/admin/orang?q%3Dbudi"
    begun = client.post("/akun/pengaman/mulai?next=/admin/orang?q%3Dbudi")
    phone = Phone(client.get(begun.location).text, clock)
    page = client.post(begun.location, data={"code": phone.code()})
    assert 'href="/admin/orang?q=budi"' in page.text
    assert len(set(CODE.findall(page.text))) == 10
    assert client.get("/admin/orang").status_code == 200
    again = app.test_client()
    post_sign_in(again, person)
    assert again.get("/admin/orang").location == "/masuk/kode?next=/admin/orang"


def test_the_qr_code_lives_in_the_page_and_says_the_secret(
    sign_in: SignIn, make: MakePerson, clock: StandingClock
) -> None:
    client = sign_in(make(Role.EDITOR))
    page = client.get("/akun/pengaman")
    assert "<img" not in page.text
    begun = client.post("/akun/pengaman/mulai")
    shown = client.get(begun.location)
    assert 'src="data:image/svg+xml' in shown.text
    assert "img-src 'self' data:" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"] == "no-store"


def test_looking_at_the_page_again_keeps_the_secret(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    client = sign_in(make(Role.EDITOR))
    first = Phone(client.get(client.post("/akun/pengaman/mulai").location).text, clock)
    assert Phone(client.get("/akun/pengaman").text, clock).code() == first.code()


def test_a_wrong_code_switches_nothing_on(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    person = make(Role.EDITOR)
    client = sign_in(person)
    client.post("/akun/pengaman/mulai")
    assert client.post("/akun/pengaman", data={"code": "000000"}).status_code == 422
    with saring.database.read() as session:
        assert session.get_one(Person, person.id).totp_confirmed_at is None


def test_a_password_alone_opens_nothing_once_there_is_a_second_factor(
    app: Flask, sign_in: SignIn, make: MakePerson, clock: StandingClock
) -> None:
    person = make(Role.VOLUNTEER)
    phone, _codes = enrol(sign_in(person), clock)
    client = app.test_client()
    post_sign_in(client, person)
    for path in ("/akun", "/akun/sandi", "/meja", "/akun/pengaman", "/akun/pengaman/ganti"):
        assert client.get(path).location.startswith("/masuk/kode?next=")
    answer = client.post("/masuk/kode?next=/akun", data={"code": phone.code()})
    assert (answer.status_code, answer.location) == (303, "/akun")
    assert client.get("/akun").status_code == 200


@pytest.mark.parametrize(
    "address", ["//evil.example", "/\\evil.example", "javascript:alert(1)", "https://evil.example"]
)
def test_giving_the_code_never_leads_elsewhere(
    sign_in: SignIn, make: MakePerson, clock: StandingClock, address: str
) -> None:
    client = sign_in(make(Role.VOLUNTEER))
    phone, _codes = enrol(client, clock)
    answer = client.post("/masuk/kode", query_string={"next": address}, data={"code": phone.code()})
    assert answer.location == "/akun/mulai"


def test_a_code_works_once(app: Flask, sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    person = make(Role.EDITOR)
    phone, _codes = enrol(sign_in(person), clock)
    first, second = sign_in(person), sign_in(person)
    code = phone.code()
    assert first.post("/masuk/kode", data={"code": f"{code[:3]} {code[3:]}"}).status_code == 303
    assert second.post("/masuk/kode", data={"code": code}).status_code == 422
    clock.advance(seconds=30)
    assert second.post("/masuk/kode", data={"code": phone.code()}).status_code == 303


def test_an_old_code_is_refused_and_a_slow_clock_forgiven(
    sign_in: SignIn, make: MakePerson, clock: StandingClock
) -> None:
    person = make(Role.EDITOR)
    phone, _codes = enrol(sign_in(person), clock)
    old, slow = sign_in(person), sign_in(person)
    code = phone.code()
    clock.advance(seconds=60)
    assert old.post("/masuk/kode", data={"code": code}).status_code == 422
    code = phone.code()
    clock.advance(seconds=30)
    assert slow.post("/masuk/kode", data={"code": code}).status_code == 303


def test_a_recovery_code_works_once_however_it_is_typed(
    sign_in: SignIn, make: MakePerson, clock: StandingClock
) -> None:
    person = make(Role.EDITOR)
    _phone, codes = enrol(sign_in(person), clock)
    first, second = sign_in(person), sign_in(person)
    assert first.post("/masuk/kode", data={"code": codes[0].replace("-", " ").upper()}).status_code == 303
    assert second.post("/masuk/kode", data={"code": codes[0]}).status_code == 422
    assert second.post("/masuk/kode", data={"code": codes[1]}).status_code == 303
    assert "8 unused recovery codes are left." in second.get("/akun?lang=en").text


def test_somebody_elses_recovery_code_opens_nothing(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    other, person = make(Role.EDITOR), make(Role.EDITOR)
    _phone, codes = enrol(sign_in(other), clock)
    enrol(sign_in(person), clock)
    assert sign_in(person).post("/masuk/kode", data={"code": codes[0]}).status_code == 422


def test_codes_and_secrets_are_not_stored_readably(
    sign_in: SignIn, make: MakePerson, clock: StandingClock, saring: Saring
) -> None:
    person = make(Role.EDITOR)
    client = sign_in(person)
    client.post("/akun/pengaman/mulai")
    page = client.get("/akun/pengaman").text
    secret = re.search(r"secret=([A-Z2-7]+)", page)
    phone = Phone(page, clock)
    codes = CODE.findall(client.post("/akun/pengaman", data={"code": phone.code()}).text)
    with saring.database.read() as session:
        sealed = session.get_one(Person, person.id).totp_sealed
        hashes = session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.person_id == person.id)).all()
    assert secret
    assert sealed
    assert secret[1].encode() not in sealed
    assert not {code.replace("-", "") for code in codes} & set(hashes)


def test_guessing_ends_after_five_tries_and_is_written_down(
    sign_in: SignIn, make: MakePerson, clock: StandingClock, saring: Saring
) -> None:
    person = make(Role.EDITOR)
    phone, _codes = enrol(sign_in(person), clock)
    client = sign_in(person)
    answers = [client.post("/masuk/kode", data={"code": "000000"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert client.post("/masuk/kode", data={"code": phone.code()}).status_code == 429
    with saring.database.read() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.kind == "second_factor_failed")).all()
    assert [event.subject_id for event in noted] == [str(person.id)] * 5


def test_the_identifier_changes_with_the_second_factor(
    app: Flask, sign_in: SignIn, make: MakePerson, clock: StandingClock
) -> None:
    person = make(Role.EDITOR)
    phone, _codes = enrol(sign_in(person), clock)
    client = sign_in(person)
    before = client.get_cookie("saring")
    assert before
    client.post("/masuk/kode", data={"code": phone.code()})
    assert client.get("/akun").status_code == 200
    thief = app.test_client()
    thief.set_cookie("saring", before.value)
    assert thief.get("/akun").location.startswith("/masuk?")


@pytest.mark.parametrize("path", ["/akun/pengaman/ganti", "/akun/pengaman/kode-cadangan"])
def test_changing_it_needs_a_fresh_confirmation(
    sign_in: SignIn, make: MakePerson, clock: StandingClock, path: str
) -> None:
    client = sign_in(make(Role.EDITOR), confirmed=True)
    clock.advance(STEP_UP_LIMIT)
    assert client.get(path).status_code == 200
    clock.advance(seconds=1)
    assert client.get(path).location == f"/masuk/kode?next={path}"
    sent = client.post(path, headers={"Referer": f"http://localhost{path}"})
    assert sent.location == f"/masuk/kode?next={path}"


def test_new_recovery_codes_replace_the_old(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    person = make(Role.EDITOR)
    client = sign_in(person)
    _phone, old = enrol(client, clock)
    new = CODE.findall(client.post("/akun/pengaman/kode-cadangan").text)
    assert len(set(new) - set(old)) == 10
    fresh = sign_in(person)
    assert fresh.post("/masuk/kode", data={"code": old[0]}).status_code == 422
    assert fresh.post("/masuk/kode", data={"code": new[0]}).status_code == 303


def test_replacing_it_switches_the_old_phone_off(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    person = make(Role.EDITOR)
    client = sign_in(person)
    old, codes = enrol(client, clock)
    assert client.post("/akun/pengaman/ganti").location == "/akun/pengaman"
    assert client.get("/meja").location.startswith("/akun/pengaman?next=")
    new, _codes = enrol(client, clock)
    fresh = sign_in(person)
    assert fresh.post("/masuk/kode", data={"code": old.code()}).status_code == 422
    assert fresh.post("/masuk/kode", data={"code": codes[0]}).status_code == 422
    assert fresh.post("/masuk/kode", data={"code": new.code()}).status_code == 303


def test_nobody_sets_up_a_second_one_over_the_first(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    client = sign_in(make(Role.EDITOR))
    enrol(client, clock)
    assert client.get("/akun/pengaman").location == "/akun"
    assert client.post("/akun/pengaman/mulai").status_code == 409
