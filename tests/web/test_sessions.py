"""A session is a row: it ends when it should, everywhere at once, and nobody ends another person's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from accounts.models import LoginSession, Person, RoleGrant
from accounts.people import withdraw_role
from accounts.roles import Role
from accounts.sessions import ABSOLUTE_LIMIT, IDLE_LIMIT, TOUCH_INTERVAL
from accounts.suspending import suspend
from app.wiring import Saring
from kernel.outbox import SYSTEM, AuditEvent
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import PASSWORD, MakePerson, SignIn, post_sign_in

SECOND = timedelta(seconds=1)
NEW_PASSWORD = "payung biru di atas lemari"


def is_in(client: CheckingClient) -> bool:
    return client.get("/akun").status_code == 200


def cookie_of(client: CheckingClient) -> str:
    cookie = client.get_cookie("saring")
    assert cookie is not None
    return cookie.value


def test_a_saved_cookie_is_worthless_after_signing_out(app: Flask, sign_in: SignIn, make: MakePerson) -> None:
    client = sign_in(make(Role.VOLUNTEER))
    saved = cookie_of(client)
    assert client.post("/keluar").location == "/masuk"
    thief = app.test_client()
    thief.set_cookie("saring", saved)
    assert not is_in(thief)


def test_an_unused_session_ends(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    client = sign_in(make(Role.VOLUNTEER))
    clock.advance(IDLE_LIMIT)
    assert is_in(client)
    clock.advance(SECOND)
    assert not is_in(client)


def test_a_session_in_use_ends_all_the_same(sign_in: SignIn, make: MakePerson, clock: StandingClock) -> None:
    client = sign_in(make(Role.VOLUNTEER))
    start = clock.now()
    while clock.now() + IDLE_LIMIT - SECOND <= start + ABSOLUTE_LIMIT:
        clock.advance(IDLE_LIMIT - SECOND)
        assert client.post("/akun/sesi/akhiri").location == "/akun"
    clock.set(start + ABSOLUTE_LIMIT)
    assert is_in(client)
    clock.advance(SECOND)
    assert not is_in(client)


def test_use_is_noted_sparingly(sign_in: SignIn, make: MakePerson, clock: StandingClock, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    client = sign_in(person)
    start = clock.now()
    clock.advance(TOUCH_INTERVAL)
    client.post("/akun/sesi/akhiri")
    assert last_seen(saring, person) == start
    clock.advance(SECOND)
    client.post("/akun/sesi/akhiri")
    assert last_seen(saring, person) == clock.now()


def last_seen(saring: Saring, person: Person) -> object:
    with saring.database.read() as session:
        return session.scalar(select(LoginSession.last_seen_at).where(LoginSession.person_id == person.id))


def test_suspension_ends_every_session(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    clients = [sign_in(person), sign_in(person)]
    with saring.database.write() as session:
        suspend(session, person_id=person.id, reason="Spam", actor=SYSTEM, now=saring.clock.now())
    assert not any(is_in(client) for client in clients)


def test_losing_a_role_ends_every_session(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    person = make(Role.VOLUNTEER)
    client = sign_in(person)
    with saring.database.write() as session:
        withdraw_role(session, person_id=person.id, role=Role.VOLUNTEER, actor=SYSTEM, now=saring.clock.now())
    assert not is_in(client)


def test_a_role_taken_behind_the_scenes_is_gone_at_the_next_request(
    sign_in: SignIn, make: MakePerson, saring: Saring
) -> None:
    person = make(Role.VOLUNTEER)
    client = sign_in(person)
    assert client.get("/meja").status_code == 200
    with saring.database.write() as session:
        session.execute(update(RoleGrant).where(RoleGrant.person_id == person.id).values(role=Role.AUDITOR.value))
    assert client.get("/meja").status_code == 403


def test_a_new_password_ends_the_other_sessions(app: Flask, sign_in: SignIn, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    here, elsewhere = sign_in(person), sign_in(person)
    changed = here.post("/akun/sandi", data={"current": PASSWORD, "password": NEW_PASSWORD})
    assert changed.location == "/akun?saved=1"
    assert is_in(here)
    assert not is_in(elsewhere)
    assert post_sign_in(app.test_client(), person).status_code == 403
    assert post_sign_in(app.test_client(), person, password=NEW_PASSWORD).status_code == 303


def test_a_new_password_needs_the_present_one(sign_in: SignIn, make: MakePerson) -> None:
    client = sign_in(make(Role.VOLUNTEER))
    answers = [
        client.post("/akun/sandi", data={"current": "not the present one", "password": NEW_PASSWORD}).status_code
        for _ in range(11)
    ]
    assert answers == [422] * 10 + [429]


@pytest.mark.parametrize("weak", ["", "short", "password1234", "aaaaaaaaaaaaaaaa", "qwertyuiop123"])
def test_a_weak_password_is_refused(sign_in: SignIn, make: MakePerson, weak: str) -> None:
    answer = sign_in(make(Role.VOLUNTEER)).post("/akun/sandi", data={"current": PASSWORD, "password": weak})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    "strong", ["kuda zebra 😀 enam jerapah", "ঘোড়া zebra enam " + "x9k" * 60, "   tiga spasi di depan "]
)
def test_long_and_colourful_passwords_are_taken_whole(
    app: Flask, sign_in: SignIn, make: MakePerson, strong: str
) -> None:
    person = make(Role.VOLUNTEER)
    sign_in(person).post("/akun/sandi", data={"current": PASSWORD, "password": strong})
    assert post_sign_in(app.test_client(), person, password=strong[:-1]).status_code == 403
    assert post_sign_in(app.test_client(), person, password=strong).status_code == 303


def test_one_ends_one_session_of_ones_own_and_nobody_elses(sign_in: SignIn, make: MakePerson, saring: Saring) -> None:
    mine, theirs = make(Role.VOLUNTEER), make(Role.VOLUNTEER)
    here, elsewhere, stranger = sign_in(mine), sign_in(mine), sign_in(theirs)
    with saring.database.read() as session:
        numbers = dict(session.execute(select(LoginSession.person_id, LoginSession.id).order_by(LoginSession.id)).all())
    here.post(f"/akun/sesi/{numbers[theirs.id]}/akhiri")
    assert is_in(stranger)
    here.post(f"/akun/sesi/{numbers[mine.id]}/akhiri")
    assert is_in(here)
    assert not is_in(elsewhere)
    with saring.database.read() as session:
        ended = session.scalars(select(AuditEvent.subject_id).where(AuditEvent.kind == "session_ended")).all()
    assert ended == [str(mine.id)]


def test_all_other_sessions_end_at_one_press(sign_in: SignIn, make: MakePerson) -> None:
    mine, theirs = make(Role.VOLUNTEER), make(Role.VOLUNTEER)
    here, others, stranger = sign_in(mine), [sign_in(mine), sign_in(mine)], sign_in(theirs)
    here.post("/akun/sesi/akhiri")
    assert is_in(here)
    assert not any(is_in(client) for client in others)
    assert is_in(stranger)


def test_the_account_page_lists_the_sessions(sign_in: SignIn, make: MakePerson) -> None:
    person = make(Role.VOLUNTEER)
    here, there = sign_in(person), sign_in(person)
    there.environ_base["HTTP_USER_AGENT"] = "x"
    page = here.get("/akun?lang=en").text
    assert page.count("Last used") == 2
    assert page.count("Sign out there") == 1
