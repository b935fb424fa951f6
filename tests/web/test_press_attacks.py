"""The press room under haste and malice: two clicks, two tabs, old codes, people who left, parties to the claim."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from accounts.models import Organisation, Person, RoleGrant
from accounts.roles import Role
from accounts.sessions import STEP_UP_LIMIT
from app.i18n import in_language
from app.presenters.board import board_row
from app.presenters.publishing import local_moment, reason_word, step_word, zone_word
from publishing import overview
from publishing.channels.errors import Rejected
from publishing.models import InboundReply, KillSwitch, PostDraft, Publication, PublicationState, Reason, Step
from tests.channels.fake import FakeNetwork, lost
from tests.factories.people import make_organisation
from tests.standing_clock import StandingClock
from tests.web import test_publishing_pages as rooms
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_publishing_pages import Room, Say, approve, press, published
from verification.models import Case, FactCheck

network, saring, room, say = rooms.network, rooms.saring, rooms.room, rooms.say
"""The fixtures of the room."""

OLD = STEP_UP_LIMIT + timedelta(seconds=1)


def case_of(room: Room) -> Case:
    with room.saring.database.read() as session:
        number = room.posts()[-1].counter_narrative_id
        case_id = session.scalar(select(FactCheck.case_id).where(FactCheck.id == number))
        return session.get_one(Case, case_id)


def test_approving_twice_posts_once(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id, client = room.submit(), sign_in(room.approver, confirmed=True)
    page = client.get(f"/meja/kasus/{public_id}/narasi/1/siaran").text
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen
    first, second = (
        client.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": seen[1]}).status_code for _ in range(2)
    )
    assert (first, second) == (303, 409)
    room.send()
    assert len(room.posts()) == len(room.network.posts) == 1


def test_what_another_tab_took_away_needs_a_new_look_too(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address, approver = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.approver, confirmed=True)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', approver.get(address).text)
    assert seen
    sign_in(room.publisher, confirmed=True).post(address, data={f"text-{room.account_id}": ""})
    answer = approver.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": seen[1]})
    assert answer.status_code == 409
    assert "berubah sejak Anda membacanya" in answer.text
    with room.saring.database.read() as session:
        assert session.scalar(select(FactCheck.id).where(FactCheck.public_id == public_id)) is None
    assert approve(approver, public_id) == 303, "once it was looked at"


def test_an_account_that_was_disconnected_meanwhile_needs_a_new_look(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address, approver = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.approver, confirmed=True)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', approver.get(address).text)
    assert seen
    sign_in(room.publisher, confirmed=True).post(f"/akun-resmi/{room.account_id}/putus")
    assert approver.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": seen[1]}).status_code == 409


def test_answering_twice_posts_once(app: Flask, room: Room, sign_in: SignIn, say: Say) -> None:
    published(room, sign_in)
    room.send()
    (reply,) = say("Benarkah?")
    client = sign_in(room.publisher, confirmed=True)
    address = f"/terbitan/kotak-masuk/{reply.id}/jawab"
    assert client.post(address, data={"text": "Ini sumbernya."}).status_code == 303
    again = client.post(address, data={"text": "Ini sumbernya, sekali lagi."})
    assert again.status_code == 422
    assert len([post for post in room.posts() if post.op == "answer"]) == 1


def test_sending_again_twice_sends_once(app: Flask, room: Room, sign_in: SignIn) -> None:
    room.network.before = [Rejected("422 no", status=422)]
    post = published(room, sign_in)
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    fence = {"fence": str(room.posts()[0].fence)}
    address = f"/terbitan/{post.id}/kirim-ulang"
    assert [client.post(address, data=fence).status_code for _ in range(2)] == [303, 409]
    room.send()
    assert len(room.network.posts) == 1


@pytest.mark.parametrize("word", ["kirim-ulang", "tidak-tayang"])
def test_a_form_without_the_state_that_was_seen_does_nothing(
    app: Flask, room: Room, sign_in: SignIn, word: str
) -> None:
    room.network.after = [lost()]
    post = published(room, sign_in)
    room.send()
    room.saring.clock.advance(minutes=6)  # type: ignore[attr-defined]
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    assert client.post(f"/terbitan/{post.id}/{word}").status_code == 409
    assert room.posts()[0].state == PublicationState.UNKNOWN
    assert press(client, post.id, word).status_code == 303


def test_withdrawing_twice_withdraws_once(app: Flask, room: Room, make: MakePerson, sign_in: SignIn) -> None:
    published(room, sign_in)
    why, case = "Sumber utama pemeriksaan ini ternyata palsu.", case_of(room)
    first, second = (sign_in(make(Role.EDITOR), confirmed=True) for _ in range(2))
    address = f"/meja/kasus/{case.public_id}/ralat"
    assert first.post(f"{address}/buka", data={"reason": why}).status_code == 303
    form = {"reason": why, "step": "retract"}
    assert [second.post(f"{address}/putuskan", data=form).status_code for _ in range(2)] == [303, 409]


Act = Callable[[CheckingClient, Room], object]


@pytest.mark.parametrize(("age", "passes"), [(STEP_UP_LIMIT, True), (OLD, False)], ids=["10:00", "10:01"])
@pytest.mark.parametrize("word", ["kirim-ulang", "batal", "jadwal", "jawab", "putus", "minta", "setujui"])
def test_acts_on_the_outside_need_a_code_of_the_last_ten_minutes(
    app: Flask,
    room: Room,
    sign_in: SignIn,
    clock: StandingClock,
    say: Say,
    word: str,
    age: timedelta,
    passes: bool,
) -> None:
    assert timedelta(minutes=10) == STEP_UP_LIMIT
    post = published(room, sign_in)
    if word == "jawab":
        room.send()
        (reply,) = say("Benarkah?")
    if word == "kirim-ulang":
        room.network.before = [Rejected("422 no", status=422)]
        room.send()
    public_id = room.submit()
    client = sign_in(room.approver if word == "setujui" else room.publisher, confirmed=True)
    if word == "minta":
        client.post("/terbitan/rem", data={"reason": "Salah kirim"})
    clock.advance(age)
    form = {"fence": str(room.posts()[0].fence), "not_before": "2026-12-01T06:15", "text": "Ini sumbernya."}
    with room.saring.database.read() as session:
        switch = session.scalar(select(KillSwitch.id).where(KillSwitch.scope == room.organisation.id))
    page = client.get(f"/meja/kasus/{public_id}/narasi/1/siaran").text
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    form |= {"seen": seen[1]} if seen else {}
    address = {
        "jawab": f"/terbitan/kotak-masuk/{reply.id if word == 'jawab' else 0}/jawab",
        "putus": f"/akun-resmi/{room.account_id}/putus",
        "minta": f"/terbitan/rem/{switch}/minta",
        "setujui": f"/meja/kasus/{public_id}/narasi/1/setujui",
    }.get(word, f"/terbitan/{post.id}/{word}")
    answer = client.post(address, data=form)
    stopped = "/masuk/kode" in (answer.location or "") or "faktor kedua" in answer.text
    assert stopped is not passes, (answer.status_code, answer.location)


def test_one_person_in_two_browsers_is_one_person(app: Flask, room: Room, sign_in: SignIn) -> None:
    published(room, sign_in)
    one, same, other = (sign_in(who, confirmed=True) for who in (room.publisher, room.publisher, room.approver))
    one.post("/terbitan/rem", data={"reason": "Salah kirim"})
    with room.saring.database.read() as session:
        (switch,) = session.scalars(select(KillSwitch).where(KillSwitch.scope == room.organisation.id))
    ask, release = f"/terbitan/rem/{switch.id}/minta", f"/terbitan/rem/{switch.id}/lepas"
    assert other.post(release).status_code == 403, "nobody has asked yet"
    assert one.post(ask).status_code == 303
    assert same.post(ask).status_code == 303
    assert same.post(release).status_code == 403
    room.send()
    assert room.network.posts == {}
    assert other.post(release).status_code == 303


@pytest.mark.parametrize(
    ("zone", "word", "typed", "moment"),
    [
        ("Asia/Jakarta", "WIB", "2026-12-01T08:00", "2026-12-01T01:00:00+00:00"),
        ("Asia/Makassar", "WITA", "2026-12-01T08:00", "2026-12-01T00:00:00+00:00"),
        ("Asia/Jayapura", "WIT", "2026-12-01T08:00", "2026-11-30T23:00:00+00:00"),
        ("Europe/Amsterdam", "Amsterdam", "2027-03-27T08:00", "2027-03-27T07:00:00+00:00"),
        ("Europe/Amsterdam", "Amsterdam", "2027-03-29T08:00", "2027-03-29T06:00:00+00:00"),
        ("Europe/Amsterdam", "Amsterdam", "2027-10-31T02:30", "2027-10-31T00:30:00+00:00"),
        ("Europe/Amsterdam", "Amsterdam", "2027-03-28T02:30", ""),
        ("Asia/Jakarta", "WIB", "2025-12-01T08:00", ""),
    ],
)
def test_a_schedule_is_by_the_organisations_clocks(
    app: Flask, room: Room, sign_in: SignIn, zone: str, word: str, typed: str, moment: str
) -> None:
    with room.saring.database.write() as session:
        session.get_one(Organisation, room.organisation.id).time_zone = zone
    post = published(room, sign_in)
    client = sign_in(room.publisher, confirmed=True)
    before = room.posts()[0].not_before
    answer = client.post(f"/terbitan/{post.id}/jadwal", data={"not_before": typed})
    if moment:
        assert (answer.status_code, room.posts()[0].not_before.isoformat()) == (303, moment)
        page = client.get(f"/terbitan/{post.id}").text
        assert f"jam {word}" in page
        assert "Asia/" not in page
        hour = typed[11:].replace(":", ".")
        assert hour in client.get(f"/terbitan/kalender?bulan={typed[:7]}").text
    else:
        assert (answer.status_code, room.posts()[0].not_before) == (422, before)
        assert "sudah lewat" in answer.text or "Jam itu tidak ada" in answer.text


def test_a_draft_with_a_past_time_keeps_the_time_that_it_had(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address, client = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.publisher, confirmed=True)
    form = {f"post-{room.account_id}": "1", f"text-{room.account_id}": ""}
    assert client.post(address, data={**form, f"when-{room.account_id}": "2026-12-01T08:00"}).status_code == 303
    wrong = client.post(address, data={**form, f"when-{room.account_id}": "2025-12-01T08:00"})
    assert wrong.status_code == 422
    assert "sudah lewat" in wrong.text
    with room.saring.database.read() as session:
        (draft,) = session.scalars(select(PostDraft).where(PostDraft.account_id == room.account_id))
        assert draft.not_before is not None
        assert draft.not_before.isoformat() == "2026-12-01T01:00:00+00:00"


def test_whoever_has_left_edits_nothing_and_their_words_still_need_another(
    app: Flask, room: Room, make: MakePerson, sign_in: SignIn
) -> None:
    public_id = room.submit()
    address = f"/meja/kasus/{public_id}/narasi/1/siaran"
    leaver = make(Role.EDITOR, organisation=room.organisation)
    client = sign_in(leaver, confirmed=True)
    marker = f"http://localhost/cek/{public_id}/vaksin-diuji-lebih-dulu?v=1"
    form = {f"post-{room.account_id}": "1", f"text-{room.account_id}": f"Vaksin sudah diuji. {marker}"}
    assert client.post(address, data=form).status_code == 303
    with room.saring.database.write() as session:
        session.execute(update(Person).where(Person.id == leaver.id).values(organisation_id=None))
    assert client.post(address, data={f"text-{room.account_id}": "dibajak"}).status_code == 403
    assert client.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": "0"}).status_code == 403
    with room.saring.database.write() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == leaver.id))
    assert client.get(address).status_code == 403
    assert approve(sign_in(room.approver, confirmed=True), public_id) == 303
    assert room.posts()[0].payload["text"].startswith("Vaksin sudah diuji.")


def test_a_party_to_the_claim_does_not_answer_from_the_account_of_the_check(
    app: Flask, room: Room, sign_in: SignIn, say: Say
) -> None:
    published(room, sign_in)
    room.send()
    (reply,) = say("Benarkah?")
    case = case_of(room)
    with room.saring.database.write() as session:
        session.get_one(Case, case.id).named_organisation_ids = [room.organisation.id]
    client = sign_in(room.publisher, confirmed=True)
    answer = client.post(f"/terbitan/kotak-masuk/{reply.id}/jawab", data={"text": "Kami tidak bersalah."})
    assert answer.status_code == 422
    assert "menyangkut organisasi Anda" in answer.text
    with room.saring.database.read() as session:
        assert session.get_one(InboundReply, reply.id).state == "new"
    assert [post.op for post in room.posts()] == ["publish"]


def test_a_link_of_somebody_else_is_told_and_nothing_is_kept(
    app: Flask, room: Room, network: FakeNetwork, sign_in: SignIn
) -> None:
    network.after = [lost()]
    post = published(room, sign_in)
    room.send()
    room.saring.clock.advance(minutes=6)  # type: ignore[attr-defined]
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    answer = client.post(f"/terbitan/{post.id}/tayang", data={"url": "https://jejaring.example/1"})
    assert answer.status_code == 422
    assert "bukan tautan kiriman dari akun ini" in answer.text
    assert room.posts()[0].state == PublicationState.UNKNOWN


def test_nobody_else_confirms_a_post(app: Flask, room: Room, make: MakePerson, sign_in: SignIn) -> None:
    room.network.after = [lost()]
    post = published(room, sign_in)
    room.send()
    with room.saring.database.write() as session:
        other = make_organisation(session, name="Media Lain")
        session.execute(update(Publication).where(Publication.id == post.id).values(state="unknown"))
    stranger = sign_in(make(Role.PUBLISHER, organisation=other), confirmed=True)
    answer = stranger.post(f"/terbitan/{post.id}/tayang", data={"url": "https://fake.example/1"})
    assert answer.status_code == 404


def test_every_state_and_every_reason_is_said_in_words(app: Flask, room: Room, sign_in: SignIn) -> None:
    post = published(room, sign_in)
    networks, now = dict(room.saring.channels.kinds), room.saring.clock.now()
    with app.test_request_context(), room.saring.database.read() as session:
        entry = overview.entry(session, post.id, organisation_id=room.organisation.id)
        said = set()
        for state in PublicationState:
            entry.publication.state = state
            row = board_row(entry, networks=networks, time_zone="Asia/Jakarta", frozen=False, now=now)
            assert row.next_step, state
            said.add(row.state)
        session.expunge_all()
        assert len(said) == len(PublicationState), "no two states are called the same"
        assert len({reason_word(reason) for reason in Reason}) == len(Reason)
        assert "" not in {step_word(step) for step in Step} | {reason_word(reason) for reason in Reason}


@pytest.mark.parametrize("language", ["id", "en"])
def test_zones_are_called_as_people_call_them(app: Flask, language: str) -> None:
    moment = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    with app.test_request_context("/"), in_language(language):
        shown = [zone_word(zone) for zone in ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")]
        assert shown == ["WIB", "WIB", "WITA", "WIT"]
        assert zone_word("Asia/Singapore") == {"id": "Singapura", "en": "Singapore"}[language]
        assert local_moment(moment, "Asia/Makassar").endswith("09.00 WITA")
        assert local_moment(moment, "Asia/Kuala_Lumpur").endswith("09.00 Kuala Lumpur")


def test_a_post_of_which_nobody_knows_is_let_go_only_by_who_says_that_it_is_not_there(
    app: Flask, room: Room, sign_in: SignIn
) -> None:
    room.network.after = [lost()]
    post = published(room, sign_in)
    room.send()
    room.saring.clock.advance(minutes=6)  # type: ignore[attr-defined]
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    page = client.get(f"/terbitan/{post.id}").text
    assert f"/terbitan/{post.id}/batal" not in page
    row = room.posts()[0]
    answer = client.post(f"/terbitan/{post.id}/batal", data={"fence": row.fence})
    assert answer.status_code == 409
    assert "katakan dulu apakah kirimannya ada" in answer.text
    assert press(client, post.id, "tidak-tayang").status_code == 303
    assert "Seseorang di organisasi Anda sudah melihat" in client.get(f"/terbitan/{post.id}").text
    assert room.posts()[0].state == PublicationState.CANCELLED
