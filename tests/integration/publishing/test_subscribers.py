"""A broadcast reaches each subscriber by a row of its own, and nobody who has left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kernel.db import Database
from publishing import connecting, outbox, subscribers
from publishing.channels.values import Payload
from publishing.corrections import correct
from publishing.models import ChannelAccount, PendingConnection, Publication, Subscriber
from publishing.vault import KeyInUse, Vault, new_key
from tests.channels import house as houses
from tests.channels.fake import FakeNetwork
from tests.standing_clock import START, StandingClock

PEPPER = b"lada"
ANI, BUDI, CICI = "+6281200000001", "+6281200000002", "+6281200000003"


@pytest.fixture
def on(database: Database, clock: StandingClock) -> Any:
    network = FakeNetwork()
    channels = network.channels(broadcast=True, edit=False, delete=False, reply=False)
    with database.write() as session:
        home = houses.found_house(session)
        account = houses.open_account(session, home, channels, "fake", settings={}, secrets={"token": "t"})
        for address in (ANI, BUDI, CICI, ANI):
            subscribers.opt_in(
                session, account_id=account.id, address=address, vault=channels.vault, pepper=PEPPER, now=START
            )
        return {
            "database": database,
            "clock": clock,
            "network": network,
            "channels": channels,
            "home": home,
            "id": account.id,
        }


def run(on: Any) -> None:
    while outbox.step(on["database"], on["channels"], clock=on["clock"]):
        pass


def recipients(on: Any) -> list[str]:
    return sorted(post.recipient for post in on["network"].posts.values())


def approve(on: Any) -> None:
    with on["database"].write() as session:
        account = session.get_one(ChannelAccount, on["id"])
        houses.approve_for(session, on["home"], on["channels"], account, about=houses.content(4900))


def test_each_subscriber_gets_one_message_and_no_address_is_stored_open(on: Any) -> None:
    approve(on)
    with on["database"].write() as session:
        assert subscribers.count(session, on["id"]) == 3
        assert subscribers.opt_out(session, account_id=on["id"], address=BUDI, pepper=PEPPER, now=START)
        assert not subscribers.opt_out(session, account_id=on["id"], address=BUDI, pepper=PEPPER, now=START)
    run(on)
    assert recipients(on) == [ANI, CICI]
    with on["database"].read() as session:
        rows = session.scalars(select(Publication).where(Publication.account_id == on["id"])).all()
        assert sorted(row.state for row in rows) == ["cancelled", "published", "published"]
        assert all("+62" not in str(row.payload) for row in rows)
        assert all(Payload.from_json(row.payload).recipient is None for row in rows)
        assert all(b"+62" not in row.sealed for row in session.scalars(select(Subscriber)))


def test_a_correction_follows_everybody_who_was_told(on: Any) -> None:
    approve(on)
    run(on)
    with on["database"].write() as session:
        correct(
            session,
            content=houses.content(4900, version=2),
            channels=on["channels"],
            author_id=on["home"].author_id,
            approver_id=on["home"].approver_id,
            time_zone="Asia/Jakarta",
            organisation_id=on["home"].organisation_id,
            now=on["clock"].advance(timedelta(hours=1)),
        )
    run(on)
    assert recipients(on) == sorted([ANI, BUDI, CICI] * 2)
    assert sum(post.text.startswith("KOREKSI") for post in on["network"].posts.values()) == 3


def test_keys_rotate_over_accounts_and_subscribers(on: Any) -> None:
    database, old = on["database"], on["channels"].vault
    key = new_key()
    old_key = new_key()
    with database.write() as session:
        account = session.get_one(ChannelAccount, on["id"])
        account.sealed = Vault([old_key]).seal(account.id, {"token": "t"})
        for row in session.scalars(select(Subscriber).where(Subscriber.account_id == on["id"])):
            row.sealed = Vault([old_key]).seal(account.id, old.open(account.id, row.sealed))
        for other in session.scalars(select(ChannelAccount).where(ChannelAccount.id != on["id"])):
            other.sealed = Vault([old_key]).seal(other.id, {})
        for pending in session.scalars(select(PendingConnection)):
            pending.sealed = Vault([old_key]).seal(-pending.person_id, {})
    both = Vault([key, old_key])
    with database.write() as session, pytest.raises(KeyInUse):
        connecting.refuse_key_in_use(session, both, old_key)
    with database.write() as session:
        assert connecting.rotate_keys(session, both) >= 4
        assert connecting.rotate_keys(session, both) == 0
        connecting.refuse_key_in_use(session, both, old_key)
