"""Two people, a frozen text, and one row that the database keeps single."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from publishing.approval import approve
from publishing.claims import digest
from publishing.counting import TextRule, Unit
from publishing.errors import AccountNotReady, AlreadyPublished, DraftRejected, LanguageMissing, SamePerson
from publishing.models import AccountState, ChannelAccount, Publication, PublicationState
from tests.channels import house as houses


def test_what_is_frozen_is_what_was_composed_for_the_account(stage: Callable[..., Any]) -> None:
    on = stage()
    about = houses.content(4711)
    row = on.row(on.approve(about=about))
    assert row.payload["text"].startswith("SALAH: Suhu air minum tidak berhubungan dengan kanker")
    assert "https://saring.example/cn/4711?v=1" in row.payload["text"]
    assert row.payload_sha256 == digest(row.payload)
    assert (row.author_id, row.approver_id) == (on.home.author_id, on.home.approver_id)


def test_what_an_editor_made_of_the_draft_is_what_is_frozen(stage: Callable[..., Any]) -> None:
    on = stage()
    text = "Air dingin aman diminum. https://saring.example/cn/4712?v=1"
    about = replace(houses.content(4712), drafts={on.account_id: text})
    assert on.row(on.approve(about=about)).payload["text"] == text


def test_nobody_approves_their_own_words(stage: Callable[..., Any]) -> None:
    on = stage()
    with on.database.write() as session, pytest.raises(SamePerson):
        approve(
            session,
            content=houses.content(),
            accounts=[session.get_one(ChannelAccount, on.account_id)],
            channels=on.channels,
            author_id=on.home.author_id,
            approver_id=on.home.author_id,
            now=on.clock.now(),
        )


@pytest.mark.parametrize(
    "change", [{"approver_id": "author_id"}, {"state": "published"}], ids=["one person", "published nowhere"]
)
def test_the_database_itself_refuses(stage: Callable[..., Any], change: dict[str, str]) -> None:
    on = stage()
    row = on.row(on.approve())
    values = {column.name: getattr(row, column.name) for column in Publication.__table__.columns}
    del values["id"]
    values |= {"version": 99, "idem_key": "another"}
    values |= {name: values.get(value, value) for name, value in change.items()}
    with pytest.raises(IntegrityError), on.database.write() as session:
        session.execute(insert(Publication).values(**values))


def test_one_version_is_approved_once_for_an_account(stage: Callable[..., Any]) -> None:
    on = stage()
    on.approve(about=houses.content(4713))
    with pytest.raises(AlreadyPublished):
        on.approve(about=houses.content(4713))
    on.approve(about=houses.content(4713, version=2))
    with on.database.read() as session:
        versions = session.scalars(select(Publication.version).where(Publication.counter_narrative_id == 4713))
        assert sorted(versions) == [1, 2]


def test_a_draft_that_does_not_fit_is_refused_with_its_count(stage: Callable[..., Any]) -> None:
    on = stage()
    text = "panjang " * 100 + "https://saring.example/cn/4714?v=1"
    with pytest.raises(DraftRejected) as refusal:
        on.approve(about=replace(houses.content(4714), drafts={on.account_id: text}))
    assert refusal.value.facts["problems"] == ("too_long",)
    with pytest.raises(DraftRejected) as refusal:
        on.approve(about=replace(houses.content(4714), drafts={on.account_id: "tanpa tautan"}))
    assert refusal.value.facts["problems"] == ("marker_missing",)


def test_accounts_that_cannot_be_used_are_refused(stage: Callable[..., Any]) -> None:
    on = stage()
    with on.database.write() as session:
        session.get_one(ChannelAccount, on.account_id).language = "jv"
    with pytest.raises(LanguageMissing):
        on.approve()
    with on.database.write() as session:
        session.get_one(ChannelAccount, on.account_id).state = AccountState.DISCONNECTED
    with pytest.raises(AccountNotReady):
        on.approve()


def test_a_scheduled_post_waits_for_its_moment(stage: Callable[..., Any]) -> None:
    on = stage()
    publication_id = on.approve(not_before=on.clock.now() + timedelta(hours=3))
    assert on.row(publication_id).state == PublicationState.SCHEDULED
    on.run(5)
    assert on.network.posts == {}
    on.clock.advance(hours=3)
    on.run(1)
    assert on.row(publication_id).state == PublicationState.PUBLISHED


def test_a_tight_limit_still_keeps_verdict_and_link(stage: Callable[..., Any]) -> None:
    on = stage(text=TextRule(80, Unit.GRAPHEMES))
    text = on.row(on.approve(about=houses.content(4715))).payload["text"]
    assert text.startswith("SALAH: Suhu air minum")
    assert text.endswith("https://saring.example/cn/4715?v=1")
    assert len(text) <= 80
