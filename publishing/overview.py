"""What an organisation's board shows beside the list itself: how much is where, what needs a person, what is when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Integer, Select, cast, exists, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from publishing.desk import FOR_A_PERSON
from publishing.errors import NoSuchPublication
from publishing.models import (
    AccountState,
    ChannelAccount,
    EngagementWatch,
    InboundReply,
    Operation,
    Publication,
    PublicationState,
    ReplyState,
)
from publishing.outbox import late


@dataclass(frozen=True, slots=True)
class Alarms:
    """How much waits for a person, by what it is; `late` is due for an hour although nothing holds it back."""

    for_a_person: int
    vanished: int
    late: int
    new_replies: int
    lost_accounts: int
    """Accounts that their network no longer lets in: nothing is sent, counted or heard there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A publication with its account and, once it is live, its watch."""

    publication: Publication
    account: ChannelAccount
    watch: EngagementWatch | None
    waits_for_word: bool = False
    """The post that it is about may be live, and nobody has said yet whether it is."""


def counts(session: Session, organisation_id: int) -> dict[str, int]:
    """Return how many publications of an organisation stand in each state that has any."""
    query = select(Publication.state, func.count()).where(Publication.organisation_id == organisation_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Publication.state))}


def waiting_by_organisation(session: Session) -> dict[int, int]:
    """Return how many publications wait for a person, for each organisation that has any."""
    query = select(Publication.organisation_id, func.count()).where(Publication.state.in_(FOR_A_PERSON))
    return {row[0]: row[1] for row in session.execute(query.group_by(Publication.organisation_id))}


def alarms(session: Session, organisation_id: int, *, now: datetime) -> Alarms:
    """Return what an organisation's staff should know at once."""
    mine = Publication.organisation_id == organisation_id
    return Alarms(
        for_a_person=_number(session, select(func.count()).where(mine, Publication.state.in_(FOR_A_PERSON))),
        vanished=_number(
            session,
            select(func.count())
            .select_from(EngagementWatch)
            .join(Publication, Publication.id == EngagementWatch.publication_id)
            .where(mine, EngagementWatch.vanished_at.is_not(None), EngagementWatch.vanished_noted_at.is_(None)),
        ),
        late=_number(session, late(now).where(mine)),
        new_replies=_number(
            session,
            select(func.count())
            .select_from(InboundReply)
            .where(InboundReply.organisation_id == organisation_id, InboundReply.state == ReplyState.NEW),
        ),
        lost_accounts=_number(
            session,
            select(func.count())
            .select_from(ChannelAccount)
            .where(ChannelAccount.organisation_id == organisation_id)
            .where(ChannelAccount.state == AccountState.NEEDS_REAUTH),
        ),
    )


def entry(session: Session, publication_id: int, *, organisation_id: int | None) -> Entry:
    """Return one publication of an organisation. Raises NoSuchPublication."""
    mine = (Publication.id == publication_id, Publication.organisation_id == organisation_id)
    found = session.execute(_entries().where(*mine)).first()
    if found is None:
        raise NoSuchPublication(publication_id=publication_id)
    return Entry(*found)


def listed(
    session: Session, organisation_id: int, *, states: Sequence[str] = (), before_id: int | None = None, limit: int
) -> list[Entry]:
    """Return an organisation's publications in some of `states` (none: in all), newest first, below `before_id`."""
    query = _entries().where(Publication.organisation_id == organisation_id)
    if states:
        query = query.where(Publication.state.in_(states))
    if before_id is not None:
        query = query.where(Publication.id < before_id)
    found = session.execute(query.order_by(Publication.id.desc()).limit(limit))
    return [Entry(*row) for row in found]


def about(session: Session, counter_narrative_id: int, *, organisation_id: int) -> list[Entry]:
    """Return all that an organisation sent or is to send about a counter-narrative, oldest first."""
    mine = (
        Publication.counter_narrative_id == counter_narrative_id,
        Publication.organisation_id == organisation_id,
    )
    return [Entry(*row) for row in session.execute(_entries().where(*mine).order_by(Publication.id))]


def vanished(session: Session, organisation_id: int) -> list[Entry]:
    """Return the posts that are gone from their networks and that nobody has looked at yet."""
    query = _entries().where(
        Publication.organisation_id == organisation_id,
        EngagementWatch.vanished_at.is_not(None),
        EngagementWatch.vanished_noted_at.is_(None),
    )
    return [Entry(*row) for row in session.execute(query.order_by(Publication.id.desc()))]


def between(session: Session, organisation_id: int, *, start: datetime, end: datetime) -> list[Entry]:
    """Return what is due or was published from `start` until before `end`, in the order of its moment."""
    moment = func.coalesce(Publication.published_at, Publication.not_before)
    query = _entries().where(
        Publication.organisation_id == organisation_id,
        or_(Publication.state != PublicationState.CANCELLED, Publication.published_at.is_not(None)),
        moment >= start,
        moment < end,
    )
    return [Entry(*row) for row in session.execute(query.order_by(moment, Publication.id))]


def states_by_month(session: Session, *, start: datetime, end: datetime) -> dict[tuple[date, str], int]:
    """Return where the publications of all organisations stand now, by state and by the month (UTC) of their approval.

    Broadcasts to subscribers and answers to single people are left out: they would tell how many people there are.
    """
    year, month = (cast(extract(part, Publication.approved_at), Integer) for part in ("year", "month"))
    query = select(year, month, Publication.state, func.count()).where(
        Publication.approved_at >= start,
        Publication.approved_at < end,
        Publication.subscriber_id.is_(None),
        Publication.op != Operation.ANSWER,
    )
    grouped = session.execute(query.group_by(year, month, Publication.state))
    return {(date(y, m, 1), state): number for y, m, state, number in grouped}


def _entries() -> Select[Publication, ChannelAccount, EngagementWatch, bool]:
    target = aliased(Publication)
    unclear = exists().where(
        target.id == Publication.depends_on,
        or_(target.state == PublicationState.UNKNOWN, target.maybe_sent_at.is_not(None)),
        target.state.in_(FOR_A_PERSON),
    )
    return (
        select(Publication, ChannelAccount, EngagementWatch, unclear)
        .join(ChannelAccount, ChannelAccount.id == Publication.account_id)
        .outerjoin(EngagementWatch, EngagementWatch.publication_id == Publication.id)
    )


def _number(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0
