"""What may happen at the worst moment: between claim, send and record; in another tab; with a wrong clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from accounts.roles import Role
from kernel.clock import SystemClock
from publishing import claims, connecting, corrections, desk, killswitch, outbox, tokens
from publishing.channels.errors import NotSent
from publishing.channels.interface import Find, Refresh
from publishing.channels.values import Published
from publishing.connections import AccountSnapshot
from publishing.errors import BadLink, NotFrozen, PastMoment, SamePerson, WrongState
from publishing.models import REFUSAL, AccountState, Act, ChannelAccount, Publication, PublicationState, Reason
from tests.channels import house as houses
from tests.channels.fake import lost

BLIND: dict[str, Any] = {"find": Find.NONE}


def disconnect(on: Any) -> None:
    with on.database.write() as session:
        connecting.disconnect(
            session, on.account_id, vault=on.channels.vault, actor=houses.actor(on.home), now=on.clock.now()
        )


def correct(on: Any, number: int, version: int, *, retracted: bool = False) -> list[int]:
    with on.database.write() as session:
        done = corrections.correct(
            session,
            content=houses.content(number, version=version),
            channels=on.channels,
            author_id=on.home.author_id,
            approver_id=on.home.approver_id,
            time_zone="Asia/Jakarta",
            now=on.clock.now(),
            organisation_id=on.home.organisation_id,
            retracted=retracted,
        )
        return [row.id for row in done.rows]


def unknown(on: Any, **values: Any) -> int:
    """A try that nobody can look up and whose answer never came; it is live."""
    publication_id: int = on.approve(**values)
    on.network.after = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    return publication_id


def test_an_account_that_is_disconnected_between_claim_and_send_sends_nothing(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        work = claims.claim(session, now=on.clock.now())
    disconnect(on)
    assert work is not None
    with on.database.write() as session:
        assert not claims.write_ahead(session, work, None, now=on.clock.now())
    on.run(2)
    assert (on.row(publication_id).state, on.network.posts) == (PublicationState.CANCELLED, {})


def test_an_account_that_loses_access_between_claim_and_send_sends_nothing(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        work = claims.claim(session, now=on.clock.now())
        session.execute(update(ChannelAccount).values(state=AccountState.NEEDS_REAUTH))
    assert work is not None
    with on.database.write() as session:
        assert not claims.write_ahead(session, work, None, now=on.clock.now())
    assert on.row(publication_id).state == PublicationState.PENDING, "it waits for the account"


def test_an_account_that_is_disconnected_between_send_and_record_still_tells(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.after = [lambda: disconnect(on)]
    on.run(1)
    assert (on.row(publication_id).state, on.row(publication_id).remote_id) == (PublicationState.PUBLISHED, "1")
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        assert (account.state, on.channels.vault.open(account.id, account.sealed)) == ("disconnected", {})


def test_a_doubt_on_a_disconnected_account_goes_to_a_person(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.after = [lost()]
    outbox.step(on.database, on.channels, clock=on.clock)
    assert on.row(publication_id).state == PublicationState.RETRY
    disconnect(on)
    row = on.row(publication_id)
    assert (row.state, row.reason) == (PublicationState.UNKNOWN, Reason.OUTCOME_UNKNOWN)


def test_a_token_that_comes_back_after_the_account_was_disconnected_is_thrown_away(stage: Callable[..., Any]) -> None:
    on = stage(refresh=Refresh.ROTATING)
    with on.database.read() as session:
        account = AccountSnapshot.of(session.get_one(ChannelAccount, on.account_id))
    fresh = on.channels.kinds["fake"].refresh

    def disconnected_meanwhile(channel: Any, now: datetime) -> Any:
        disconnect(on)
        return fresh(channel, now)

    on.channels.kinds["fake"].refresh = disconnected_meanwhile
    tokens.refresh(on.database, on.channels, account, now=on.clock.now())
    with on.database.read() as session:
        row = session.get_one(ChannelAccount, on.account_id)
        assert on.channels.vault.open(row.id, row.sealed) == {}


def test_two_workers_that_meet_one_dead_token_refresh_it_once(stage: Callable[..., Any]) -> None:
    on = stage(refresh=Refresh.ROTATING)
    with on.database.read() as session:
        account = AccountSnapshot.of(session.get_one(ChannelAccount, on.account_id))
    fresh = on.channels.kinds["fake"].refresh

    def the_other_one_wants_it_too(channel: Any, now: datetime) -> Any:
        with pytest.raises(NotSent):
            tokens.refresh(on.database, on.channels, account, now=now)
        return fresh(channel, now)

    on.channels.kinds["fake"].refresh = the_other_one_wants_it_too
    tokens.refresh(on.database, on.channels, account, now=on.clock.now())
    again = tokens.refresh(on.database, on.channels, account, now=on.clock.now())
    assert on.network.refreshes == 1
    assert again.credentials.secrets["token"] == "fresh-1"


def test_a_worker_with_a_wrong_clock_sends_nothing_and_steals_no_lease(stage: Callable[..., Any]) -> None:
    on = stage()
    clock = SystemClock()
    on.clock.set(clock.now())
    publication_id = on.approve()
    for wrong in (timedelta(hours=1), timedelta(hours=-1), outbox.CLOCK_SLACK + timedelta(seconds=5)):
        on.clock.set(clock.now() + wrong)
        with pytest.raises(outbox.ClockIsWrong):
            outbox.step_in_time(on.database, on.channels, clock=on.clock)
    with on.database.write() as session:
        assert claims.claim(session, now=clock.now()) is not None
    on.clock.set(clock.now() + timedelta(hours=1))
    assert not outbox.step(on.database, on.channels, clock=on.clock), "leases are by the database's clock"
    houses.let_leases_run_out(on.database)
    on.clock.set(clock.now())
    while outbox.step_in_time(on.database, on.channels, clock=on.clock):
        pass
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_a_withdrawal_that_comes_while_a_post_is_being_sent_takes_it_down(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(8801))
    on.network.after = [lambda: correct(on, 8801, 2, retracted=True)]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert "1" not in on.network.posts, "what was on its way is taken down too"
    (notice,) = on.network.posts.values()
    assert "DICABUT" in notice.text


def test_a_withdrawal_between_claim_and_send_stops_the_post(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(8802))
    with on.database.write() as session:
        work = claims.claim(session, now=on.clock.now())
    correct(on, 8802, 2, retracted=True)
    assert work is not None
    with on.database.write() as session:
        assert not claims.write_ahead(session, work, None, now=on.clock.now())
    on.run()
    assert (on.row(publication_id).state, on.network.posts) == (PublicationState.CANCELLED, {})


@pytest.mark.parametrize("edit", [True, False])
def test_a_correction_is_corrected_again(stage: Callable[..., Any], edit: bool) -> None:
    on = stage(edit=edit)
    on.approve(about=houses.content(8803))
    on.run(1)
    for version in (2, 3):
        correct(on, 8803, version)
        on.run(2)
    with on.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.counter_narrative_id == 8803)).all()
        assert {row.state for row in rows} == {PublicationState.PUBLISHED}
    newest = [post.version for post in on.network.posts.values()]
    if edit:
        assert newest == [3], "one post, edited twice"
    else:
        corrected = [post.reply_to.remote_id for post in on.network.posts.values() if post.reply_to]
        assert len(corrected) == 3, "under the first post twice, under the second once"
        assert newest.count(3) == 3


def test_a_correction_waits_for_a_person_while_the_first_post_is_unknown(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = unknown(on, about=houses.content(8804))
    (correction,) = correct(on, 8804, 2)
    on.run(3)
    assert on.row(correction).state == PublicationState.PENDING
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    with on.database.write() as session, pytest.raises(WrongState):
        desk.send_again(session, publication_id, channels=on.channels, actor=houses.actor(on.home), now=on.clock.now())
    confirm(on, publication_id, "https://fake.example/1")
    on.run(2)
    assert on.row(correction).state == PublicationState.PUBLISHED
    assert "KOREKSI" in on.network.posts["1"].text


def test_the_switch_does_not_forget_what_was_already_on_its_way(stage: Callable[..., Any]) -> None:
    on = stage()
    first, second = on.approve(), on.approve()

    def freeze() -> None:
        with on.database.write() as session:
            killswitch.freeze(
                session,
                organisation_id=on.home.organisation_id,
                reason="Salah",
                person_id=on.home.author_id,
                actor=houses.actor(on.home),
                now=on.clock.now(),
            )

    on.network.after = [freeze]
    on.run(3)
    assert on.row(first).state == PublicationState.PUBLISHED
    assert on.row(second).state == PublicationState.PENDING
    assert list(on.network.posts) == ["1"]


def test_whoever_pressed_the_switch_is_one_of_two_and_never_both(stage: Callable[..., Any]) -> None:
    on = stage()
    now, one, two = on.clock.now(), on.home.author_id, on.home.approver_id
    actor = replace(houses.actor(on.home), role=Role.PUBLISHER.value)
    with on.database.write() as session:
        who: dict[str, Any] = {"person_id": one, "actor": actor, "now": now}
        switch = killswitch.freeze(session, organisation_id=on.home.organisation_id, reason="Salah", **who).id
        killswitch.ask_release(session, switch, person_id=two, actor=actor, now=now)
        killswitch.ask_release(session, switch, **who)
        with pytest.raises(SamePerson):
            killswitch.release(session, switch, person_id=two, actor=actor, now=now)
        killswitch.release(session, switch, **who)
        with pytest.raises(NotFrozen):
            killswitch.release(session, switch, **who)


def test_one_link_is_not_good_for_two_posts(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    first, second = unknown(on), unknown(on)
    confirm(on, first, "https://fake.example/1")
    with pytest.raises(BadLink):
        confirm(on, second, "https://fake.example/1")
    confirm(on, second, "https://fake.example/2")
    assert [on.row(number).remote_id for number in (first, second)] == ["1", "2"]


@pytest.mark.parametrize("url", ["", "https://jejaring.example/1", "https://fake.example/a/1", "https://fake.example/"])
def test_a_link_to_somewhere_else_is_not_taken(stage: Callable[..., Any], url: str) -> None:
    on = stage(**BLIND)
    publication_id = unknown(on)
    with pytest.raises(BadLink):
        confirm(on, publication_id, url)
    assert on.row(publication_id).state == PublicationState.UNKNOWN


def test_an_edit_is_confirmed_by_the_post_that_it_changed(stage: Callable[..., Any]) -> None:
    on = stage()
    on.approve(about=houses.content(8805))
    on.run(1)
    (edit,) = correct(on, 8805, 2)
    assert on.row(edit).act == Act.EDIT
    with on.database.write() as session:
        session.execute(update(Publication).where(Publication.id == edit).values(state=PublicationState.UNKNOWN))
    with pytest.raises(BadLink):
        confirm(on, edit, "https://fake.example/2")
    confirm(on, edit, "https://fake.example/1")
    assert on.row(edit).state == PublicationState.PUBLISHED


def test_what_a_person_saw_is_good_for_one_try(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = on.approve()
    on.network.before = [lost(), lost()]
    on.run()
    seen, actor = on.row(publication_id).fence, houses.actor(on.home)
    with on.database.write() as session:
        desk.send_again(session, publication_id, channels=on.channels, actor=actor, now=on.clock.now(), seen=seen)
    on.network.before, on.network.after = [], [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    assert len(on.network.posts) == 1
    for act in (desk.cancel, desk.send_again):
        more = {"channels": on.channels} if act is desk.send_again else {}
        with on.database.write() as session, pytest.raises(WrongState):
            act(session, publication_id, actor=actor, now=on.clock.now(), seen=seen, **more)
    on.run(2)
    assert len(on.network.posts) == 1, "the other tab knew nothing of the second try"


def test_nothing_is_moved_into_the_past(stage: Callable[..., Any]) -> None:
    on = stage()
    later = on.clock.now() + timedelta(days=1)
    publication_id = on.approve(not_before=later)
    with on.database.write() as session, pytest.raises(PastMoment):
        desk.reschedule(
            session,
            publication_id,
            not_before=on.clock.now() - timedelta(days=365),
            actor=houses.actor(on.home),
            now=on.clock.now(),
        )
    on.run(1)
    assert (on.row(publication_id).state, on.row(publication_id).not_before) == (PublicationState.SCHEDULED, later)


def test_a_network_that_does_not_answer_leaves_the_link_unchecked(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = unknown(on)

    def silent(*_arguments: Any, **_values: Any) -> str:
        raise NotSent("ConnectError")

    on.channels.kinds["fake"].own_post = silent
    with pytest.raises(BadLink) as error:
        confirm(on, publication_id, "https://fake.example/1")
    assert error.value.facts["unheard"]


@pytest.mark.parametrize(
    "change", ["UPDATE publication_attempt SET detail = 'lain'", "DELETE FROM publication_attempt"]
)
def test_what_was_tried_is_never_rewritten(stage: Callable[..., Any], change: str) -> None:
    on = stage()
    publication_id = on.approve()
    on.run(1)
    with pytest.raises(DBAPIError, match=REFUSAL), on.database.write() as session:
        session.execute(text(change))
    assert on.steps(publication_id) == ["sending", "sent"]


def confirm(on: Any, publication_id: int, url: str) -> None:
    actor = houses.actor(on.home)
    remote: Published = desk.locate(on.database, on.channels, publication_id, url=url, actor=actor)
    with on.database.write() as session:
        desk.confirm_live(session, publication_id, remote=remote, actor=actor, now=on.clock.now())
