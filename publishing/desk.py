"""What a person does about publications: settle what is unknown, try again, cancel, put off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session

from kernel.db import Database
from kernel.outbox import Actor
from publishing.channels.errors import ChannelError
from publishing.channels.interface import Find
from publishing.channels.values import Published
from publishing.connections import AccountSnapshot, Channels, guard
from publishing.errors import BadLink, NoSuchPublication, WrongState
from publishing.models import (
    Act,
    ChannelAccount,
    Operation,
    Publication,
    PublicationAttempt,
    PublicationState,
    Reason,
    Step,
)
from publishing.models.publications import CLAIMABLE
from publishing.orphans import cancel_orphans, wake_orphans
from publishing.scheduling import require_ahead
from publishing.settling import watch
from publishing.telling import tell
from publishing.vault import SecretsUnreadable

WAITING = (PublicationState.PENDING, PublicationState.SCHEDULED, PublicationState.RETRY)
_LOST_ACCESS = (PublicationState.NEEDS_REAUTH,)
FOR_A_PERSON = (PublicationState.UNKNOWN, PublicationState.FAILED, PublicationState.NEEDS_REAUTH)


def attempts(session: Session, publication_id: int) -> list[PublicationAttempt]:
    """Return the record of what was tried, oldest first."""
    query = select(PublicationAttempt).where(PublicationAttempt.publication_id == publication_id)
    return list(session.scalars(query.order_by(PublicationAttempt.id)))


def locate(database: Database, channels: Channels, publication_id: int, *, url: str, actor: Actor) -> Published:
    """Return the post of the publication's account behind a link; no transaction may be open.

    Raises NoSuchPublication, and BadLink where it is a post of somebody else, or none, or the network does not say.
    """
    with database.read() as session:
        publication = session.scalar(_of(publication_id, actor))
        if publication is None:
            raise NoSuchPublication(publication_id=publication_id)
        account = session.get_one(ChannelAccount, publication.account_id)
        handle, key, snapshot = account.handle, publication.idem_key, AccountSnapshot.of(account)
    try:
        channel = channels.open(snapshot)
        remote_id = guard(lambda: channel.own_post(url, handle=handle, key=key))
    except (ChannelError, SecretsUnreadable, KeyError) as error:
        raise BadLink(field="url", url=url, unheard=True) from error
    if remote_id is None:
        raise BadLink(field="url", url=url)
    return Published(remote_id, url)


def confirm_live(
    session: Session, publication_id: int, *, remote: Published, actor: Actor, now: datetime
) -> Publication:
    """Take a person's word that a post of which nobody knows is live at what `locate` found; what waits for it runs.

    Raises WrongState, and BadLink where that is another post of ours, or not the one that was to be changed.
    """
    publication = take(session, publication_id, FOR_A_PERSON, actor)
    if publication.state != PublicationState.UNKNOWN and not maybe_live(publication):
        raise WrongState(state=publication.state)
    session.execute(select(ChannelAccount).where(ChannelAccount.id == publication.account_id).with_for_update())
    _require_its_own(session, publication, remote)
    publication.state, publication.reason = PublicationState.PUBLISHED, Reason.BY_PERSON
    publication.remote_id, publication.remote_url, publication.published_at = remote.remote_id, remote.url, now
    watch(session, publication, now=now)
    _line(session, publication, Step.CONFIRMED, actor, now, detail=remote.url)
    tell(session, "publication_confirmed", publication, actor=actor, now=now)
    return publication


def learn_delivery(session: Session, *, key: str, remote_id: str, now: datetime) -> bool:
    """Take a network's own word, by webhook, that what we sent under `key` is out; False where that was known."""
    publication = session.scalar(
        select(Publication).where(Publication.idem_key == key, Publication.remote_id.is_(None)).with_for_update()
    )
    if publication is None:
        return False
    publication.fence += 1
    publication.state, publication.reason, publication.lease_until = PublicationState.PUBLISHED, None, None
    publication.remote_id, publication.published_at = remote_id, now
    line = PublicationAttempt(
        publication_id=publication.id, step=Step.FOUND, fence=publication.fence, at=now, detail=remote_id
    )
    session.add(line)
    wake_orphans(session, publication, now=now)
    tell(session, "publication_sent", publication, now=now)
    return True


def send_again(
    session: Session,
    publication_id: int,
    *,
    channels: Channels,
    actor: Actor,
    now: datetime,
    seen: int | None = None,
) -> Publication:
    """Send what is not live, exactly as it was approved. Raises WrongState where a newer version has been approved.

    Where the network lets us look, the outbox still looks first; elsewhere the person's word is all there is, and it
    is good only for the try that they looked at: `seen` is the fence that the page showed.
    """
    publication = take(session, publication_id, FOR_A_PERSON, actor, seen=seen)
    newer = exists().where(
        Publication.counter_narrative_id == publication.counter_narrative_id,
        Publication.account_id == publication.account_id,
        Publication.version > publication.version,
    )
    if publication.op != Operation.ANSWER and session.scalar(select(newer)):
        raise WrongState(state=publication.state, superseded=True)
    account = session.get_one(ChannelAccount, publication.account_id)
    if channels.kinds[account.kind].capabilities.find is Find.NONE:
        publication.maybe_sent_at = None
    publication.state, publication.reason = PublicationState.RETRY, Reason.BY_PERSON
    publication.not_before, publication.attempts = now, 0
    _line(session, publication, Step.SEND_AGAIN, actor, now)
    tell(session, "publication_resent", publication, actor=actor, now=now)
    return publication


def cancel(
    session: Session, publication_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> Publication:
    """Let go of what was not sent. Raises WrongState; of a post that may be live, somebody says first whether it is.

    `seen` is the fence that the page showed: another try since then may have got through.
    """
    publication = take(session, publication_id, (*WAITING, *FOR_A_PERSON), actor, seen=seen)
    if maybe_live(publication):
        raise WrongState(state=publication.state, unclear=True)
    if publication.state in WAITING and publication.maybe_sent_at is not None:
        raise WrongState(state=publication.state, maybe_sent=True)
    publication.state, publication.reason = PublicationState.CANCELLED, Reason.BY_PERSON
    tell(session, "publication_cancelled", publication, actor=actor, now=now)
    return publication


def not_there(
    session: Session, publication_id: int, *, actor: Actor, now: datetime, seen: int | None = None
) -> Publication:
    """Take a person's word that a post is not live, and send it no more: what waits to correct it is cancelled.

    Raises WrongState where it cannot be live, or something happened since the fence `seen`.
    """
    publication = take(session, publication_id, FOR_A_PERSON, actor, seen=seen)
    if not maybe_live(publication):
        raise WrongState(state=publication.state)
    publication.state, publication.reason = PublicationState.CANCELLED, Reason.NOT_THERE
    _line(session, publication, Step.NOT_THERE, actor, now)
    tell(session, "publication_cancelled", publication, actor=actor, now=now)
    session.flush()  # the query below looks for what is cancelled
    cancel_orphans(session, now=now, target_id=publication.id)
    return publication


def maybe_live(publication: Publication) -> bool:
    """Return whether this post waits for somebody to say whether it is live."""
    unclear = publication.state == PublicationState.UNKNOWN or publication.maybe_sent_at is not None
    return unclear and publication.state in FOR_A_PERSON and publication.act in {Act.POST, Act.REPLY}


def let_go(session: Session, account_id: int, *, actor: Actor, now: datetime) -> int:
    """Leave nothing waiting on an account that is disconnected, and return how much waited.

    What was certainly not sent is cancelled. What may have been is unknown now: nobody will look for it any more, and a
    request that is still under way tells what it did (settling.published has no fence).
    """
    waiting = session.scalars(
        select(Publication)
        .where(Publication.account_id == account_id, Publication.state.in_((*CLAIMABLE, *_LOST_ACCESS)))
        .with_for_update()
    ).all()
    for publication in waiting:
        maybe_live = publication.maybe_sent_at is not None
        publication.state = PublicationState.UNKNOWN if maybe_live else PublicationState.CANCELLED
        publication.reason = Reason.OUTCOME_UNKNOWN if maybe_live else Reason.BY_PERSON
        publication.fence += 1
        publication.lease_until = None
        kind = "publication_became_unknown" if maybe_live else "publication_cancelled"
        tell(session, kind, publication, actor=actor, now=now)
    return len(waiting)


def reschedule(
    session: Session, publication_id: int, *, not_before: datetime, actor: Actor, now: datetime
) -> Publication:
    """Move the moment of a publication that was never tried. The text stays as approved.

    Raises WrongState, and PastMoment where the clocks have passed it: a slip of the year must not send at once.
    """
    require_ahead(not_before, now=now)
    publication = take(session, publication_id, (PublicationState.PENDING, PublicationState.SCHEDULED), actor)
    publication.state = PublicationState.SCHEDULED if not_before > now else PublicationState.PENDING
    publication.not_before = not_before
    tell(session, "publication_rescheduled", publication, actor=actor, now=now)
    return publication


def resume(session: Session, account_id: int, *, now: datetime) -> int:
    """Send what an account left undone when its access was lost, and return how many; call it once it is back."""
    resumed = session.scalars(
        update(Publication)
        .where(Publication.account_id == account_id, Publication.state == PublicationState.NEEDS_REAUTH)
        .values(state=PublicationState.RETRY, reason=None, not_before=now, attempts=0)
        .returning(Publication.id)
    ).all()
    return len(resumed)


def take(
    session: Session, publication_id: int, states: Sequence[str], actor: Actor, *, seen: int | None = None
) -> Publication:
    """Lock a publication of the actor's organisation in one of `states`. Raises NoSuchPublication, WrongState.

    Somebody without an organisation finds nothing. Where `seen` is given, nothing may have happened since that fence.
    """
    query = _of(publication_id, actor).with_for_update().execution_options(populate_existing=True)
    publication = session.scalar(query)
    if publication is None:
        raise NoSuchPublication(publication_id=publication_id)
    if publication.state not in states or seen not in {None, publication.fence}:
        raise WrongState(state=publication.state)
    publication.fence += 1  # a worker that still holds it learns that somebody else decided
    publication.lease_until = None
    return publication


def _of(publication_id: int, actor: Actor) -> Select[Publication]:
    mine = (Publication.id == publication_id, Publication.organisation_id == actor.organisation_id)
    return select(Publication).where(*mine)


def _require_its_own(session: Session, publication: Publication, remote: Published) -> None:
    """Raise BadLink where `remote` is another publication's post, or not what this edit or deletion is about."""
    if publication.act in {Act.EDIT, Act.DELETE}:
        target = session.get(Publication, publication.depends_on or 0)
        if target is None or target.remote_id != remote.remote_id:
            raise BadLink(field="url", url=remote.url, another=True)
        return
    taken = exists().where(
        Publication.account_id == publication.account_id,
        Publication.id != publication.id,
        Publication.act.in_((Act.POST, Act.REPLY)),
        Publication.remote_id == remote.remote_id,
    )
    if session.scalar(select(taken)):
        raise BadLink(field="url", url=remote.url, another=True)


def _line(
    session: Session, publication: Publication, step: Step, actor: Actor, now: datetime, *, detail: str | None = None
) -> None:
    who = f"person {actor.person_id}" + (f": {detail}" if detail else "")
    line = PublicationAttempt(
        publication_id=publication.id, step=step, fence=publication.fence, at=now, detail=who[:500]
    )
    session.add(line)
