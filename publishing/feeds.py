"""What an organisation's feed shows: its published entries as their readers should see them now."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from publishing.channels.feed import Entry, Feed
from publishing.channels.values import Payload
from publishing.models import Act, ChannelAccount, Publication, PublicationState

FEED_LENGTH = 50
"""Entries; who wants more reads the archive pages."""


def account_of(session: Session, organisation_id: int) -> ChannelAccount | None:
    """Return the account that is an organisation's feed, connected or not any more: what was published stays in it."""
    mine = (ChannelAccount.organisation_id == organisation_id, ChannelAccount.kind == Feed.capabilities.kind)
    return session.scalar(select(ChannelAccount).where(*mine).order_by(ChannelAccount.id).limit(1))


def entries(session: Session, account_id: int, *, limit: int = FEED_LENGTH) -> list[Entry]:
    """Return a feed account's entries, newest first: corrected ones as corrected, withdrawn ones not at all."""
    rows = session.scalars(
        select(Publication)
        .where(Publication.account_id == account_id, Publication.state == PublicationState.PUBLISHED)
        .order_by(Publication.published_at, Publication.id)
    )
    shown: dict[int, Entry] = {}
    for row in rows:
        if row.act == Act.DELETE:
            shown.pop(row.target_id, None)
        elif row.act == Act.POST:
            shown[row.id] = _entry(row, row)
        elif row.act == Act.EDIT and row.target_id in shown:
            shown[row.target_id] = _entry(row, session.get_one(Publication, row.target_id))
    newest_first = sorted(shown.values(), key=lambda entry: entry.updated_at, reverse=True)
    return newest_first[:limit]


def _entry(latest: Publication, first: Publication) -> Entry:
    payload = Payload.from_json(latest.payload)
    return Entry(
        id=first.idem_key,
        url=payload.marker,
        title=payload.title,
        text=payload.text,
        language=payload.language,
        published_at=first.published_at or first.approved_at,
        updated_at=latest.published_at or latest.approved_at,
        image=payload.image,
    )
