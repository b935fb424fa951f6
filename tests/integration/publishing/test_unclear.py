"""A post that may be live keeps its correction waiting until somebody says whether it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from publishing import desk, outbox, overview, settling
from publishing.channels.interface import Find
from publishing.channels.values import Published
from publishing.claims import claim
from publishing.errors import WrongState
from publishing.models import Publication, PublicationState, Step
from tests.channels import house as houses
from tests.channels.fake import lost
from tests.integration.accounts.test_races import at_once, losers
from tests.integration.publishing.test_corrections import NUMBER, corrected

CANCELLED, PENDING, PUBLISHED = PublicationState.CANCELLED, PublicationState.PENDING, PublicationState.PUBLISHED


def prepare(stage: Callable[..., Any], *, live: bool, retracted: bool = False) -> tuple[Any, int, int]:
    """A post whose reply was lost, and the correction that waits for it."""
    on = stage(find=Find.NONE)
    publication_id = on.approve(about=houses.content(NUMBER))
    if live:
        on.network.after = [lost()]
    else:
        on.network.before = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    rows = corrected(on, retracted=retracted).rows
    return on, publication_id, next(row.id for row in rows if row.depends_on == publication_id)


def cancel(on: Any, publication_id: int, act: Callable[..., object] = desk.cancel) -> None:
    with on.database.write() as session:
        act(session, publication_id, actor=houses.actor(on.home), now=on.clock.now(), seen=None)


def confirm(on: Any, publication_id: int) -> None:
    remote = Published("1", "https://fake.example/1")
    with on.database.write() as session:
        desk.confirm_live(session, publication_id, remote=remote, actor=houses.actor(on.home), now=on.clock.now())


def pass_time(on: Any) -> None:
    on.run(2)
    with on.database.write() as session:
        outbox.sweep(session, now=on.clock.now())
    on.clock.advance(days=1)
    on.run(2)


@pytest.mark.parametrize("retracted", [False, True])
def test_cancelling_is_no_answer_and_the_correction_waits(stage: Callable[..., Any], retracted: bool) -> None:
    on, publication_id, correction_id = prepare(stage, live=True, retracted=retracted)
    with pytest.raises(WrongState) as refused:
        cancel(on, publication_id)
    assert refused.value.facts["unclear"]
    pass_time(on)
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    assert on.row(correction_id).state == PENDING
    with on.database.read() as session:
        shown = overview.entry(session, correction_id, organisation_id=on.home.organisation_id)
        assert shown.waits_for_word
        assert overview.alarms(session, on.home.organisation_id, now=on.clock.now()).late == 0, "a person holds it back"


@pytest.mark.parametrize("retracted", [False, True])
def test_it_is_live_so_the_correction_runs(stage: Callable[..., Any], retracted: bool) -> None:
    on, publication_id, correction_id = prepare(stage, live=True, retracted=retracted)
    confirm(on, publication_id)
    pass_time(on)
    assert on.row(correction_id).state == PUBLISHED
    left = [post.text for post in on.network.posts.values()]
    assert all("DICABUT" in text if retracted else "KOREKSI" in text for text in left)


def test_it_is_not_live_so_the_correction_is_cancelled_with_the_reason(stage: Callable[..., Any]) -> None:
    on, publication_id, correction_id = prepare(stage, live=False)
    cancel(on, publication_id, desk.not_there)
    assert (on.row(publication_id).state, on.row(publication_id).reason) == (CANCELLED, "not_there")
    assert (on.row(correction_id).state, on.row(correction_id).reason) == (CANCELLED, "target_never_sent")
    assert on.steps(publication_id)[-1] == Step.NOT_THERE
    pass_time(on)
    assert on.network.posts == {}
    with pytest.raises(WrongState):
        cancel(on, publication_id, desk.not_there)


def test_what_is_surely_not_live_needs_no_such_word(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with pytest.raises(WrongState):
        cancel(on, publication_id, desk.not_there)
    cancel(on, publication_id)
    assert on.row(publication_id).state == CANCELLED


def test_access_that_was_lost_after_a_try_leaves_the_correction_waiting_too(stage: Callable[..., Any]) -> None:
    on, publication_id, correction_id = prepare(stage, live=True)
    with on.database.write() as session:
        session.get_one(Publication, publication_id).state = PublicationState.NEEDS_REAUTH
    with pytest.raises(WrongState):
        cancel(on, publication_id)
    with on.database.write() as session:
        session.get_one(Publication, publication_id).state = PublicationState.FAILED
    pass_time(on)
    assert on.row(correction_id).state == PENDING
    confirm(on, publication_id)
    pass_time(on)
    assert on.row(correction_id).state == PUBLISHED


def test_a_network_that_knows_better_wakes_the_correction(stage: Callable[..., Any]) -> None:
    """Somebody looked too early: the network's own word comes later, and the post stands there uncorrected."""
    on, publication_id, correction_id = prepare(stage, live=True)
    cancel(on, publication_id, desk.not_there)
    with on.database.write() as session:
        assert desk.learn_delivery(session, key=on.row(publication_id).idem_key, remote_id="1", now=on.clock.now())
    pass_time(on)
    assert on.row(correction_id).state == PUBLISHED
    assert all("KOREKSI" in post.text for post in on.network.posts.values())


def test_so_does_a_worker_whose_request_was_still_under_way(stage: Callable[..., Any]) -> None:
    on = stage(find=Find.NONE)
    publication_id = on.approve(about=houses.content(NUMBER))
    with on.database.write() as session:
        work = claim(session, now=on.clock.now())
        row = session.get_one(Publication, publication_id)
        row.state, row.maybe_sent_at, row.lease_until = PublicationState.UNKNOWN, on.clock.now(), None
    (correction,) = corrected(on).rows
    cancel(on, publication_id, desk.not_there)
    assert on.row(correction.id).state == CANCELLED
    with on.database.write() as session:
        assert settling.published(session, work, Published("1"), step=Step.SENT, now=on.clock.now())
    assert on.row(correction.id).state == PENDING


def test_a_correction_that_a_newer_one_overtook_sleeps_on(stage: Callable[..., Any]) -> None:
    on, publication_id, correction_id = prepare(stage, live=True)
    cancel(on, publication_id, desk.not_there)
    corrected(on, 3)
    with on.database.write() as session:
        desk.learn_delivery(session, key=on.row(publication_id).idem_key, remote_id="1", now=on.clock.now())
    assert on.row(correction_id).state == CANCELLED


@pytest.mark.parametrize("_round", range(4))
def test_of_two_presses_one_counts_and_the_correction_follows_it(stage: Callable[..., Any], _round: int) -> None:
    on, publication_id, correction_id = prepare(stage, live=True)
    results = at_once(lambda: confirm(on, publication_id), lambda: cancel(on, publication_id, desk.not_there))
    assert losers(results) == [WrongState]
    row, correction = on.row(publication_id), on.row(correction_id)
    assert (row.state, correction.state) in {(PUBLISHED, PENDING), (CANCELLED, CANCELLED)}
    assert (row.state == PUBLISHED) == (results[0] is None)


def test_of_two_people_who_say_the_same_one_is_told_that_it_is_settled(stage: Callable[..., Any]) -> None:
    on, publication_id, correction_id = prepare(stage, live=False)
    act = [lambda: cancel(on, publication_id, desk.not_there)] * 2
    assert losers(at_once(*act)) == [WrongState]
    assert on.row(correction_id).state == CANCELLED
    assert on.clock.now() > on.row(publication_id).approved_at - timedelta(days=1)
