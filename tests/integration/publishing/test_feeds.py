"""The feed as its readers see it: corrected entries as corrected, withdrawn ones gone, `updated` moved."""

from __future__ import annotations

import json
from datetime import timedelta
from xml.etree import ElementTree as Xml

import httpx

from kernel.db import Database
from publishing import feeds, outbox
from publishing.channels.feed import atom, json_feed
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.corrections import correct
from publishing.models import ChannelAccount
from publishing.vault import Vault, new_key
from tests.channels import house as houses
from tests.standing_clock import StandingClock

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PLACE = {"title": "Balai", "home_url": "https://saring.example/", "feed_url": "https://saring.example/balai.atom"}


def test_a_feed_follows_corrections_and_withdrawals(database: Database, clock: StandingClock) -> None:
    channels = Channels(KINDS, Vault([new_key()]), httpx.Client(trust_env=False))
    with database.write() as session:
        home = houses.found_house(session)
        settings = {"url": PLACE["feed_url"], "name": "Balai"}
        account_id = houses.open_account(session, home, channels, "feed", settings=settings, secrets={}).id

    def run() -> None:
        while outbox.step(database, channels, clock=clock):
            pass

    def approve(number: int) -> None:
        with database.write() as session:
            account = session.get_one(ChannelAccount, account_id)
            houses.approve_for(session, home, channels, account, about=houses.content(number), now=clock.now())

    def change(number: int, version: int, *, retracted: bool) -> None:
        with database.write() as session:
            correct(
                session,
                content=houses.content(number, version=version),
                channels=channels,
                author_id=home.author_id,
                approver_id=home.approver_id,
                time_zone="Asia/Jakarta",
                organisation_id=home.organisation_id,
                now=clock.now(),
                retracted=retracted,
            )

    for number in (4950, 4951):
        approve(number)
        run()
        clock.advance(timedelta(hours=1))
    change(4950, 2, retracted=False)
    run()
    with database.read() as session:
        first, second = feeds.entries(session, account_id)
    assert "cn/4950?v=2" in first.url
    assert first.text.startswith("KOREKSI")
    assert first.published_at < second.published_at < first.updated_at

    document = Xml.fromstring(atom([first, second], **PLACE, now=clock.now()))
    assert [node.text for node in document.findall("a:entry/a:id", ATOM)] == [
        f"urn:saring:{e.id}" for e in (first, second)
    ]
    assert document.findtext("a:updated", namespaces=ATOM) == document.findtext("a:entry/a:updated", namespaces=ATOM)
    shown = json.loads(json.dumps(json_feed([first, second], **PLACE)))
    assert shown["items"][0]["date_modified"] > shown["items"][0]["date_published"]

    clock.advance(timedelta(hours=1))
    change(4950, 3, retracted=True)
    run()
    with database.read() as session:
        titles = [entry.text[:8] for entry in feeds.entries(session, account_id)]
    assert titles == ["DICABUT,", "SALAH: S"]
