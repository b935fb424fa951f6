"""A call of a network brings the next look forward: no further than it may, and whatever is said in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from publishing import calls, engagement
from publishing.channels.errors import Ambiguous, NotSent, RateLimited, Rejected
from publishing.channels.values import Metrics, RemoteReply, ReplyPage, Told
from publishing.models import AccountState, ChannelAccount, EngagementWatch, InboundReply, MetricSnapshot
from tests.standing_clock import START

PAGE = "500"


def prepare(stage: Callable[..., Any]) -> tuple[Any, int]:
    """A published post that was counted, of an account that was asked, four minutes ago."""
    on = stage()
    with on.database.write() as session:
        session.get_one(ChannelAccount, on.account_id).settings = {"page": PAGE}
    publication_id = on.approve()
    on.run(1)
    assert look(on) == (True, True)
    on.clock.advance(minutes=4)
    assert look(on) == (False, False)
    return on, publication_id


def look(on: Any) -> tuple[bool, bool]:
    """Let the worker do what is due, and say whether it counted and whether it fetched."""
    counted = engagement.count_one(on.database, on.channels, clock=on.clock)
    return counted, engagement.fetch_replies(on.database, on.channels, clock=on.clock)


def call(on: Any, *told: Told) -> int:
    with on.database.write() as session:
        return calls.look_soon(session, on.channels.kinds["fake"], told, now=on.clock.now())


def watch(on: Any, publication_id: int) -> EngagementWatch:
    with on.database.read() as session:
        return session.get_one(EngagementWatch, publication_id)


def count(on: Any, model: type[Any]) -> int:
    with on.database.read() as session:
        return session.scalar(select(func.count()).select_from(model).where(_mine(on, model))) or 0


def _mine(on: Any, model: type[Any]) -> Any:
    if model is InboundReply:
        return InboundReply.account_id == on.account_id
    return MetricSnapshot.publication_id.in_(select(EngagementWatch.publication_id))


def test_a_call_brings_the_next_look_forward(stage: Callable[..., Any]) -> None:
    on, publication_id = prepare(stage)
    turn = watch(on, publication_id)
    on.network.counts["1"] = Metrics(likes=9)
    on.network.pages = [ReplyPage((RemoteReply("r1", "@ani", "Benarkah?", START, parent_remote_id="1"),), "c1")]
    assert call(on, Told(PAGE, ("1",))) == 1
    assert look(on) == (True, True)
    assert look(on) == (False, False)
    assert count(on, InboundReply) == 1
    after = watch(on, publication_id)
    assert (after.next_at, after.polls) == (turn.next_at, turn.polls), "its own turns stay as they were"
    with on.database.read() as session:
        assert engagement.snapshots(session, publication_id)[-1].likes == 9


def test_a_call_that_comes_a_thousand_times_is_one_look_a_minute(stage: Callable[..., Any]) -> None:
    on, _publication_id = prepare(stage)
    looks = 0
    for _ in range(200):
        call(on, Told(PAGE, ("1",)))
        looks += sum(look(on))
        on.clock.advance(seconds=1)
    assert looks == 2 * 4


def test_a_call_never_breaks_into_a_rest_that_the_network_set(stage: Callable[..., Any]) -> None:
    on, _publication_id = prepare(stage)
    until = on.clock.now() + timedelta(hours=3)
    on.clock.advance(minutes=7)
    on.network.before = [RateLimited("slow down", reset_at=until)]
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    call(on, Told(PAGE))
    assert not engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    on.clock.advance(hours=3)
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)


def test_counting_that_failed_is_not_hurried_either(stage: Callable[..., Any]) -> None:
    on, _publication_id = prepare(stage)
    call(on, Told(PAGE, ("1",)))
    on.network.before = [NotSent("ConnectError")]
    assert engagement.count_one(on.database, on.channels, clock=on.clock)
    call(on, Told(PAGE, ("1",)))
    on.clock.advance(minutes=10)
    assert not engagement.count_one(on.database, on.channels, clock=on.clock)


def test_a_post_that_is_said_to_be_gone_is_asked_for(stage: Callable[..., Any]) -> None:
    on, publication_id = prepare(stage)
    on.clock.advance(minutes=31)
    look(on)
    on.clock.advance(minutes=2)
    call(on, Told(None, ("1",)))
    look(on)
    assert watch(on, publication_id).vanished_at is None, "the call alone says nothing"
    on.network.posts.clear()
    on.clock.advance(minutes=2)
    call(on, Told(None, ("1",)))
    look(on)
    assert watch(on, publication_id).vanished_at == on.clock.now()


@pytest.mark.parametrize("told", [Told("501"), Told(None, ("77",)), Told(None), Told("501", ("77",))])
def test_an_unknown_account_or_post_is_passed_over(stage: Callable[..., Any], told: Told) -> None:
    on, _publication_id = prepare(stage)
    assert call(on, told) == 0
    assert look(on) == (False, False)


def test_an_account_that_was_lost_is_not_looked_at(stage: Callable[..., Any]) -> None:
    on, _publication_id = prepare(stage)
    with on.database.write() as session:
        session.get_one(ChannelAccount, on.account_id).state = AccountState.NEEDS_REAUTH
    assert call(on, Told(PAGE, ("1",))) == 0
    assert look(on) == (False, False)


def test_an_old_call_that_is_played_again_changes_nothing_but_the_moment(stage: Callable[..., Any]) -> None:
    on, publication_id = prepare(stage)
    on.clock.advance(days=40)
    with on.database.write() as session:
        session.get_one(EngagementWatch, publication_id).next_at = None
    before = count(on, InboundReply)
    call(on, Told(PAGE, ("1",)))
    assert watch(on, publication_id).looked_for_at is None, "what is no longer counted stays so"
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    assert count(on, InboundReply) == before


def ask(on: Any) -> bool:
    return calls.ask_for_calls(on.database, on.channels, on.account_id, clock=on.clock)


def test_a_network_that_will_not_call_is_only_asked(stage: Callable[..., Any]) -> None:
    on = stage()
    assert ask(on)
    on.network.before = [Rejected("(#200) not reviewed", status=403)]
    assert not ask(on)
    with on.database.read() as session:
        assert session.get_one(ChannelAccount, on.account_id).state == AccountState.CONNECTED
    on.network.before = [Ambiguous("ReadTimeout")]
    with pytest.raises(Ambiguous):
        ask(on)


def test_one_call_serves_every_organisation_that_keeps_the_account(stage: Callable[..., Any]) -> None:
    one, other = stage(), stage()
    moments: list[datetime | None] = []
    for on in (one, other):
        with on.database.write() as session:
            account = session.get_one(ChannelAccount, on.account_id)
            account.settings, account.next_replies_at = {"page": "shared"}, on.clock.now() + timedelta(minutes=9)
    assert call(one, Told("shared")) == 2
    for on in (one, other):
        with on.database.read() as session:
            moments.append(session.get_one(ChannelAccount, on.account_id).next_replies_at)
    assert moments == [one.clock.now()] * 2
