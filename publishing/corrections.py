"""Carrying a new version, or a withdrawal, to everywhere the old one went; by what each network allows.

Nothing is overwritten in silence: a reader sees an edit with a dated line, or a reply under the old post and a new one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from publishing.approval import ApprovedContent, Signatures, card_for, check, freeze, marked, wording_for
from publishing.channels.interface import Capabilities
from publishing.channels.values import Image, Payload
from publishing.claims import LEASE_SECONDS
from publishing.compose import compose, correction_heading
from publishing.connections import Channels
from publishing.models import AccountState, Act, ChannelAccount, Operation, Publication, PublicationState, Reason
from publishing.models.publications import CLAIMABLE
from publishing.settling import hold
from publishing.telling import tell

OUR_OWN_TALK = (Operation.ANSWER, Operation.DEDUPE)
"""What stands beside a version and is no delivery of it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing to do about one delivery, or about its account as a whole."""

    op: Operation
    act: Act
    about_delivery: bool


@dataclass(frozen=True, slots=True)
class Correction:
    """What a correction set in motion. `unreachable` are accounts that are no longer connected."""

    rows: tuple[Publication, ...]
    cancelled: tuple[Publication, ...]
    unreachable: tuple[ChannelAccount, ...]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One thing that a correction would do; without a step the account is no longer connected and stays as it is."""

    account: ChannelAccount
    step: Planned | None
    target: Publication | None
    payload: Payload | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a version has got: `seconds` from its approval to its last delivery, once all are out."""

    total: int
    done: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class _Order:
    """What holds for all rows of one correction."""

    content: ApprovedContent
    signed: Signatures
    time_zone: str
    retracted: bool


def plan(capabilities: Capabilities, *, posted_at: datetime, now: datetime, retracted: bool) -> tuple[Planned, ...]:
    """Return what to do about a post; pure. What is done to the account as a whole is done once for all its posts."""
    op = Operation.RETRACT if retracted else Operation.CORRECT
    again = Planned(Operation.NOTICE if retracted else Operation.PUBLISH, Act.POST, about_delivery=False)
    if capabilities.broadcast:
        return (Planned(op, Act.POST, about_delivery=True),)
    if retracted and _deletable(capabilities, posted_at, now):
        removal = Planned(op, Act.DELETE, about_delivery=True)
        return (removal, again) if capabilities.notice else (removal,)
    if capabilities.edit:
        return (Planned(op, Act.EDIT, about_delivery=True),)
    if capabilities.reply:
        return (Planned(op, Act.REPLY, about_delivery=True), again)
    return (again,)


def correct(
    session: Session,
    *,
    content: ApprovedContent,
    channels: Channels,
    author_id: int,
    approver_id: int,
    time_zone: str,
    now: datetime,
    organisation_id: int | None,
    retracted: bool = False,
) -> Correction:
    """Cancel what was not sent of older versions, and freeze what brings every delivery up to this one.

    `content`'s wordings say in `change` what changed or why it is withdrawn. Both sign for `organisation_id`: on
    accounts of others it is held until somebody there decides. Raises as `approve`.
    """
    order = _Order(content, Signatures(author_id, approver_id, now), time_zone, retracted)
    earlier = session.scalars(_earlier(content).with_for_update()).all()
    cancelled = [row for row in earlier if _cancel(session, row, now=now)]
    start = now + timedelta(seconds=LEASE_SECONDS) if any(row.maybe_sent_at for row in cancelled) else now
    rows: list[Publication] = []
    unreachable = []
    for account in _accounts(session, earlier):
        if account.state == AccountState.DISCONNECTED:
            unreachable.append(account)
            continue
        limits = channels.limits(account)
        for step, target in _steps(order, [row for row in earlier if row.account_id == account.id], limits):
            row = freeze(
                session,
                _payload(order, account, limits, step, target),
                account=account,
                op=step.op,
                act=step.act,
                signed=order.signed,
                target_id=target.id if target else 0,
                subscriber_id=target.subscriber_id if target else None,
                depends_on=target.id if target else None,
                not_before=start,
            )
            if account.organisation_id != organisation_id:
                hold(session, row, now=now)
            rows.append(row)
    return Correction(tuple(rows), tuple(cancelled), tuple(unreachable))


def foresee(
    session: Session,
    *,
    content: ApprovedContent,
    channels: Channels,
    time_zone: str,
    now: datetime,
    retracted: bool = False,
) -> list[Foreseen]:
    """Return what `correct` would do at this moment, for those who have to approve it. Raises as `correct`."""
    order = _Order(content, Signatures(0, 0, now), time_zone, retracted)
    earlier = session.scalars(_earlier(content)).all()
    kept = [row for row in earlier if not _lets_go(row)]
    foreseen = []
    for account in _accounts(session, earlier):
        if account.state == AccountState.DISCONNECTED:
            foreseen.append(Foreseen(account, None, None, None))
            continue
        limits = channels.limits(account)
        for step, target in _steps(order, [row for row in kept if row.account_id == account.id], limits):
            foreseen.append(Foreseen(account, step, target, _payload(order, account, limits, step, target)))
    return foreseen


def progress(session: Session, counter_narrative_id: int, version: int) -> Progress:
    """Return how far a version has been delivered; what was cancelled does not count."""
    counted = (
        Publication.counter_narrative_id == counter_narrative_id,
        Publication.version == version,
        Publication.state != PublicationState.CANCELLED,
        Publication.op.not_in(OUR_OWN_TALK),
    )
    total, done, approved, last = session.execute(
        select(
            func.count(),
            func.count(Publication.published_at),
            func.min(Publication.approved_at),
            func.max(Publication.published_at),
        ).where(*counted)
    ).one()
    if last is None or approved is None or done < total:
        return Progress(total, done, None)
    return Progress(total, done, (last - approved).total_seconds())


def _deletable(capabilities: Capabilities, posted_at: datetime, now: datetime) -> bool:
    return capabilities.delete and now - posted_at < (capabilities.delete_max_age or timedelta.max)


def _earlier(content: ApprovedContent) -> Select[Publication]:
    query = select(Publication).where(
        Publication.counter_narrative_id == content.counter_narrative_id,
        Publication.version < content.version,
        Publication.op.not_in(OUR_OWN_TALK),
    )
    return query.order_by(Publication.id)


def _cancel(session: Session, row: Publication, *, now: datetime) -> bool:
    """Cancel a row that was certainly not sent, or an edit that a newer one replaces; whoever holds it lets go."""
    if not _lets_go(row):
        return False
    row.state, row.reason = PublicationState.CANCELLED, Reason.SUPERSEDED
    row.fence += 1
    tell(session, "publication_cancelled", row, now=now)
    return True


def _lets_go(row: Publication) -> bool:
    waiting = row.state in {*CLAIMABLE, PublicationState.FAILED, PublicationState.NEEDS_REAUTH}
    return waiting and (row.maybe_sent_at is None or row.act == Act.EDIT)


def _accounts(session: Session, rows: Sequence[Publication]) -> list[ChannelAccount]:
    ids = {row.account_id for row in rows}
    return list(session.scalars(select(ChannelAccount).where(ChannelAccount.id.in_(ids)).order_by(ChannelAccount.id)))


def _steps(
    order: _Order, rows: Sequence[Publication], limits: Capabilities
) -> list[tuple[Planned, Publication | None]]:
    """Return what one account needs: something for each of its live posts, and at most one new post."""
    removed = {row.target_id for row in rows if row.act == Act.DELETE and row.state != PublicationState.CANCELLED}
    live = [
        row
        for row in rows
        if row.act in {Act.POST, Act.REPLY} and row.state != PublicationState.CANCELLED and row.id not in removed
    ]
    planned: list[tuple[Planned, Publication | None]] = []
    general: list[tuple[Planned, Publication | None]] = []
    for row in live:
        steps = plan(
            limits, posted_at=row.published_at or order.signed.at, now=order.signed.at, retracted=order.retracted
        )
        planned += [(step, row) for step in steps if step.about_delivery and _concerns(step, row)]
        general += [(step, None) for step in steps if not step.about_delivery and (step, None) not in general]
    if not live and not order.retracted:
        general = [(Planned(Operation.PUBLISH, Act.POST, about_delivery=False), None)]
    return planned + general


def _concerns(step: Planned, row: Publication) -> bool:
    """A reply goes under the posts themselves, not under our earlier corrections of them; a deletion takes down all."""
    return step.act is Act.DELETE or row.op in {Operation.PUBLISH, Operation.NOTICE} or step.act is Act.POST


def _payload(
    order: _Order, account: ChannelAccount, limits: Capabilities, step: Planned, target: Publication | None
) -> Payload:
    content, wording = order.content, wording_for(order.content, account)
    image = _image(content, account, limits, step, target)
    marker = marked(content.url, content.version, part=_part(step, target))
    heading = correction_heading(
        wording,
        language=account.language,
        at=order.signed.at,
        time_zone=order.time_zone,
        retracted=order.retracted,
    )
    payload = Payload(
        text=compose(
            wording,
            link=marker,
            language=account.language,
            rule=limits.rule(with_image=image is not None),
            tags=account.tags,
            heading=heading,
        ),
        title=wording.title,
        language=account.language,
        marker=marker,
        created_at=order.signed.at,
        event="retracted" if order.retracted else "corrected",
        counter_narrative_id=content.counter_narrative_id,
        version=content.version,
        verdict=content.verdict,
        image=image,
    )
    if step.act is not Act.DELETE:
        check(payload, account, limits)
    return payload


def _image(
    content: ApprovedContent, account: ChannelAccount, limits: Capabilities, step: Planned, target: Publication | None
) -> Image | None:
    """An edit keeps the picture that is there; a new post has the new card; a reply has none."""
    if step.act is Act.POST:
        return card_for(content, account.language, limits)
    if step.act is Act.EDIT and target is not None:
        return Payload.from_json(target.payload).image
    return None


def _part(step: Planned, target: Publication | None) -> str:
    """Name the effect in the marker, so that a reply is never taken for the post of the same version."""
    if step.op is Operation.NOTICE:
        return "pencabutan"
    if target is None or step.act is Act.EDIT:
        return ""
    return f"{'cabut' if step.op is Operation.RETRACT else 'ralat'}-{target.id}"
