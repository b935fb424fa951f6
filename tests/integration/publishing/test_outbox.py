"""What the outbox does when a network loses replies, refuses, limits or forgets us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.roles import Role
from kernel.outbox import AuditEvent
from publishing import claims, killswitch, outbox
from publishing.channels.errors import NotSent, RateLimited, ReauthRequired, Rejected
from publishing.channels.interface import Find, Idempotency, Refresh
from publishing.models import (
    AccountState,
    ChannelAccount,
    Operation,
    Publication,
    PublicationState,
    Reason,
)
from publishing.settling import MAX_ATTEMPTS
from tests.channels import house as houses
from tests.channels.fake import lost

BLIND: dict[str, Any] = {"find": Find.NONE}


def test_a_due_post_is_sent_once_with_its_remote_id(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.run(2)
    row = on.row(publication_id)
    assert (row.state, row.remote_id, row.remote_url) == ("published", "1", "https://fake.example/1")
    assert len(on.network.posts) == 1
    assert on.steps(publication_id) == ["sending", "sent"]
    with on.database.read() as session:
        events = session.scalars(
            select(AuditEvent)
            .where(AuditEvent.subject_id == str(publication_id))
            .where(AuditEvent.subject_type == "publication")
        ).all()
        assert [event.kind for event in events] == ["publication_approved", "publication_sent"]
        assert events[1].data["url"] == "https://fake.example/1"


def test_a_lost_reply_is_looked_for_and_found(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.after = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1
    assert on.steps(publication_id) == ["sending", "ambiguous", "found"]


def test_what_was_looked_for_and_is_not_there_is_sent_again(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.before = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1
    assert on.steps(publication_id) == ["sending", "ambiguous", "not_found", "sending", "sent"]


def test_a_network_without_memory_leaves_a_lost_reply_to_a_person(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = on.approve()
    on.network.after = [lost()]
    on.run()
    row = on.row(publication_id)
    assert (row.state, row.reason) == (PublicationState.UNKNOWN, Reason.OUTCOME_UNKNOWN)
    assert len(on.network.posts) == 1


def test_a_network_with_a_key_is_sent_the_same_key_again(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND, idempotency=Idempotency.KEY)
    publication_id = on.approve()
    on.network.after = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1


def test_a_connection_that_was_never_made_forgets_that_it_may_have_sent(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = on.approve()
    on.network.before = [NotSent("ConnectError"), NotSent("ConnectError")]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1


def test_a_refused_first_try_is_final(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = on.approve()
    on.network.before = [Rejected("422 too long", status=422)]
    on.run()
    row = on.row(publication_id)
    assert (row.state, row.reason, row.detail) == ("failed", "rejected", "422 too long")
    assert on.network.posts == {}


@pytest.mark.parametrize("got_through", [True, False])
def test_a_refusal_is_checked_against_what_is_there(stage: Callable[..., Any], got_through: bool) -> None:
    on = stage()
    publication_id = on.approve()
    refusal = Rejected("400 media already attached", status=400)
    if got_through:
        on.network.after = [refusal]
    else:
        on.network.before = [refusal]
    on.run()
    assert on.row(publication_id).state == ("published" if got_through else "failed")
    assert len(on.network.posts) == int(got_through)


def test_a_refused_repeat_that_cannot_be_found_goes_to_a_person(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.before = [lost(), Rejected("403 duplicate content", status=403)]
    on.run()
    assert (on.row(publication_id).state, on.row(publication_id).reason) == ("unknown", "refused_again")


def test_a_refused_second_try_that_nobody_can_check_goes_to_a_person(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND, idempotency=Idempotency.KEY)
    publication_id = on.approve()
    on.network.before = [lost(), Rejected("409 seen", status=409)]
    on.run()
    assert on.row(publication_id).state == PublicationState.UNKNOWN


def test_a_rate_limit_is_waited_out_to_the_second_and_costs_no_attempt(stage: Callable[..., Any]) -> None:
    on = stage(**BLIND)
    publication_id = on.approve()
    reset = on.clock.now() + timedelta(minutes=40)
    on.network.before = [RateLimited("429", reset_at=reset)]
    assert outbox.step(on.database, on.channels, clock=on.clock)
    row = on.row(publication_id)
    assert (row.state, row.reason, row.attempts) == ("retry", "rate_limited", 0)
    on.clock.set(reset - timedelta(seconds=1))
    assert not outbox.step(on.database, on.channels, clock=on.clock)
    on.clock.set(reset)
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_reads_that_trail_writes_are_not_trusted_at_once(stage: Callable[..., Any]) -> None:
    on = stage(find_lag_seconds=900)
    publication_id = on.approve()
    on.network.before = [lost()]
    outbox.step(on.database, on.channels, clock=on.clock)
    on.clock.advance(minutes=10)
    outbox.step(on.database, on.channels, clock=on.clock)
    assert (on.row(publication_id).state, on.row(publication_id).reason) == ("retry", "reads_lag")
    on.clock.advance(minutes=5)
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_one_failing_account_never_touches_another(stage: Callable[..., Any]) -> None:
    on = stage()
    sick_id = on.approve()
    with on.database.write() as session:
        well = houses.open_account(session, on.home, on.channels, "fake", settings={}, secrets={"token": "t"})
        (row,) = houses.approve_for(session, on.home, on.channels, well, now=on.clock.now())
        well_id = row.id
    on.network.before = [lost()]
    while outbox.step(on.database, on.channels, clock=on.clock):
        pass
    assert on.row(sick_id).state == PublicationState.RETRY
    assert on.row(well_id).state == PublicationState.PUBLISHED
    with on.database.read() as session:
        assert session.get_one(ChannelAccount, on.account_id).failures == 1
        assert session.get_one(ChannelAccount, row.account_id).failures == 0


def test_an_endless_outage_ends_with_a_person(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.before = [NotSent("ConnectError") for _ in range(MAX_ATTEMPTS)]
    on.run(MAX_ATTEMPTS + 2)
    row = on.row(publication_id)
    assert (row.state, row.reason, row.attempts) == ("failed", "unreachable", MAX_ATTEMPTS)


def test_an_endless_doubt_ends_with_a_person(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.after = [lost()]
    on.network.finding = [NotSent("ConnectError") for _ in range(MAX_ATTEMPTS)]
    on.run(MAX_ATTEMPTS + 2)
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    assert len(on.network.posts) == 1


def test_an_expired_token_is_refreshed_once_and_the_new_pair_is_kept(stage: Callable[..., Any]) -> None:
    on = stage(refresh=Refresh.ROTATING)
    publication_id = on.approve()
    on.network.good_tokens = {"none"}
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert on.network.refreshes == 1
    with on.database.read() as session:
        account = session.get_one(ChannelAccount, on.account_id)
        secrets = on.channels.vault.open(account.id, account.sealed)
        assert secrets == {"token": "fresh-1", "refresh": "r"}, "an empty refresh token never overwrites one"
        assert account.refresh_lease_until is None


def test_lost_access_stops_one_account_until_it_is_back(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.before = [ReauthRequired("401", status=401)]
    on.run(3)
    row = on.row(publication_id)
    assert (row.state, row.maybe_sent_at) == (PublicationState.NEEDS_REAUTH, None)
    with on.database.read() as session:
        assert session.get_one(ChannelAccount, on.account_id).state == AccountState.NEEDS_REAUTH


def test_a_payload_that_was_changed_after_approval_is_not_sent(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        row = session.get_one(Publication, publication_id)
        row.payload = {**row.payload, "text": "Air es menyebabkan kanker"}
    on.run(1)
    assert (on.row(publication_id).state, on.row(publication_id).reason) == ("failed", "tampered")
    assert on.network.posts == {}


def test_an_answer_that_no_contract_knows_is_doubt_not_failure(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()

    def break_contract() -> None:
        raise KeyError("id")

    on.network.after = [break_contract]
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1


def test_a_worker_that_comes_back_late_still_tells_what_it_did(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()

    def another_worker_gives_up() -> None:
        with on.database.write() as session:
            values = {"fence": Publication.fence + 1, "state": PublicationState.UNKNOWN}
            session.execute(update(Publication).where(Publication.id == publication_id).values(**values))

    on.network.after = [another_worker_gives_up]
    on.run(1)
    assert (on.row(publication_id).state, on.row(publication_id).remote_id) == ("published", "1")


def test_a_second_copy_is_taken_down_again(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()

    def another_worker_sends_too() -> None:
        houses.let_leases_run_out(on.database)
        on.network.reads_lag = True
        assert outbox.step(on.database, on.channels, clock=on.clock)
        on.network.reads_lag = False

    on.network.after = [another_worker_sends_too]
    assert outbox.step(on.database, on.channels, clock=on.clock)
    assert set(on.network.posts) == {"1", "2"}
    on.run()
    assert set(on.network.posts) == {"2"}
    assert on.row(publication_id).remote_id == "2"
    assert on.steps(publication_id)[-2:] == ["sent", "duplicate"]
    with on.database.read() as session:
        (removal,) = session.scalars(select(Publication).where(Publication.op == Operation.DEDUPE))
        assert removal.state == PublicationState.PUBLISHED


def test_a_worker_that_died_is_followed_when_its_lease_has_run_out(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        work = claims.claim(session, now=on.clock.now())
    assert work is not None
    with on.database.write() as session:
        assert claims.write_ahead(session, work, None, now=on.clock.now())
    assert not outbox.step(on.database, on.channels, clock=on.clock)
    houses.let_leases_run_out(on.database)
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert on.steps(publication_id) == ["sending", "not_found", "sending", "sent"]


def test_the_switch_stops_what_is_already_in_hand(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        work = claims.claim(session, now=on.clock.now())
    with on.database.write() as session:
        actor = replace(houses.actor(on.home), role=Role.ADMIN)
        killswitch.freeze(
            session,
            organisation_id=None,
            reason="Akun diretas",
            person_id=on.home.author_id,
            actor=actor,
            now=on.clock.now(),
        )
    with on.database.write() as session:
        assert work is not None
        assert not claims.write_ahead(session, work, None, now=on.clock.now())
    houses.let_leases_run_out(on.database)
    on.run(2)
    assert on.row(publication_id).state == PublicationState.PENDING
    assert on.network.posts == {}
