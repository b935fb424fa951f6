"""Approving: from a counter-narrative that two people signed to rows that say exactly what will be sent.

Every row is frozen and hashed in the caller's transaction. Whoever wants to change a word approves again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from publishing.channels.interface import Capabilities
from publishing.channels.values import Image, Payload
from publishing.claims import digest, idempotency_key
from publishing.compose import Wording, compose
from publishing.connections import Channels
from publishing.errors import AccountNotReady, AlreadyPublished, DraftRejected, LanguageMissing, SamePerson
from publishing.models import (
    AccountState,
    Act,
    ChannelAccount,
    Operation,
    Publication,
    PublicationState,
    Subscriber,
)
from publishing.validation import problems


@dataclass(frozen=True, slots=True)
class Card:
    """A share card in one language; `shape` is `landscape` or `square`."""

    language: str
    shape: str
    image: Image


@dataclass(frozen=True, slots=True)
class ApprovedContent:
    """A counter-narrative as it was approved. `url` is its canonical page, without the version.

    `counter_narrative_id` is the number that all of its versions share; corrections find what was sent by it.
    `drafts` holds, for each account id, the text that an editor made of the draft; `schedule` its moment, where it has
    one of its own.
    """

    counter_narrative_id: int
    version: int
    verdict: str
    """The verdict's id, as `false`; its word in each language is in the wording."""
    url: str
    wordings: Mapping[str, Wording]
    cards: Sequence[Card] = ()
    drafts: Mapping[int, str] = field(default_factory=dict)
    schedule: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who wrote and who approved, and when."""

    author_id: int
    approver_id: int
    at: datetime


def approve(
    session: Session,
    *,
    content: ApprovedContent,
    accounts: Sequence[ChannelAccount],
    channels: Channels,
    author_id: int,
    approver_id: int,
    now: datetime,
    not_before: datetime | None = None,
) -> list[Publication]:
    """Freeze one post for each account, to be sent at once or not before a moment, and return the rows.

    Raises SamePerson, AccountNotReady, LanguageMissing, DraftRejected, AlreadyPublished.
    """
    signed = Signatures(author_id, approver_id, now)
    rows = []
    for account in accounts:
        if account.state != AccountState.CONNECTED:
            raise AccountNotReady(account_id=account.id, state=account.state)
        limits = channels.limits(account)
        payload = draft(content, account, limits, at=now)
        check(payload, account, limits)
        rows += [
            freeze(
                session,
                payload,
                account=account,
                op=Operation.PUBLISH,
                act=Act.POST,
                signed=signed,
                target_id=subscriber_id or 0,
                subscriber_id=subscriber_id,
                not_before=content.schedule.get(account.id, not_before),
            )
            for subscriber_id in audience(session, account, channels)
        ]
    return rows


def draft(content: ApprovedContent, account: ChannelAccount, limits: Capabilities, *, at: datetime) -> Payload:
    """Return what would be sent to an account: the editor's text where there is one, else a composed draft."""
    wording = wording_for(content, account)
    marker = marked(content.url, content.version)
    image = card_for(content, account.language, limits)
    text = content.drafts.get(account.id) or compose(
        wording,
        link=marker,
        language=account.language,
        rule=limits.rule(with_image=image is not None),
        tags=account.tags,
    )
    return Payload(
        text=text,
        title=wording.title,
        language=account.language,
        marker=marker,
        created_at=at,
        event="published",
        counter_narrative_id=content.counter_narrative_id,
        version=content.version,
        verdict=content.verdict,
        image=image,
    )


def freeze(
    session: Session,
    payload: Payload,
    *,
    account: ChannelAccount,
    op: Operation,
    act: Act,
    signed: Signatures,
    target_id: int = 0,
    subscriber_id: int | None = None,
    depends_on: int | None = None,
    not_before: datetime | None = None,
) -> Publication:
    """Write one row with its payload frozen. The database keeps it single and its two signatures different."""
    if signed.author_id == signed.approver_id and op is not Operation.ANSWER:
        raise SamePerson(author_id=signed.author_id)
    value = payload.to_json()
    identity = (payload.counter_narrative_id, payload.version, account.id, op, target_id)
    scheduled = not_before is not None and not_before > signed.at
    row = Publication(
        counter_narrative_id=payload.counter_narrative_id,
        version=payload.version,
        account_id=account.id,
        organisation_id=account.organisation_id,
        op=op,
        act=act,
        target_id=target_id,
        subscriber_id=subscriber_id,
        depends_on=depends_on,
        idem_key=idempotency_key(payload.marker, *identity),
        payload=value,
        payload_sha256=digest(value),
        author_id=signed.author_id,
        approver_id=signed.approver_id,
        approved_at=signed.at,
        state=PublicationState.SCHEDULED if scheduled else PublicationState.PENDING,
        not_before=not_before or signed.at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise AlreadyPublished(account_id=account.id, version=payload.version) from error
    data = {
        "counter_narrative_id": row.counter_narrative_id,
        "version": row.version,
        "account_id": row.account_id,
        "op": row.op,
        "author_id": row.author_id,
        "payload_sha256": row.payload_sha256,
    }
    actor = Actor(person_id=signed.approver_id, organisation_id=account.organisation_id)
    record(session, "publication_approved", actor=actor, subject=("publication", row.id), now=signed.at, data=data)
    return row


def check(payload: Payload, account: ChannelAccount, limits: Capabilities) -> None:
    """Raise DraftRejected with everything that is wrong with a draft for its channel."""
    found = problems(payload, limits)
    if found:
        raise DraftRejected(account_id=account.id, problems=tuple(problem.code.value for problem in found))


def audience(session: Session, account: ChannelAccount, channels: Channels) -> list[int | None]:
    """Return one entry for each message: the subscribers of a broadcast, else a single None for the wall."""
    if not channels.kinds[account.kind].capabilities.broadcast:
        return [None]
    wanting = select(Subscriber.id).where(Subscriber.account_id == account.id, Subscriber.opted_out_at.is_(None))
    return list(session.scalars(wanting.order_by(Subscriber.id)))


def wording_for(content: ApprovedContent, account: ChannelAccount) -> Wording:
    """Return the text in the account's language."""
    try:
        return content.wordings[account.language]
    except KeyError as error:
        raise LanguageMissing(account_id=account.id, language=account.language) from error


def card_for(content: ApprovedContent, language: str, limits: Capabilities) -> Image | None:
    """Return the card that suits a channel, where it takes images and there is one."""
    rule = limits.image
    if rule is None:
        return None
    fitting = [card.image for card in content.cards if (card.language, card.shape) == (language, rule.shape)]
    return fitting[0] if fitting else None


def marked(url: str, version: int, *, part: str = "") -> str:
    """Return the address of one version, by which a post of ours is found again; `part` tells its effects apart."""
    separator = "&" if "?" in url else "?"
    return f"{url}{separator}v={version}{f'#{part}' if part else ''}"
