"""A new version reaches every delivery of the old one, in sight of its readers, and nothing old goes out after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from publishing import outbox
from publishing.corrections import Correction, correct, progress
from publishing.errors import SamePerson
from publishing.models import AccountState, ChannelAccount, Publication, PublicationState
from tests.channels import house as houses
from tests.channels.fake import lost

NUMBER = 4800


def corrected(on: Any, version: int = 2, *, retracted: bool = False, **values: Any) -> Correction:
    with on.database.write() as session:
        facts = {"author_id": on.home.author_id, "approver_id": on.home.approver_id, **values}
        made = correct(
            session,
            content=houses.content(NUMBER, version=version),
            channels=on.channels,
            time_zone="Asia/Jakarta",
            organisation_id=on.home.organisation_id,
            now=on.clock.now(),
            retracted=retracted,
            **facts,
        )
        session.expunge_all()
    return made


def texts(on: Any) -> list[str]:
    return [post.text for post in on.network.posts.values()]


def test_where_editing_is_visible_the_post_says_that_it_was_corrected(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(NUMBER))
    on.run(1)
    (row,) = corrected(on).rows
    on.run(1)
    (text,) = texts(on)
    assert text.startswith("KOREKSI, 24 November 2026: putusan diubah dari SALAH menjadi MENYESATKAN")
    assert "?v=2" in text
    assert (on.row(row.id).state, on.row(row.id).remote_id) == ("published", on.row(publication_id).remote_id)
    assert on.row(publication_id).payload["text"].startswith("SALAH"), "what was said before is kept"


def test_where_it_is_not_the_old_post_gets_a_reply_and_the_news_a_post(stage: Callable[..., Any]) -> None:
    on = stage(edit=False)
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    made = corrected(on)
    assert [(row.op, row.act) for row in made.rows] == [("correct", "reply"), ("publish", "post")]
    on.run(1)
    old, reply, news = on.network.posts.values()
    assert reply.reply_to.remote_id == "1"
    assert news.reply_to is None
    assert old.marker != reply.marker != news.marker
    made = corrected(on, 3)
    assert [row.act for row in made.rows] == ["reply", "reply", "post"], "both posts get a reply, our reply gets none"


def test_a_correction_waits_for_what_it_corrects(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(NUMBER))
    on.network.after = [lost()]
    on.network.finding = [lost(), lost()]
    outbox.step(on.database, on.channels, clock=on.clock)
    made = corrected(on)
    assert made.cancelled == (), "what may be live is not cancelled"
    on.run()
    assert on.row(publication_id).state == PublicationState.PUBLISHED
    assert on.row(made.rows[0].id).state == PublicationState.PUBLISHED
    assert len(texts(on)) == 1
    assert texts(on)[0].startswith("KOREKSI")


def test_what_was_not_sent_is_never_sent_and_the_new_version_goes_instead(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(NUMBER), not_before=on.clock.now() + timedelta(days=1))
    made = corrected(on)
    assert [row.id for row in made.cancelled] == [publication_id]
    on.run(2)
    on.clock.advance(days=2)
    on.run(2)
    (text,) = texts(on)
    assert "?v=2" in text
    assert on.row(publication_id).reason == "superseded"


def test_an_old_edit_never_overtakes_a_newer_one(stage: Callable[..., Any]) -> None:
    on = stage()
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    second = corrected(on, 2)
    on.network.before = [lost()]
    outbox.step(on.database, on.channels, clock=on.clock)
    third = corrected(on, 3)
    assert [row.id for row in third.cancelled] == [second.rows[0].id]
    on.run()
    (text,) = texts(on)
    assert "?v=3" in text


def test_a_withdrawal_takes_down_what_it_can_and_says_so(stage: Callable[..., Any]) -> None:
    on = stage(edit=False)
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    corrected(on, 2)
    on.run(1)
    assert len(texts(on)) == 3
    made = corrected(on, 3, retracted=True)
    assert [(row.op, row.act) for row in made.rows] == [("retract", "delete")] * 3 + [("notice", "post")]
    on.run(2)
    (text,) = texts(on)
    assert text.startswith("DICABUT, 24 November 2026")


def test_a_post_that_is_gone_already_is_withdrawn_all_the_same(stage: Callable[..., Any]) -> None:
    on = stage()
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    on.network.posts.clear()
    made = corrected(on, 2, retracted=True)
    on.run(2)
    assert {on.row(row.id).state for row in made.rows} == {PublicationState.PUBLISHED}


def test_a_correction_of_what_never_went_out_is_swept_away(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(about=houses.content(NUMBER))
    (row,) = waiting_for(on, publication_id)
    with on.database.write() as session:
        assert outbox.sweep(session, now=on.clock.now()).cancelled == 1
    assert on.row(row.id).reason == "target_never_sent"


def waiting_for(on: Any, publication_id: int) -> tuple[Publication, ...]:
    """A correction that was made while nobody knew whether its post is live, which surely failed since."""
    unclear = {"state": PublicationState.UNKNOWN, "maybe_sent_at": on.clock.now()}
    failed = {"state": PublicationState.FAILED, "maybe_sent_at": None}
    with on.database.write() as session:
        session.execute(update(Publication).where(Publication.id == publication_id).values(**unclear))
    made = corrected(on)
    with on.database.write() as session:
        session.execute(update(Publication).where(Publication.id == publication_id).values(**failed))
    return made.rows


def test_two_people_sign_a_correction_too_and_lost_accounts_are_named(stage: Callable[..., Any]) -> None:
    on = stage()
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    with pytest.raises(SamePerson):
        corrected(on, approver_id=on.home.author_id)
    with on.database.write() as session:
        session.get_one(ChannelAccount, on.account_id).state = AccountState.DISCONNECTED
    made = corrected(on)
    assert (made.rows, [account.id for account in made.unreachable]) == ((), [on.account_id])


def test_the_time_to_the_last_delivery_is_known(stage: Callable[..., Any]) -> None:
    on = stage(edit=False)
    on.approve(about=houses.content(NUMBER))
    on.run(1)
    corrected(on)
    with on.database.read() as session:
        assert progress(session, NUMBER, 2) == replace(progress(session, NUMBER, 2), total=2, done=0, seconds=None)
    on.clock.advance(minutes=3)
    on.run(1)
    with on.database.read() as session:
        now = progress(session, NUMBER, 2)
        assert (now.total, now.done, now.seconds) == (2, 2, 180.0)
        assert session.scalars(select(Publication.id).where(Publication.counter_narrative_id == 900_001)).all()
