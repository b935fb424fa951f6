"""What the public said to an organisation's accounts, and what its staff did about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from publishing.approval import Signatures, check, freeze
from publishing.channels.values import Payload, Published
from publishing.connections import Channels
from publishing.errors import CannotAnswer, NoSuchReply, WrongState
from publishing.models import (
    Act,
    ChannelAccount,
    InboundReply,
    Operation,
    Publication,
    PublicationState,
    ReplyState,
)


def inbox(
    session: Session,
    *,
    organisation_id: int,
    states: Sequence[str] = (ReplyState.NEW,),
    before_id: int | None = None,
    limit: int = 50,
) -> list[tuple[InboundReply, ChannelAccount]]:
    """Return the replies to an organisation with the accounts they came to, newest first."""
    query = (
        select(InboundReply, ChannelAccount)
        .join(ChannelAccount, ChannelAccount.id == InboundReply.account_id)
        .where(InboundReply.organisation_id == organisation_id, InboundReply.state.in_(states))
        .order_by(InboundReply.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(InboundReply.id < before_id)
    return [(row[0], row[1]) for row in session.execute(query)]


def answer(
    session: Session,
    reply_id: int,
    *,
    text: str,
    person_id: int,
    channels: Channels,
    actor: Actor,
    now: datetime,
) -> Publication:
    """Answer a reply, through the outbox like all else; the link to the check is added where it is not there.

    Raises NoSuchReply, CannotAnswer, DraftRejected, and AlreadyPublished where it was answered before.
    """
    reply = _take(session, reply_id, actor)
    account = session.get_one(ChannelAccount, reply.account_id)
    limits = channels.limits(account)
    original = session.get(Publication, reply.publication_id) if reply.publication_id else None
    if not limits.reply or original is None:
        raise CannotAnswer(reply_id=reply_id)
    about = Payload.from_json(original.payload)
    marker = f"{about.marker.partition('#')[0]}#jawab-{reply.id}"
    payload = Payload(
        text=text.strip() if marker in text else f"{text.strip()}\n\n{marker}",
        title=about.title,
        language=about.language,
        marker=marker,
        created_at=now,
        event="answered",
        counter_narrative_id=about.counter_narrative_id,
        version=about.version,
        verdict=about.verdict,
        reply_to=Published(reply.remote_id, reply.url, reply.remote_version),
    )
    check(payload, account, limits)
    row = freeze(
        session,
        payload,
        account=account,
        op=Operation.ANSWER,
        act=Act.REPLY,
        signed=Signatures(person_id, person_id, now),
        target_id=reply.id,
    )
    _settle(session, reply, ReplyState.ANSWERED, person_id, "reply_answered", actor, now)
    return row


def mark_handled(session: Session, reply_id: int, *, person_id: int, actor: Actor, now: datetime) -> InboundReply:
    """Say that a reply needs no answer."""
    reply = _take(session, reply_id, actor)
    return _settle(session, reply, ReplyState.HANDLED, person_id, "reply_handled", actor, now)


def hide(session: Session, reply_id: int, *, person_id: int, actor: Actor, now: datetime) -> InboundReply:
    """Take abuse out of the inbox; the row stays, so that it does not come back with the next fetch."""
    reply = _take(session, reply_id, actor)
    return _settle(session, reply, ReplyState.HIDDEN, person_id, "reply_hidden", actor, now)


def link_report(
    session: Session, reply_id: int, *, report_id: int, person_id: int, actor: Actor, now: datetime
) -> InboundReply:
    """Note the report that a reply was turned into; the app files it in the same transaction."""
    reply = _take(session, reply_id, actor)
    reply.report_id = report_id
    return _settle(session, reply, ReplyState.REPORTED, person_id, "reply_reported", actor, now)


def time_to_first_answer(session: Session, *, organisation_id: int, since: datetime) -> timedelta | None:
    """Return the median time from a reply to our answer being live, or None where nothing was answered."""
    query = (
        select(InboundReply.at, Publication.published_at)
        .join(Publication, Publication.target_id == InboundReply.id)
        .where(Publication.op == Operation.ANSWER, Publication.state == PublicationState.PUBLISHED)
        .where(InboundReply.organisation_id == organisation_id, InboundReply.at >= since)
    )
    waits = [answered - asked for asked, answered in session.execute(query) if answered]
    return timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None


def _take(session: Session, reply_id: int, actor: Actor) -> InboundReply:
    reply = session.scalar(select(InboundReply).where(InboundReply.id == reply_id).with_for_update())
    if reply is None or actor.organisation_id != reply.organisation_id:
        raise NoSuchReply(reply_id=reply_id)
    if reply.state == ReplyState.ANSWERED:
        raise WrongState(state=reply.state)
    return reply


def _settle(
    session: Session, reply: InboundReply, state: ReplyState, person_id: int, kind: str, actor: Actor, now: datetime
) -> InboundReply:
    reply.state, reply.handled_by, reply.handled_at = state, person_id, now
    data = {"account_id": reply.account_id, "publication_id": reply.publication_id}
    record(session, kind, actor=actor, subject=("inbound_reply", reply.id), now=now, data=data)
    return reply
