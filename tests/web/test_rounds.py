"""The worker's rounds: what is due is listened to at once, what waits in vain is tidied up every quarter of an hour."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import PasswordReset
from accounts.resetting import ask_reset
from accounts.roles import Role
from app.rounds import LISTEN_PAUSE, UPKEEP_EVERY, Listener, Upkeep
from app.wiring import Saring
from publishing.channels.values import RemoteReply, ReplyPage
from publishing.models import InboundReply, PendingConnection, Publication, PublicationState
from tests.channels import house as houses
from tests.channels.fake import FakeNetwork
from tests.factories.people import make_person
from tests.standing_clock import START, StandingClock


@pytest.fixture
def network() -> FakeNetwork:
    return FakeNetwork()


@pytest.fixture
def saring(saring: Saring, network: FakeNetwork) -> Saring:
    return replace(saring, channels=network.channels())


def open_house(saring: Saring) -> tuple[houses.House, int]:
    with saring.database.write() as session:
        home = houses.found_house(session)
        secrets = {"token": "t"}
        return home, houses.open_account(session, home, saring.channels, "fake", settings={}, secrets=secrets).id


def test_the_listener_fetches_and_then_rests(saring: Saring, network: FakeNetwork, clock: StandingClock) -> None:
    _home, account_id = open_house(saring)
    network.pages = [ReplyPage((RemoteReply("r1", "@warga", "Benarkah?", START),), "c")]
    listener = Listener(saring)
    assert listener()
    assert not listener()
    asked = len(network.calls)
    clock.advance(days=1)
    assert listener(), "the turn of an account without a post has come again"
    assert not listener()
    clock.advance(LISTEN_PAUSE - timedelta(seconds=1))
    assert not listener()
    assert len(network.calls) == asked + 1
    with saring.database.read() as session:
        rows = session.query(InboundReply).filter_by(account_id=account_id).all()
    assert [row.text for row in rows] == ["Benarkah?"]


def test_upkeep_cancels_forgets_and_warns(
    saring: Saring, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    home, account_id = open_house(saring)
    with saring.database.write() as session:
        account = session.get_one(houses.ChannelAccount, account_id)
        (never,) = houses.approve_for(session, home, saring.channels, account, now=START)
        (late,) = houses.approve_for(session, home, saring.channels, account, now=START)
        (orphan,) = houses.approve_for(session, home, saring.channels, account, now=START)
        never.state, orphan.depends_on = PublicationState.CANCELLED, never.id
        pending = PendingConnection(
            person_id=home.author_id,
            organisation_id=home.organisation_id,
            kind="fake",
            shown={},
            sealed=b"-",
            begun_at=START,
        )
        session.add(pending)
    clock.advance(hours=2)
    upkeep = Upkeep(saring)
    with caplog.at_level(logging.INFO, logger="saring.rounds"):
        assert upkeep()
    assert not upkeep()
    with saring.database.read() as session:
        assert session.get_one(Publication, orphan.id).state == PublicationState.CANCELLED
        assert session.get_one(Publication, late.id).state == PublicationState.PENDING
        assert session.get(PendingConnection, home.author_id) is None
    assert "1 publications are late" in caplog.text
    clock.advance(UPKEEP_EVERY)
    assert upkeep()


def test_upkeep_forgets_links_that_opened_nothing_for_a_month(saring: Saring, clock: StandingClock) -> None:
    with saring.database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER)
        ask_reset(session, email=person.email, token="t" * 43, now=START)
    clock.advance(days=30)
    Upkeep(saring)()
    with saring.database.read() as session:
        assert session.query(PasswordReset).count() == 1
    clock.advance(hours=2)
    Upkeep(saring)()
    with saring.database.read() as session:
        assert session.query(PasswordReset).count() == 0
