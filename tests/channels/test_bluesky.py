"""Bluesky against the real reference server: what a post is there, and that a lost reply never doubles it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image as Pictures

from kernel.db import Database
from publishing import connecting, outbox
from publishing.channels.errors import NotFound, ReauthRequired, Rejected
from publishing.channels.interface import Credentials, Sending
from publishing.channels.values import Image, Payload
from publishing.connecting import Profile
from publishing.connections import Channels
from publishing.corrections import correct
from publishing.models import Publication, PublicationState
from tests.channels import house as houses
from tests.channels.bluesky_server import BlueskyServer
from tests.channels.lossy_proxy import Fault, LossyProxy
from tests.channels.networks import BlueskyNetwork
from tests.standing_clock import StandingClock

PUT = BlueskyNetwork.send


@pytest.fixture
def network(pds: BlueskyServer) -> BlueskyNetwork:
    return BlueskyNetwork(pds)


@pytest.fixture
def proxy(network: BlueskyNetwork) -> Iterator[LossyProxy]:
    with LossyProxy(network.address) as running:
        yield running


def connected(network: BlueskyNetwork, base: str, channels: Channels) -> Any:
    found = connecting.verify(
        channels, kind="bluesky", settings=network.settings(base), secrets=network.secrets, now=datetime.now(UTC)
    )
    credentials = Credentials(1, found.settings, found.secrets, found.expires_at)
    return channels.kinds["bluesky"](credentials, channels.client)


def payload(**values: Any) -> Payload:
    facts: dict[str, Any] = {
        "text": "SALAH: “Air és” 🧊 #CekFakta https://saring.example/cn/1?v=1",
        "title": "Air es",
        "language": "id",
        "marker": "https://saring.example/cn/1?v=1",
        "created_at": datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC),
        "event": "published",
        "counter_narrative_id": 1,
        "version": 1,
        "verdict": "false",
    }
    return Payload(**{**facts, **values})


def picture() -> bytes:
    drawn = io.BytesIO()
    Pictures.new("RGB", (40, 21), "#0b6e4f").save(drawn, "PNG")
    return drawn.getvalue()


def test_a_post_carries_links_tags_image_and_alt_text(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    png = picture()
    image = Image(hashlib.sha256(png).hexdigest(), 40, 21, "Kartu: SALAH", "https://saring.example/card.png")
    post, sending = payload(image=image), Sending(key="k" * 40)
    handle = channel.prepare(post, png, sending)
    published = channel.publish(post, Sending(key="k" * 40, handle=handle))

    (record,) = network.server.records(network.account["did"])
    value = record["value"]
    raw = value["text"].encode()
    features = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in value["facets"]
    }
    assert features["https://saring.example/cn/1?v=1"]["uri"] == "https://saring.example/cn/1?v=1"
    assert features["#CekFakta"]["tag"] == "CekFakta"
    assert value["embed"]["images"][0]["alt"] == "Kartu: SALAH"
    assert value["embed"]["images"][0]["aspectRatio"] == {"width": 40, "height": 21}
    assert value["langs"] == ["id"]
    assert (published.remote_id, published.version) == (record["uri"], record["cid"])


def test_the_same_row_is_the_same_record(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    first = channel.publish(payload(), Sending(key="a" * 40))
    again = channel.publish(payload(), Sending(key="a" * 40))
    assert first == again == channel.find(payload(), Sending(key="a" * 40))
    assert channel.find(payload(), Sending(key="b" * 40)) is None
    assert len(network.server.records(network.account["did"])) == 1


def test_a_reply_stands_under_its_parent_and_in_its_thread(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    root = channel.publish(payload(), Sending(key="a" * 40))
    middle = channel.publish(payload(text="KOREKSI", reply_to=root), Sending(key="b" * 40))
    channel.publish(payload(text="KOREKSI lagi", reply_to=middle), Sending(key="c" * 40))
    values: dict[str, Any] = {
        str(r["value"]["text"]): r["value"] for r in network.server.records(network.account["did"])
    }  # type: ignore[index]
    assert values["KOREKSI"]["reply"]["parent"]["uri"] == root.remote_id
    assert values["KOREKSI lagi"]["reply"]["parent"]["uri"] == middle.remote_id
    assert values["KOREKSI lagi"]["reply"]["root"]["uri"] == root.remote_id


def test_what_was_deleted_is_gone_and_stays_so(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    post = channel.publish(payload(), Sending(key="a" * 40))
    channel.delete(post)
    channel.delete(post)
    assert network.server.records(network.account["did"]) == []
    assert channel.find(payload(), Sending(key="a" * 40)) is None


def test_a_dead_token_and_a_wrong_password_are_told_apart_from_a_refusal(
    network: BlueskyNetwork, channels: Channels
) -> None:
    kind, settings = channels.kinds["bluesky"], network.settings(network.address)
    with pytest.raises(ReauthRequired):
        kind(Credentials(1, settings, {"access": "bukan token"}), channels.client).verify()
    with pytest.raises(ReauthRequired):
        kind(Credentials(1, settings, {"app_password": "salah"}), channels.client).refresh(datetime.now(UTC))
    with pytest.raises(Rejected):
        connected(network, network.address, channels).publish(payload(text="x" * 4000), Sending(key="a" * 40))


def test_tokens_rotate_and_the_app_password_is_the_last_resort(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    before = channel.credentials
    fresh = channel.refresh(datetime.now(UTC))
    assert fresh.secrets["refresh"] != before.secrets["refresh"]
    assert fresh.expires_at is not None
    assert fresh.expires_at > datetime.now(UTC)
    spent = Credentials(1, fresh.settings, {**fresh.secrets, "refresh": "mati"})
    assert channels.kinds["bluesky"](spent, channels.client).refresh(datetime.now(UTC)).secrets["access"]


def test_a_post_that_was_never_there_is_not_found(network: BlueskyNetwork, channels: Channels) -> None:
    channel = connected(network, network.address, channels)
    post = channel.publish(payload(), Sending(key="a" * 40))
    channel.delete(post)
    with pytest.raises(NotFound):
        channel.publish(payload(reply_to=post), Sending(key="b" * 40))


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.LIMITED])
def test_the_whole_road_makes_one_post_whatever_is_lost(
    fault: Fault,
    network: BlueskyNetwork,
    proxy: LossyProxy,
    channels: Channels,
    database: Database,
    clock: StandingClock,
) -> None:
    now = datetime.now(UTC)
    clock.set(now)
    verified = connecting.verify(
        channels, kind="bluesky", settings=network.settings(proxy.url), secrets=network.secrets, now=now
    )
    assert verified.identity.handle == f"@{network.account['handle']}"
    with database.write() as session:
        home = houses.found_house(session)
        actor = houses.actor(home)
        account = connecting.connect(
            session,
            verified,
            organisation_id=home.organisation_id,
            profile=Profile(audience="Umum", language="id", tags=("CekFakta",)),
            vault=channels.vault,
            person_id=home.author_id,
            actor=actor,
            now=now,
        )
        (row,) = houses.approve_for(session, home, channels, account, now=now)
        publication_id, marker = row.id, row.payload["marker"]
    proxy.fail_next(PUT, fault)
    for _ in range(6):
        while outbox.step(database, channels, clock=clock):
            pass
        clock.advance(minutes=6)
    with database.read() as session:
        sent = session.get_one(Publication, publication_id)
        assert sent.state == PublicationState.PUBLISHED, (sent.reason, sent.detail)
        assert sent.remote_id is not None
        assert sent.remote_id.startswith("at://")
    assert len(network.visible(marker)) == 1


def test_a_correction_and_a_withdrawal_on_the_real_server(
    network: BlueskyNetwork, channels: Channels, database: Database, clock: StandingClock
) -> None:
    clock.set(datetime.now(UTC))
    about = houses.content(int(clock.now().timestamp()))
    with database.write() as session:
        home = houses.found_house(session)
        account = houses.open_account(
            session, home, channels, "bluesky", settings=network.settings(network.address), secrets=network.secrets
        )
        houses.approve_for(session, home, channels, account, about=about, now=clock.now())

    def run() -> list[Any]:
        while outbox.step(database, channels, clock=clock):
            pass
        clock.advance(minutes=6)
        records = network.server.records(network.account["did"])
        return sorted((record["value"] for record in records), key=lambda value: value["createdAt"])

    def change(version: int, *, retracted: bool) -> None:
        with database.write() as session:
            correct(
                session,
                content=houses.content(about.counter_narrative_id, version=version),
                channels=channels,
                author_id=home.author_id,
                approver_id=home.approver_id,
                time_zone="Asia/Jakarta",
                organisation_id=home.organisation_id,
                now=clock.now(),
                retracted=retracted,
            )

    (first,) = run()
    change(2, retracted=False)
    old, *news = run()
    assert old == first, "nothing is overwritten"
    assert all(value["text"].startswith("KOREKSI") for value in news)
    assert sorted("reply" in value for value in news) == [False, True]
    change(3, retracted=True)
    (notice,) = run()
    assert notice["text"].startswith("DICABUT")
