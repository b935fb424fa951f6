"""What the public said to an organisation's accounts, and what its staff did about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
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


@dataclass(frozen=True, slots=True)
class Said:
    """A reply with the account that it came to, and the post of ours that it stands under, where there is one."""

    reply: InboundReply
    account: ChannelAccount
    post: Publication | None


def listed(
    session: Session,
    *,
    organisation_id: int,
    states: Sequence[str] = (ReplyState.NEW,),
    before_id: int | None = None,
    limit: int = 50,
) -> list[Said]:
    """Return what was said to an organisation, newest first, below `before_id`."""
    query = (
        select(InboundReply, ChannelAccount, Publication)
        .join(ChannelAccount, ChannelAccount.id == InboundReply.account_id)
        .outerjoin(Publication, Publication.id == InboundReply.publication_id)
        .where(InboundReply.organisation_id == organisation_id, InboundReply.state.in_(states))
        .order_by(InboundReply.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(InboundReply.id < before_id)
    return [Said(row[0], row[1], row[2]) for row in session.execute(query)]


def counts(session: Session, organisation_id: int) -> dict[str, int]:
    """Return how many replies stand in each state that has any."""
    query = select(InboundReply.state, func.count()).where(InboundReply.organisation_id == organisation_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(InboundReply.state))}


def find_reply(session: Session, reply_id: int, *, actor: Actor) -> InboundReply:
    """Return a reply of the actor's organisation, locked. Raises NoSuchReply, WrongState where it was answered."""
    return _take(session, reply_id, actor)


def post_of(session: Session, reply_id: int, *, actor: Actor) -> Publication | None:
    """Return the post of ours that a reply stands under, or None. Raises NoSuchReply, WrongState as `find_reply`."""
    reply = _take(session, reply_id, actor)
    return session.get(Publication, reply.publication_id) if reply.publication_id else None


def kind_of(session: Session, reply: InboundReply) -> str:
    """Return the network that a reply came from."""
    return session.get_one(ChannelAccount, reply.account_id).kind


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
