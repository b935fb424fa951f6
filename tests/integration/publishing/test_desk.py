"""What a person settles: unknown, failed, lost access, cancelled, put off; and the switch that stops all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from publishing import connecting, desk, killswitch, overview
from publishing.channels.errors import ReauthRequired, Rejected
from publishing.channels.interface import Find
from publishing.connecting import Profile
from publishing.errors import AlreadyFrozen, NoSuchPublication, NotFrozen, SamePerson, WrongState
from publishing.models import PublicationState
from tests.channels import house as houses
from tests.channels.fake import lost


def unknown(on: Any) -> int:
    """A post that is live although nobody knows."""
    publication_id: int = on.approve()
    on.network.after = [lost()]
    on.run()
    assert on.row(publication_id).state == PublicationState.UNKNOWN
    return publication_id


def test_it_is_live_paste_the_link(stage: Callable[..., Any]) -> None:
    on = stage(find=Find.NONE)
    publication_id = unknown(on)
    actor = houses.actor(on.home)
    remote = desk.locate(on.database, on.channels, publication_id, url="https://fake.example/1", actor=actor)
    with on.database.write() as session:
        desk.confirm_live(session, publication_id, remote=remote, actor=actor, now=on.clock.now())
    row = on.row(publication_id)
    assert (row.state, row.remote_id) == (PublicationState.PUBLISHED, "1")
    assert on.steps(publication_id)[-1] == "confirmed"


def test_a_networks_own_word_settles_it_too(stage: Callable[..., Any]) -> None:
    on = stage(find=Find.NONE)
    publication_id = unknown(on)
    key, now = on.row(publication_id).idem_key, on.clock.now()
    with on.database.write() as session:
        assert desk.learn_delivery(session, key=key, remote_id="wamid.1", now=now)
        assert not desk.learn_delivery(session, key=key, remote_id="wamid.2", now=now)
        assert not desk.learn_delivery(session, key="another", remote_id="wamid.3", now=now)
    assert (on.row(publication_id).state, on.row(publication_id).remote_id) == ("published", "wamid.1")


def test_it_is_not_live_send_again(stage: Callable[..., Any]) -> None:
    on = stage(find=Find.NONE)
    publication_id = unknown(on)
    on.network.posts.clear()
    with on.database.write() as session:
        desk.send_again(session, publication_id, channels=on.channels, actor=houses.actor(on.home), now=on.clock.now())
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert len(on.network.posts) == 1


def test_an_old_version_is_not_sent_again_after_a_newer_one(stage: Callable[..., Any]) -> None:
    on = stage(find=Find.NONE)
    on.network.before = [Rejected("422", status=422)]
    publication_id = on.approve(about=houses.content(4720))
    on.run()
    on.approve(about=houses.content(4720, version=2))
    with on.database.write() as session, pytest.raises(WrongState):
        desk.send_again(session, publication_id, channels=on.channels, actor=houses.actor(on.home), now=on.clock.now())


def test_another_organisation_sees_nothing_and_settles_nothing(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        stranger = houses.found_house(session)
        assert overview.listed(session, stranger.organisation_id, limit=9) == []
        with pytest.raises(NoSuchPublication):
            desk.cancel(session, publication_id, actor=houses.actor(stranger), now=on.clock.now())
    with on.database.read() as session:
        (entry,) = overview.listed(session, on.home.organisation_id, limit=9)
        assert (entry.publication.id, entry.account.id) == (publication_id, on.account_id)


def test_what_was_not_sent_can_be_cancelled_or_moved(stage: Callable[..., Any]) -> None:
    on = stage()
    first, second = on.approve(), on.approve()
    later = on.clock.now() + timedelta(days=1)
    with on.database.write() as session:
        actor, now = houses.actor(on.home), on.clock.now()
        desk.cancel(session, first, actor=actor, now=now)
        desk.reschedule(session, second, not_before=later, actor=actor, now=now)
    on.run(3)
    assert (on.row(first).state, on.row(second).state) == ("cancelled", "scheduled")
    assert on.network.posts == {}
    with on.database.write() as session, pytest.raises(WrongState):
        desk.cancel(session, first, actor=houses.actor(on.home), now=on.clock.now())


def test_a_reconnected_account_sends_what_it_left_undone(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    on.network.before = [ReauthRequired("401")]
    on.run(2)
    verified = connecting.verify(on.channels, kind="fake", settings={}, secrets={"token": "new"}, now=on.clock.now())
    with on.database.write() as session:
        account = connecting.find_account(session, on.account_id, actor=houses.actor(on.home))
        verified = replace(verified, identity=replace(verified.identity, handle=account.handle))
        again = connecting.connect(
            session,
            verified,
            organisation_id=on.home.organisation_id,
            profile=Profile(audience="", language="id"),
            vault=on.channels.vault,
            person_id=on.home.author_id,
            actor=houses.actor(on.home),
            now=on.clock.now(),
        )
        assert again.id == on.account_id
        assert on.channels.vault.open(again.id, again.sealed) == {"token": "new", "refresh": "r"}
    on.run(2)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_the_switch_holds_until_two_people_let_go(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    now, actor = on.clock.now(), houses.actor(on.home)
    freeze: dict[str, Any] = {"reason": "Salah kirim", "person_id": on.home.author_id, "actor": actor, "now": now}
    with on.database.write() as session:
        switch_id = killswitch.freeze(session, organisation_id=on.home.organisation_id, **freeze).id
        with pytest.raises(AlreadyFrozen):
            killswitch.freeze(session, organisation_id=on.home.organisation_id, **freeze)
    on.run(2)
    assert on.row(publication_id).state == PublicationState.PENDING
    with on.database.write() as session:
        one, two = on.home.author_id, on.home.approver_id
        with pytest.raises(SamePerson):
            killswitch.release(session, switch_id, person_id=one, actor=actor, now=now)
        killswitch.ask_release(session, switch_id, person_id=one, actor=actor, now=now)
        with pytest.raises(SamePerson):
            killswitch.release(session, switch_id, person_id=one, actor=actor, now=now)
        assert killswitch.in_force(session, on.home.organisation_id)
        killswitch.release(session, switch_id, person_id=two, actor=actor, now=now)
        assert killswitch.in_force(session, on.home.organisation_id) == []
        with pytest.raises(NotFrozen):
            killswitch.release(session, switch_id, person_id=two, actor=actor, now=now)
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_the_switch_of_one_organisation_leaves_others_alone(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve()
    with on.database.write() as session:
        stranger = houses.found_house(session)
        killswitch.freeze(
            session,
            organisation_id=stranger.organisation_id,
            reason="-",
            person_id=stranger.author_id,
            actor=houses.actor(stranger),
            now=on.clock.now(),
        )
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_keys_rotate_and_one_in_use_is_not_dropped(stage: Callable[..., Any]) -> None:
    from publishing.vault import KeyInUse, Vault, new_key

    on = stage()
    old_key, key = new_key(), new_key()
    with on.database.write() as session:
        account = connecting.find_account(session, on.account_id, actor=houses.actor(on.home))
        account.sealed = Vault([old_key]).seal(account.id, {"token": "t"})
        both = Vault([key, old_key])
        mine = [account.sealed]
        with pytest.raises(KeyInUse):
            both.without(old_key, mine)
        account.sealed = both.rotate(account.sealed)
        both.without(old_key, [account.sealed])
        assert Vault([key]).open(account.id, account.sealed) == {"token": "t"}
