"""Counts, replies, answers, and the alarm when a post is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kernel.outbox import AuditEvent
from publishing import engagement, inbox, outbox, overview
from publishing.channels.errors import NotSent, RateLimited, ReauthRequired
from publishing.channels.interface import Refresh
from publishing.channels.values import Metrics, RemoteReply, ReplyPage
from publishing.errors import NoSuchReply, WrongState
from publishing.models import (
    ChannelAccount,
    EngagementWatch,
    InboundReply,
    MetricSnapshot,
    PublicationState,
    ReplyState,
)
from tests.channels import house as houses
from tests.standing_clock import START


def count_all(on: Any) -> int:
    counted = 0
    while engagement.count_one(on.database, on.channels, clock=on.clock):
        counted += 1
    return counted


def published(on: Any) -> int:
    publication_id: int = on.approve()
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    return publication_id


def reply(number: int, parent: str | None = "1") -> RemoteReply:
    return RemoteReply(
        remote_id=f"r{number}",
        author_handle="@ibu_ani",
        text="Benarkah? Tetangga saya bilang lain.",
        at=START,
        url=f"https://fake.example/r{number}",
        parent_remote_id=parent,
    )


def fetch(on: Any, *pages: ReplyPage) -> list[InboundReply]:
    on.network.pages = list(pages)
    for _ in pages:
        on.clock.advance(minutes=11)
        assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    with on.database.read() as session:
        query = select(InboundReply).where(InboundReply.account_id == on.account_id).order_by(InboundReply.id)
        return list(session.scalars(query))


def test_a_post_is_counted_at_growing_distances(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = published(on)
    assert count_all(on) == 1
    on.network.counts["1"] = Metrics(likes=7, reposts=2, replies=1)
    on.clock.advance(minutes=31)
    assert count_all(on) == 1
    assert count_all(on) == 0
    with on.database.read() as session:
        query = select(MetricSnapshot).where(MetricSnapshot.publication_id == publication_id)
        rows = session.scalars(query.order_by(MetricSnapshot.at)).all()
        assert [(row.likes, row.views) for row in rows] == [(0, None), (7, None)]
    for _ in range(40):
        on.clock.advance(days=1)
        count_all(on)
    with on.database.read() as session:
        watch = session.get_one(EngagementWatch, publication_id)
        assert watch.next_at is None
        assert 30 <= watch.polls <= 34


def test_a_post_that_vanished_raises_one_alarm(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = published(on)
    on.network.posts.clear()
    for _ in range(3):
        on.clock.advance(days=1)
        count_all(on)
    with on.database.read() as session:
        assert session.get_one(EngagementWatch, publication_id).vanished_at is not None
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.subject_id == str(publication_id))).all()
        assert kinds.count("post_vanished") == 1


def test_what_the_first_count_misses_may_still_come(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = published(on)
    hidden = dict(on.network.posts)
    on.network.posts.clear()
    assert count_all(on) == 1
    with on.database.read() as session:
        assert session.get_one(EngagementWatch, publication_id).vanished_at is None, "reads may trail writes"
    on.network.posts.update(hidden)
    on.clock.advance(minutes=31)
    assert count_all(on) == 1
    with on.database.read() as session:
        assert len(engagement.snapshots(session, publication_id)) == 1


def test_looking_after_posts_keeps_the_token_alive_too(stage: Callable[..., Any]) -> None:
    """An organisation that posts rarely would otherwise hear nothing once its first token has ended."""
    on = stage(refresh=Refresh.ROTATING)
    publication_id = published(on)
    on.network.good_tokens = set()
    assert count_all(on) == 1
    assert on.network.refreshes == 1
    on.network.good_tokens = set()
    (row,) = fetch(on, ReplyPage((reply(1),), "c2"))
    assert on.network.refreshes == 2
    assert row.publication_id == publication_id
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        assert on.channels.vault.open(account.id, account.sealed)["token"] == "fresh-2"
        assert len(engagement.snapshots(session, publication_id)) == 1


def test_counting_that_fails_never_touches_sending(stage: Callable[..., Any]) -> None:
    on = stage()
    published(on)
    on.network.before = [NotSent("ConnectError")]
    assert engagement.count_one(on.database, on.channels, clock=on.clock)
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        assert (account.state, account.failures, account.paused_until) == ("connected", 0, None)
    published(on)


@pytest.mark.parametrize("listening", [False, True])
def test_a_dead_token_is_told_by_whoever_meets_it_first(stage: Callable[..., Any], listening: bool) -> None:
    on = stage()
    published(on)
    on.network.good_tokens = set()
    on.clock.advance(minutes=11)
    look = engagement.fetch_replies if listening else engagement.count_one
    assert look(on.database, on.channels, clock=on.clock)
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        assert (account.state, account.last_error) == ("needs_reauth", "expired")
        query = select(AuditEvent.kind).where(AuditEvent.kind == "account_lost_access")
        mine = query.where(AuditEvent.subject_id == str(on.account_id))
        assert len(session.scalars(mine).all()) == 1
        assert overview.alarms(session, on.home.organisation_id, now=on.clock.now()).lost_accounts == 1


def test_an_account_that_may_not_count_still_sends(stage: Callable[..., Any]) -> None:
    on = stage()
    published(on)
    on.network.before = [ReauthRequired("(#10) no permission", status=403)]
    on.clock.advance(minutes=11)
    assert engagement.count_one(on.database, on.channels, clock=on.clock)
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        assert (account.state, account.last_error) == ("connected", "(#10) no permission")
    published(on)


def test_a_reply_is_one_row_however_often_it_comes(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = published(on)
    rows = fetch(on, ReplyPage((reply(1), reply(2)), "c2"), ReplyPage((reply(2), reply(3, None)), "c3"))
    assert [row.remote_id for row in rows] == ["r1", "r2", "r3"]
    assert [row.publication_id for row in rows] == [publication_id, publication_id, None]
    assert on.network.calls[-2:] == ["replies None", "replies c2"]
    with on.database.read() as session:
        listed = inbox.listed(session, organisation_id=on.home.organisation_id)
        assert [row.remote_id for row in (said.reply for said in listed)] == ["r3", "r2", "r1"]
        stranger = houses.House(-1, -1, -1)
        assert inbox.listed(session, organisation_id=stranger.organisation_id) == []


def test_an_answer_goes_out_as_a_reply_through_the_outbox(stage: Callable[..., Any]) -> None:
    on = stage()
    published(on)
    (row,) = fetch(on, ReplyPage((reply(1),), "c"))
    people = {"person_id": on.home.author_id, "actor": houses.actor(on.home)}
    with on.database.write() as session:
        answered_id = inbox.answer(
            session,
            row.id,
            text="Benar, Bu. Sumbernya ada di sini.",
            channels=on.channels,
            now=on.clock.now(),
            **people,
        ).id
    with on.database.write() as session, pytest.raises(WrongState):
        inbox.answer(session, row.id, text="lagi", channels=on.channels, now=on.clock.now(), **people)
    on.clock.advance(minutes=4)
    on.run(1)
    sent = on.network.posts[on.row(answered_id).remote_id]
    assert sent.reply_to.remote_id == "r1"
    assert sent.text.startswith("Benar, Bu.")
    assert f"#jawab-{row.id}" in sent.text
    with on.database.read() as session:
        waited = inbox.time_to_first_answer(session, organisation_id=on.home.organisation_id, since=START)
        assert waited == on.row(answered_id).published_at - START
        assert waited > timedelta(minutes=4)


def test_replies_are_handled_hidden_or_reported_by_their_own_organisation(stage: Callable[..., Any]) -> None:
    on = stage()
    published(on)
    one, two, three = fetch(on, ReplyPage((reply(1), reply(2), reply(3)), "c"))
    now, people = on.clock.now(), {"person_id": on.home.author_id, "actor": houses.actor(on.home)}
    with on.database.write() as session:
        stranger = houses.actor(houses.found_house(session))
        with pytest.raises(NoSuchReply):
            inbox.hide(session, one.id, person_id=on.home.author_id, actor=stranger, now=now)
        inbox.mark_handled(session, one.id, now=now, **people)
        inbox.hide(session, two.id, now=now, **people)
        inbox.link_report(session, three.id, report_id=77, now=now, **people)
    with on.database.read() as session:
        states = [session.get_one(InboundReply, row.id).state for row in (one, two, three)]
        assert states == [ReplyState.HANDLED, ReplyState.HIDDEN, ReplyState.REPORTED]
        assert inbox.listed(session, organisation_id=on.home.organisation_id) == []
    assert [row.state for row in fetch(on, ReplyPage((reply(2),), "c"))][1] == ReplyState.HIDDEN, (
        "it does not come back"
    )


@pytest.mark.parametrize(
    ("posted", "wait"),
    [
        ({"minutes": 0}, {"minutes": 5}),
        ({"hours": 2}, {"minutes": 10}),
        ({"days": 2}, {"minutes": 30}),
        ({"days": 7}, {"hours": 2}),
        ({"days": 30}, {"days": 1}),
    ],
)
def test_the_older_the_newest_post_the_rarer_the_question(posted: dict[str, int], wait: dict[str, int]) -> None:
    assert engagement.listens_again(timedelta(**posted)) == timedelta(**wait)
    assert engagement.listens_again(None) == timedelta(days=1)


def next_look(on: Any) -> timedelta:
    with on.database.read() as session:
        moment = session.get_one(ChannelAccount, on.account_id).next_replies_at
        assert moment is not None
        return moment - on.clock.now()


def test_a_new_post_is_listened_to_at_once_however_long_the_account_was_quiet(stage: Callable[..., Any]) -> None:
    on = stage()
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    assert next_look(on) == timedelta(days=1)
    publication_id = on.approve()
    while on.row(publication_id).state != PublicationState.PUBLISHED:
        assert outbox.step(on.database, on.channels, clock=on.clock)
    assert next_look(on) == timedelta(minutes=5)
    on.clock.advance(minutes=5)
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    assert next_look(on) == timedelta(minutes=5)
    on.clock.advance(days=8)
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    assert next_look(on) == timedelta(hours=2)


def test_a_new_post_does_not_break_a_rest_that_the_network_set(stage: Callable[..., Any]) -> None:
    on = stage()
    on.network.before = [RateLimited("slow down", reset_at=on.clock.now() + timedelta(hours=3))]
    assert engagement.fetch_replies(on.database, on.channels, clock=on.clock)
    publication_id = on.approve()
    while on.row(publication_id).state != PublicationState.PUBLISHED:
        assert outbox.step(on.database, on.channels, clock=on.clock)
    assert next_look(on) == timedelta(hours=3)
