"""The publishing room: the board, drafts before approval, accounts, the emergency stop and the inbox."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Organisation, Person
from accounts.roles import Role
from app.handlers import draw_share_cards
from app.wiring import Saring
from publishing import engagement, outbox
from publishing.channels.errors import ReauthRequired, Rejected
from publishing.channels.interface import Find, ImageRule
from publishing.channels.values import Metrics, RemoteReply, ReplyPage
from publishing.models import (
    ChannelAccount,
    InboundReply,
    KillSwitch,
    PendingConnection,
    PostDraft,
    Publication,
    PublicationState,
    ReplyState,
)
from tests.channels.fake import FakeNetwork, lost
from tests.factories.cases import make_open_case, submit_narrative
from tests.factories.people import make_organisation
from tests.standing_clock import START, StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_announcing import connect
from verification.models import Case, CounterNarrative, Item, Report

NUMBERS = count(1)


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def saring(saring: Saring, network: FakeNetwork) -> Saring:
    return replace(saring, channels=network.channels(find=Find.NONE, image=ImageRule(max_bytes=1_000_000)))


@dataclass
class Room:
    """An organisation with its people and one connected account."""

    app: Flask
    saring: Saring
    network: FakeNetwork
    organisation: Organisation
    author: Person
    approver: Person
    publisher: Person
    account_id: int

    def submit(self, *, drawn: bool = True) -> str:
        """Put a version before the second person and return the case's public number."""
        with self.saring.database.write() as session:
            case = make_open_case(session, text=f"Vaksin tidak diuji {next(NUMBERS)}")
            submit_narrative(session, case=case, author=self.author)
        if drawn:
            self.draw(self.narrative(case.public_id).id)
        return case.public_id

    def draw(self, narrative_id: int) -> None:
        """Do what the worker does when a version is submitted."""
        with self.app.app_context():
            draw_share_cards(self.saring, {"subject_id": str(narrative_id)})

    def narrative(self, public_id: str) -> CounterNarrative:
        with self.saring.database.read() as session:
            query = select(CounterNarrative).join(Case, Case.id == CounterNarrative.case_id)
            latest = CounterNarrative.version.desc()
            return session.scalars(query.where(Case.public_id == public_id).order_by(latest)).all()[0]

    def posts(self) -> list[Publication]:
        with self.saring.database.read() as session:
            mine = select(Publication).where(Publication.organisation_id == self.organisation.id)
            return list(session.scalars(mine.order_by(Publication.id)))

    def send(self) -> None:
        while outbox.step(self.saring.database, self.saring.channels, clock=self.saring.clock):
            pass


@pytest.fixture
def room(app: Flask, saring: Saring, network: FakeNetwork, make: MakePerson) -> Room:
    with saring.database.write() as session:
        organisation = make_organisation(session, name="Dinas Literasi")
    author, approver = make(Role.EDITOR, organisation=organisation), make(Role.VERIFIER, organisation=organisation)
    publisher = make(Role.PUBLISHER, organisation=organisation)
    with saring.database.write() as session:
        connect(saring, session, publisher)
        account = session.scalars(select(ChannelAccount).where(ChannelAccount.organisation_id == organisation.id)).one()
    return Room(app, saring, network, organisation, author, approver, publisher, account.id)


def approve(client: CheckingClient, public_id: str) -> int:
    """Approve what the page shows, as a person does."""
    page = client.get(f"/meja/kasus/{public_id}/narasi/1/siaran").text
    seen = re.search(r'name="seen" value="([0-9a-f]*)"', page)
    form = {"seen": seen[1] if seen else ""}
    return client.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data=form).status_code


def press(client: CheckingClient, publication_id: int, word: str) -> TestResponse:
    """Press a button of a publication's page as it stands."""
    page = client.get(f"/terbitan/{publication_id}").text
    fence = re.search(
        rf'action="/terbitan/{publication_id}/{word}"[^>]*>.*?name="fence" value="(\d+)"', page, re.DOTALL
    )
    assert fence, word
    return client.post(f"/terbitan/{publication_id}/{word}", data={"fence": fence[1]})


def published(room: Room, sign_in: SignIn) -> Publication:
    public_id = room.submit()
    assert approve(sign_in(room.approver, confirmed=True), public_id) == 303
    return room.posts()[-1]


def test_a_draft_is_edited_by_one_and_approved_by_another(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address = f"/meja/kasus/{public_id}/narasi/1/siaran"
    publisher, approver = sign_in(room.publisher, confirmed=True), sign_in(room.approver, confirmed=True)
    page = publisher.get(address).text
    assert "SALAH: Vaksin diuji keamanannya" in page
    assert f"/cek/{public_id}/vaksin-diuji-lebih-dulu?v=1" in page, "the link is known before"
    assert "dari 500 karakter" in page
    marker = f"http://localhost/cek/{public_id}/vaksin-diuji-lebih-dulu?v=1"
    own = f"Vaksin sudah diuji.\r\nSelengkapnya: {marker}"
    form = {
        f"post-{room.account_id}": "1",
        f"text-{room.account_id}": own,
        f"when-{room.account_id}": "2026-11-25T08:30",
    }
    stale = re.search(r'name="seen" value="(\w+)"', approver.get(address).text)
    assert stale
    assert publisher.post(address, data=form).location.endswith(address)
    refused = approver.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": stale[1]})
    assert refused.status_code == 409, "it is not what was read"
    assert room.posts() == []
    assert approve(approver, public_id) == 303
    (post,) = room.posts()
    assert post.payload["text"] == own.replace("\r\n", "\n")
    assert post.state == PublicationState.SCHEDULED
    assert post.not_before.isoformat() == "2026-11-25T01:30:00+00:00", "half past eight in Jakarta"


def test_whoever_edited_a_post_does_not_approve_it(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address, approver = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.approver, confirmed=True)
    form = {f"post-{room.account_id}": "1", f"text-{room.account_id}": "Kata-kata saya http://localhost"}
    approver.post(address, data=form)
    page = approver.get(address).text
    assert "/setujui" not in page
    with room.saring.database.read() as session:
        assert session.scalars(select(PostDraft.edited_by).where(PostDraft.saved_by == room.approver.id)).one()
    assert approver.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": "0"}).status_code in {403, 409}
    assert room.posts() == []


def test_an_account_can_be_left_out_and_a_bad_text_is_told(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit()
    address, publisher = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.publisher, confirmed=True)
    long = {f"post-{room.account_id}": "1", f"text-{room.account_id}": "x" * 501}
    counted = publisher.post(f"{address}/{room.account_id}/hitung", data=long)
    assert "Kelebihan 1" in counted.text
    myth = {f"text-{room.account_id}": "Pesan mengatakan vaksin tidak pernah diuji."}
    assert "Mulailah dengan fakta" in publisher.post(f"{address}/{room.account_id}/hitung", data=myth).text
    publisher.post(address, data={f"text-{room.account_id}": ""})
    assert approve(sign_in(room.approver, confirmed=True), public_id) == 303
    assert room.posts() == []


def test_nobody_from_elsewhere_approves_or_edits_posts(
    app: Flask, room: Room, make: MakePerson, sign_in: SignIn
) -> None:
    public_id = room.submit()
    address = f"/meja/kasus/{public_id}/narasi/1/siaran"
    with room.saring.database.write() as session:
        other = make_organisation(session, name="Media Lain")
    stranger = sign_in(make(Role.EDITOR, organisation=other), confirmed=True)
    assert stranger.get(address).status_code == 200, "reviewers may look"
    assert stranger.post(address, data={f"text-{room.account_id}": "dibajak"}).status_code == 403
    assert stranger.post(f"/meja/kasus/{public_id}/narasi/1/setujui", data={"seen": ""}).status_code == 403
    assert sign_in(make(Role.PUBLISHER, organisation=other), confirmed=True).get(address).status_code == 403
    assert room.posts() == []


def test_the_card_stands_on_the_page_before_approval(app: Flask, room: Room, sign_in: SignIn) -> None:
    public_id = room.submit(drawn=False)
    address, publisher = f"/meja/kasus/{public_id}/narasi/1/siaran", sign_in(room.publisher, confirmed=True)
    assert "/kartu/" not in publisher.get(address).text
    assert "/setujui" not in sign_in(room.approver, confirmed=True).get(address).text, "nobody approves it unseen"
    room.draw(room.narrative(public_id).id)
    found = re.search(r'src="(/kartu/\w+\.png)"', publisher.get(address).text)
    assert found
    assert publisher.get(found[1]).data.startswith(b"\x89PNG")


def test_a_correction_is_shown_post_by_post_before_it_is_approved(app: Flask, room: Room, sign_in: SignIn) -> None:
    first = published(room, sign_in)
    room.send()
    with room.saring.database.write() as session:
        case = session.scalars(
            select(Case)
            .join(CounterNarrative, CounterNarrative.case_id == Case.id)
            .where(CounterNarrative.author_id == room.author.id)
        ).one()
        case.state = "editorial_review"
        submit_narrative(session, case=case, author=room.author)
    room.draw(room.narrative(case.public_id).id)
    approver = sign_in(room.approver, confirmed=True)
    address = f"/meja/kasus/{case.public_id}/narasi/2/siaran"
    page = approver.get(address).text
    assert "KOREKSI, 24 November 2026" in page
    assert f"/terbitan/{first.id}" in page
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    stale = approver.post(f"/meja/kasus/{case.public_id}/narasi/2/setujui", data={"seen": "0" * 64})
    assert stale.status_code == 409
    assert approver.post(f"/meja/kasus/{case.public_id}/narasi/2/setujui", data={"seen": seen[1]}).status_code == 303
    room.send()
    assert [post.op for post in room.posts()] == ["publish", "correct"]
    detail = approver.get(f"/terbitan/{room.posts()[-1].id}").text
    assert "Semua akun terkoreksi" in detail
    public = app.test_client().get(f"/cek/{case.public_id}", follow_redirects=True).text
    assert public.count("1 kiriman ke akun resmi") == 2, "everybody reads how long each version took"


def test_the_board_shows_each_state_with_its_next_step(app: Flask, room: Room, sign_in: SignIn) -> None:
    room.network.after = [lost()]
    post = published(room, sign_in)
    room.send()
    room.saring.clock.advance(minutes=6)  # type: ignore[attr-defined]
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    board = client.get("/terbitan?tampil=perlu-orang").text
    assert "Belum jelas apakah tayang" in board
    assert "jejaring ini tidak dapat ditanya" in board
    detail = client.get(f"/terbitan/{post.id}").text
    assert "/tayang" in detail
    assert "/kirim-ulang" in detail
    assert "Tidak ada jawaban yang jelas" in detail, "the record of attempts"
    wrong = client.post(f"/terbitan/{post.id}/tayang", data={"url": ""})
    assert wrong.status_code == 422
    live = client.post(f"/terbitan/{post.id}/tayang", data={"url": "https://fake.example/1"})
    assert live.status_code == 303
    assert (room.posts()[0].state, room.posts()[0].remote_id) == ("published", "1")
    assert client.get("/terbitan?tampil=tayang").text.count("https://fake.example") == 0


def test_what_is_not_there_is_sent_again_and_what_failed_is_cancelled(app: Flask, room: Room, sign_in: SignIn) -> None:
    room.network.before = [Rejected("422 no", status=422)]
    post = published(room, sign_in)
    room.send()
    client = sign_in(room.publisher, confirmed=True)
    assert "Jejaring menolaknya" in client.get(f"/terbitan/{post.id}").text
    press(client, post.id, "kirim-ulang")
    room.send()
    assert room.posts()[0].state == PublicationState.PUBLISHED
    room.network.before = [Rejected("422 no", status=422)]
    second = published(room, sign_in)
    room.send()
    assert press(client, second.id, "batal").status_code == 303
    assert room.posts()[1].state == PublicationState.CANCELLED


def test_a_schedule_moves_by_the_organisations_clock_and_stands_in_the_calendar(
    app: Flask, room: Room, sign_in: SignIn
) -> None:
    post = published(room, sign_in)
    client = sign_in(room.publisher, confirmed=True)
    moved = client.post(f"/terbitan/{post.id}/jadwal", data={"not_before": "2026-12-01T06:15"})
    assert moved.status_code == 303
    assert room.posts()[0].not_before.isoformat() == "2026-11-30T23:15:00+00:00"
    month = client.get("/terbitan/kalender?bulan=2026-12").text
    assert "06.15" in month
    assert f"/terbitan/{post.id}" in month
    assert f"/terbitan/{post.id}" not in client.get("/terbitan/kalender?bulan=2026-11").text
    assert client.post(f"/terbitan/{post.id}/jadwal", data={"not_before": "besok"}).status_code == 422
    assert client.get("/terbitan/kalender?bulan=0000-99").status_code == 200


def test_others_and_people_without_an_organisation_are_kept_out(
    app: Flask, room: Room, make: MakePerson, sign_in: SignIn
) -> None:
    post = published(room, sign_in)
    homeless = sign_in(make(Role.PUBLISHER), confirmed=True)
    with room.saring.database.write() as session:
        other = make_organisation(session, name="Media Lain")
    stranger = sign_in(make(Role.PUBLISHER, organisation=other), confirmed=True)
    for address in ("/terbitan", "/terbitan/kalender", "/akun-resmi", "/terbitan/kotak-masuk", "/terbitan/rem"):
        assert homeless.get(address).status_code == 409, address
        assert stranger.get(address).status_code == 200, address
    for client in (homeless, stranger):
        assert client.get(f"/terbitan/{post.id}").status_code in {404, 409}
        assert client.post(f"/terbitan/{post.id}/batal").status_code in {404, 409}
        assert client.get(f"/akun-resmi/{room.account_id}").status_code in {404, 409}
        assert client.post(f"/akun-resmi/{room.account_id}/putus").status_code in {404, 409}
    assert room.posts()[0].state == PublicationState.PENDING


def test_an_account_is_named_by_its_network_before_it_is_kept(
    app: Flask, saring: Saring, make: MakePerson, sign_in: SignIn, network: FakeNetwork
) -> None:
    with saring.database.write() as session:
        organisation = make_organisation(session, name="Balai Baru")
    keeper = make(Role.PUBLISHER, organisation=organisation)
    client = sign_in(keeper, confirmed=True)
    network.good_tokens = {"benar"}
    assert "fake" in client.get("/akun-resmi/sambung").text.lower()
    client_page = client.post("/akun-resmi/sambung/fake", data={"token": "benar"})
    assert client_page.location.endswith("/akun-resmi/pastikan")
    page = client.get("/akun-resmi/pastikan").text
    assert "@fake" in page
    assert "benar" not in page, "a token is never shown"
    with saring.database.read() as session:
        assert session.scalars(accounts_of(organisation)).all() == [], "not kept before the person says so"
    form = {"audience": "orang tua", "language": "id", "tags": "#CekFakta, Kesehatan CekFakta"}
    kept = client.post("/akun-resmi/pastikan", data=form)
    assert kept.status_code == 303
    with saring.database.read() as session:
        account = session.scalars(accounts_of(organisation)).one()
        assert (account.audience, account.tags) == ("orang tua", ["CekFakta", "Kesehatan"])
        assert saring.channels.vault.open(account.id, account.sealed) == {"token": "benar"}
        assert session.get(PendingConnection, keeper.id) is None
    assert client.get("/akun-resmi/pastikan").status_code == 409
    shown = client.get(kept.location).text
    assert "Semua baik" in shown
    assert "benar" not in shown
    client.post(f"/akun-resmi/{account.id}/profil", data={"audience": "", "language": "en", "tags": ""})
    client.post(f"/akun-resmi/{account.id}/putus")
    with saring.database.read() as session:
        account = session.get_one(ChannelAccount, account.id)
        assert (account.state, account.language) == ("disconnected", "en")
        assert saring.channels.vault.open(account.id, account.sealed) == {}


def accounts_of(organisation: Organisation):  # type: ignore[no-untyped-def]
    return select(ChannelAccount).where(ChannelAccount.organisation_id == organisation.id)


@pytest.mark.parametrize("fault", [ReauthRequired("401 bad token"), Rejected("403"), lost()], ids=str)
def test_an_account_that_its_network_refuses_is_not_kept(
    app: Flask, room: Room, sign_in: SignIn, network: FakeNetwork, fault: Exception
) -> None:
    network.before = [fault, fault]
    answer = sign_in(room.publisher, confirmed=True).post("/akun-resmi/sambung/fake", data={"token": "rahasia"})
    assert answer.status_code == 422
    assert "rahasia" not in answer.text


def test_accounts_are_kept_by_publishers_behind_a_fresh_second_factor(
    app: Flask, room: Room, sign_in: SignIn, clock: StandingClock
) -> None:
    client = sign_in(room.publisher, confirmed=True)
    clock.advance(minutes=11)
    for address in ("/akun-resmi/sambung", "/akun-resmi/sambung/fake", "/akun-resmi/pastikan"):
        assert "/masuk/kode" in client.get(address).location
    assert "/masuk/kode" in client.post(f"/akun-resmi/{room.account_id}/putus").location
    editor = sign_in(room.approver, confirmed=True)
    assert editor.get("/akun-resmi").status_code == 200
    assert editor.get("/akun-resmi/sambung").status_code == 403


def test_one_stops_and_two_release(app: Flask, room: Room, sign_in: SignIn, clock: StandingClock) -> None:
    post = published(room, sign_in)
    one, two = sign_in(room.publisher, confirmed=True), sign_in(room.approver, confirmed=True)
    clock.advance(minutes=11)
    assert one.post("/terbitan/rem", data={"reason": "Akun dibajak"}).status_code == 303, "no code to stop"
    assert "Akun dibajak" in two.get("/terbitan").text
    assert "dua orang melanjutkannya" in two.get(f"/terbitan/{post.id}").text
    room.send()
    assert room.posts()[0].state == PublicationState.PENDING
    with room.saring.database.read() as session:
        (switch,) = session.scalars(select(KillSwitch).where(KillSwitch.scope == room.organisation.id))
    ask, release = f"/terbitan/rem/{switch.id}/minta", f"/terbitan/rem/{switch.id}/lepas"
    assert "/masuk/kode" in one.post(ask).location, "but to release"
    one, two = sign_in(room.publisher, confirmed=True), sign_in(room.approver, confirmed=True)
    assert one.post(ask).status_code == 303
    assert one.post(release).status_code == 403
    assert two.post(release).status_code == 303
    room.send()
    assert room.posts()[0].state == PublicationState.PUBLISHED
    assert "Akun dibajak" in two.get("/terbitan/rem").text


def test_only_admins_stop_everybody_and_nobody_touches_anothers_stop(
    app: Flask, room: Room, make: MakePerson, sign_in: SignIn
) -> None:
    first, second = (sign_in(make(Role.ADMIN), confirmed=True) for _ in range(2))
    published(room, sign_in)
    assert first.post("/admin/rem", data={"reason": "Serangan"}).status_code == 303
    room.send()
    assert room.posts()[0].state == PublicationState.PENDING
    staff = sign_in(room.publisher, confirmed=True)
    assert "Serangan" in staff.get("/terbitan").text
    with room.saring.database.read() as session:
        (switch,) = session.scalars(select(KillSwitch).where(KillSwitch.scope == 0))
    assert staff.post(f"/terbitan/rem/{switch.id}/minta").status_code == 404
    assert staff.post("/admin/rem", data={"reason": "x"}).status_code == 403
    first.post(f"/admin/rem/{switch.id}/minta")
    assert second.post(f"/admin/rem/{switch.id}/lepas").status_code == 303
    room.send()
    assert room.posts()[0].state == PublicationState.PUBLISHED


Say = Callable[..., list[InboundReply]]


@pytest.fixture
def say(room: Room) -> Say:
    """`say("text", …)` lets the public reply under the last post and the worker fetch it."""

    def reply(*texts: str, under: str | None = "1") -> list[InboundReply]:
        now = room.saring.clock.now()
        replies = tuple(
            RemoteReply(f"r{number}", "@warga", text, now, f"https://fake.example/r{number}", under)
            for number, text in enumerate(texts)
        )
        room.network.pages = [ReplyPage(replies, "c")]
        while engagement.fetch_replies(room.saring.database, room.saring.channels, clock=room.saring.clock):
            pass
        with room.saring.database.read() as session:
            mine = select(InboundReply).where(InboundReply.organisation_id == room.organisation.id)
            return list(session.scalars(mine.order_by(InboundReply.id)))

    return reply


def test_a_reply_is_answered_through_the_outbox(app: Flask, room: Room, sign_in: SignIn, say: Say) -> None:
    published(room, sign_in)
    room.send()
    (reply,) = say("Apakah benar? <script>alert(1)</script>")
    client = sign_in(room.publisher, confirmed=True)
    inbox = client.get("/terbitan/kotak-masuk").text
    assert "&lt;script&gt;" in inbox
    assert client.post(f"/terbitan/kotak-masuk/{reply.id}/jawab", data={"text": "  "}).status_code == 422
    assert client.post(f"/terbitan/kotak-masuk/{reply.id}/jawab", data={"text": "Ini sumbernya."}).status_code == 303
    room.saring.clock.advance(minutes=3)  # type: ignore[attr-defined]
    room.send()
    answer = room.posts()[-1]
    assert (answer.op, answer.state) == ("answer", "published")
    assert room.network.posts[answer.remote_id or ""].text.startswith("Ini sumbernya.")
    assert "kurang dari 3 menit" in client.get("/terbitan/kotak-masuk?tampil=dijawab").text


def test_a_reply_becomes_one_report_with_one_click(app: Flask, room: Room, sign_in: SignIn, say: Say) -> None:
    published(room, sign_in)
    room.send()
    (reply,) = say("Kalau yang ini: air rebusan bawang menyembuhkan flu, hubungi 0812-3456-7890")
    client = sign_in(room.publisher, confirmed=True)
    for _ in range(2):
        assert client.post(f"/terbitan/kotak-masuk/{reply.id}/laporan").status_code == 303
    with room.saring.database.read() as session:
        kept = session.get_one(InboundReply, reply.id)
        report = session.get_one(Report, kept.report_id or 0)
        assert kept.state == ReplyState.REPORTED
        assert "0812" not in session.get_one(Item, report.item_id).text
        mine = select(Report).where(Report.person_id == room.publisher.id)
        assert len(session.scalars(mine).all()) == 1


def test_abuse_is_hidden_and_the_rest_marked(app: Flask, room: Room, sign_in: SignIn, say: Say) -> None:
    published(room, sign_in)
    room.send()
    one, two = say("kasar", "Terima kasih")
    client = sign_in(room.publisher, confirmed=True)
    client.post(f"/terbitan/kotak-masuk/{one.id}/sembunyi")
    client.post(f"/terbitan/kotak-masuk/{two.id}/selesai")
    with room.saring.database.read() as session:
        assert [session.get_one(InboundReply, row.id).state for row in (one, two)] == ["hidden", "handled"]
    assert "kasar" not in client.get("/terbitan/kotak-masuk").text
    assert "kasar" in client.get("/terbitan/kotak-masuk?tampil=tersembunyi").text


def test_counts_are_drawn_with_their_table_and_a_vanished_post_alarms(
    app: Flask, room: Room, sign_in: SignIn, clock: StandingClock
) -> None:
    post = published(room, sign_in)
    room.send()
    for likes in (2, 9):
        clock.advance(timedelta(minutes=40))
        room.network.counts["1"] = Metrics(likes=likes, reposts=None)
        while engagement.count_one(room.saring.database, room.saring.channels, clock=clock):
            pass
    client = sign_in(room.publisher, confirmed=True)
    page = client.get(f"/terbitan/{post.id}").text
    assert re.search(r"<polyline[^>]+points=\"0\.0,[\d.]+ 640\.0,20\.0\"", page)
    assert "Suka: <strong>9</strong>" in page
    assert "Dibagikan ulang" not in page, "what the network does not tell is not drawn as nothing"
    room.network.posts.clear()
    clock.advance(timedelta(days=1))
    while engagement.count_one(room.saring.database, room.saring.channels, clock=clock):
        pass
    client = sign_in(room.publisher, confirmed=True)
    assert "1 kiriman hilang dari jejaringnya" in client.get("/terbitan").text
    assert client.post(f"/terbitan/{post.id}/hilang").status_code == 303
    assert "kiriman hilang dari jejaringnya" not in client.get("/terbitan").text
    assert client.post(f"/terbitan/{post.id}/hilang").status_code == 404


def test_nothing_is_late_on_a_quiet_day(app: Flask, room: Room, sign_in: SignIn, clock: StandingClock) -> None:
    published(room, sign_in)
    client = sign_in(room.publisher, confirmed=True)
    assert "terlambat" not in client.get("/terbitan").text
    clock.advance(timedelta(hours=2))
    assert "1 terbitan terlambat" in client.get("/terbitan").text
    assert clock.now() > START
