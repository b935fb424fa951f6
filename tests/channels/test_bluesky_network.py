"""Bluesky with its public: what readers do comes back to us, from the AppView of the reference network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from kernel.db import Database
from kernel.outbox import AuditEvent
from publishing import connecting, engagement, inbox, outbox
from publishing.channels.interface import Channel, Credentials
from publishing.channels.values import Metrics, Published
from publishing.connecting import Profile
from publishing.connections import Channels
from publishing.models import ChannelAccount, EngagementWatch, InboundReply, MetricSnapshot, Publication
from tests.channels import house as houses
from tests.channels.bluesky_network import Reader, bluesky_network, until
from tests.channels.bluesky_server import BlueskyServer
from tests.channels.house import House
from tests.channels.networks import BlueskyNetwork
from tests.standing_clock import StandingClock

pytestmark = pytest.mark.network


@pytest.fixture(scope="session")
def whole_network() -> Iterator[BlueskyServer]:
    with bluesky_network() as server:
        yield server


@dataclass
class Stage:
    """A post of ours that is live, and everything a test needs to look after it."""

    network: BlueskyNetwork
    database: Database
    channels: Channels
    clock: StandingClock
    home: House
    account_id: int
    publication_id: int
    post: dict[str, str]

    @property
    def channel(self) -> Channel:
        with self.database.read() as session:
            account = session.get_one(ChannelAccount, self.account_id)
            secrets = self.channels.vault.open(account.id, account.sealed)
            credentials = Credentials(account.id, account.settings, secrets)
        return self.channels.kinds["bluesky"](credentials, self.channels.client)

    def counts(self) -> Metrics | None:
        """Ask the network for our post's counts; None while it shows none."""
        counts = self.channel.metrics(Published(self.post["uri"], version=self.post["cid"]))
        return counts if counts != Metrics(likes=0, reposts=0, replies=0, quotes=0) else None

    def count(self) -> None:
        """Let the worker count what is due."""
        while engagement.count_one(self.database, self.channels, clock=self.clock):
            pass

    def inbox(self, size: int) -> list[InboundReply] | None:
        """Let the worker fetch what was said to us, and return it once so much has come."""
        self.clock.advance(minutes=11)
        while engagement.fetch_replies(self.database, self.channels, clock=self.clock):
            pass
        with self.database.read() as session:
            mine = select(InboundReply).where(InboundReply.account_id == self.account_id)
            rows = session.scalars(mine.order_by(InboundReply.at)).all()
        return list(rows) if len(rows) >= size else None

    def send(self) -> None:
        while outbox.step(self.database, self.channels, clock=self.clock):
            pass


@pytest.fixture
def on(whole_network: BlueskyServer, channels: Channels, database: Database, clock: StandingClock) -> Stage:
    network = BlueskyNetwork(whole_network)
    now = datetime.now(UTC)
    clock.set(now)
    verified = connecting.verify(
        channels, kind="bluesky", settings=network.settings(network.address), secrets=network.secrets, now=now
    )
    with database.write() as session:
        home = houses.found_house(session)
        account = connecting.connect(
            session,
            verified,
            organisation_id=home.organisation_id,
            profile=Profile(audience="Umum", language="id", tags=("CekFakta",)),
            vault=channels.vault,
            person_id=home.author_id,
            actor=houses.actor(home),
            now=now,
        )
        (row,) = houses.approve_for(session, home, channels, account, now=now)
        account_id, publication_id = account.id, row.id
    while outbox.step(database, channels, clock=clock):
        pass
    with database.read() as session:
        sent = session.get_one(Publication, publication_id)
        assert sent.remote_id, (sent.state, sent.reason, sent.detail)
        post = {"uri": sent.remote_id, "cid": str(sent.remote_version)}
    return Stage(network, database, channels, clock, home, account_id, publication_id, post)


def test_likes_reposts_replies_and_quotes_are_counted(on: Stage, whole_network: BlueskyServer) -> None:
    ani, budi = Reader(whole_network), Reader(whole_network)
    for reader in (ani, budi):
        reader.like(on.post)
    ani.repost(on.post)
    ani.reply(on.post, "Terima kasih, sudah saya teruskan ke grup RT.")
    budi.quote(on.post, "Ternyata tidak benar.")
    expected = Metrics(likes=2, reposts=1, replies=1, quotes=1)
    until(lambda: on.counts() == expected)

    on.clock.advance(minutes=6)
    on.count()
    with on.database.read() as session:
        (kept,) = engagement.snapshots(session, on.publication_id)
        assert (kept.likes, kept.reposts, kept.replies, kept.quotes, kept.views) == (2, 1, 1, 1, None)


def test_what_is_said_to_us_lies_in_the_inbox_once_and_beside_its_post(on: Stage, whole_network: BlueskyServer) -> None:
    ani, budi = Reader(whole_network), Reader(whole_network)
    handle, did = f"@{on.network.account['handle']}", on.network.account["did"]
    first = ani.reply(on.post, "Benarkah? Tetangga saya bilang lain.")
    quoted = budi.quote(on.post, "Cek dulu sebelum sebar.")
    called = ani.mention(handle, did, f"Halo {handle}, tolong cek kabar ini.")
    ani.like(on.post)

    rows = until(lambda: on.inbox(3))
    assert [row.remote_id for row in rows] == [first["uri"], quoted["uri"], called["uri"]]
    assert [row.publication_id for row in rows] == [on.publication_id, on.publication_id, None]
    assert rows[0].text == "Benarkah? Tetangga saya bilang lain."
    assert rows[0].author_handle == f"@{ani.account['handle']}"
    again = on.inbox(3)
    assert again is not None
    assert [row.id for row in again] == [row.id for row in rows], "seen before is not new"


def test_an_answer_stands_under_the_reply_in_the_readers_own_app(on: Stage, whole_network: BlueskyServer) -> None:
    ani = Reader(whole_network)
    ani.reply(on.post, "Sumbernya mana?")
    (row,) = until(lambda: on.inbox(1))
    with on.database.write() as session:
        inbox.answer(
            session,
            row.id,
            text="Sumbernya di tautan ini, Bu.",
            person_id=on.home.author_id,
            channels=on.channels,
            actor=houses.actor(on.home),
            now=on.clock.now(),
        )
    on.send()

    def answered() -> dict[str, Any] | None:
        replies = ani.thread(on.post["uri"]).get("replies", [])
        return next((answer for reply in replies for answer in reply.get("replies", [])), None)

    shown = until(answered)["post"]
    assert shown["author"]["did"] == on.network.account["did"]
    assert shown["record"]["text"].startswith("Sumbernya di tautan ini, Bu.")
    assert shown["record"]["reply"]["root"]["uri"] == on.post["uri"]
    assert len(on.inbox(1) or []) == 1, "our own answer is no mail"


def test_a_post_that_was_taken_down_behind_our_back_raises_one_alarm(on: Stage, whole_network: BlueskyServer) -> None:
    Reader(whole_network).like(on.post)
    until(on.counts)
    on.clock.advance(minutes=6)
    on.count()
    token = whole_network.log_in(on.network.account)["accessJwt"]
    name = {"repo": on.network.account["did"], "collection": "app.bsky.feed.post", "rkey": on.post["uri"][-13:]}
    whole_network.call("com.atproto.repo.deleteRecord", name, token=token)

    def marked() -> bool:
        on.clock.advance(days=1)
        on.count()
        with on.database.read() as session:
            return session.get_one(EngagementWatch, on.publication_id).vanished_at is not None

    until(marked)
    marked()
    with on.database.read() as session:
        told = select(func.count()).select_from(AuditEvent).where(AuditEvent.kind == "post_vanished")
        assert session.scalar(told.where(AuditEvent.subject_id == str(on.publication_id))) == 1
        kept = select(func.count()).select_from(MetricSnapshot)
        assert session.scalar(kept.where(MetricSnapshot.publication_id == on.publication_id)), "its counts stay"
