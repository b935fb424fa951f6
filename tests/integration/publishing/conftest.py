"""A house with one connected account on a network in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from kernel.db import Database
from publishing import outbox
from publishing.connections import Channels
from publishing.models import ChannelAccount, Publication, PublicationAttempt
from tests.channels import house as houses
from tests.channels.fake import FakeNetwork
from tests.channels.house import House
from tests.standing_clock import StandingClock


@dataclass
class Stage:
    """What a test of the outbox acts on."""

    database: Database
    clock: StandingClock
    network: FakeNetwork
    channels: Channels
    home: House
    account_id: int

    def approve(self, **values: Any) -> int:
        """Approve something for the account and return the publication's id."""
        with self.database.write() as session:
            account = session.get_one(ChannelAccount, self.account_id)
            (row,) = houses.approve_for(session, self.home, self.channels, account, now=self.clock.now(), **values)
            return row.id

    def run(self, rounds: int = 8) -> None:
        """Let workers take what is due, wait out the back-off, and again."""
        for _ in range(rounds):
            while outbox.step(self.database, self.channels, clock=self.clock):
                pass
            self.clock.advance(minutes=6)

    def row(self, publication_id: int) -> Publication:
        with self.database.read() as session:
            return session.get_one(Publication, publication_id)

    def steps(self, publication_id: int) -> list[str]:
        with self.database.read() as session:
            query = select(PublicationAttempt.step).where(PublicationAttempt.publication_id == publication_id)
            return list(session.scalars(query.order_by(PublicationAttempt.id)))


@pytest.fixture
def stage(database: Database, clock: StandingClock) -> Callable[..., Stage]:
    """Build the stage, with a network of the given capabilities."""

    def build(**capabilities: Any) -> Stage:
        network = FakeNetwork()
        channels = network.channels(**capabilities)
        with database.write() as session:
            home = houses.found_house(session)
            account = houses.open_account(
                session, home, channels, "fake", settings={}, secrets={"token": "first", "refresh": "r"}
            )
            return Stage(database, clock, network, channels, home, account.id)

    return build
