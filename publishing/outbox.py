"""Sending what was approved: once, and never silently lost.

    1. take a due row, with a lease that outlasts its requests;
    2. where an earlier attempt may have got through, look before sending again;
    3. write down that it may be live, and only then send;
    4. write down what came of it.

No transaction is open while a network is asked. A worker may die at any line of this file (docs/adr/0009).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kernel.clock import Clock
from kernel.db import Database, database_now
from publishing import claims, settling, tokens
from publishing.channels.errors import (
    ChannelError,
    NotFound,
    NotSent,
    NotSupported,
    RateLimited,
    ReauthRequired,
    Rejected,
)
from publishing.channels.interface import Channel, Find, Idempotency, Sending
from publishing.channels.values import Published
from publishing.claims import Work
from publishing.connections import Channels, guard
from publishing.models import AccountState, Act, ChannelAccount, Publication, PublicationState, Reason, Step
from publishing.models.publications import CLAIMABLE
from publishing.orphans import cancel_orphans
from publishing.vault import SecretsUnreadable

FIND_MARGIN = timedelta(hours=2)
"""How far before our first try a search for our own post begins: a worker's clock may be an hour ahead."""

OVERDUE_AFTER = timedelta(hours=1)
"""What has been due for so long although nothing holds it back is a worker that does not run."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep did and saw."""

    cancelled: int
    overdue: int


CLOCK_SLACK = timedelta(seconds=30)
"""How far a worker's clock may be from the database's. Less than any network's reads trail its writes: a worker whose
clock is ahead would believe a miss too early, and post twice."""


class ClockIsWrong(RuntimeError):
    """This host's clock is too far from the database's to send anything by it."""


def step_in_time(database: Database, channels: Channels, *, clock: Clock) -> bool:
    """As `step`, for a worker that trusts its host's clock only as far as the database agrees. Raises ClockIsWrong."""
    with database.read() as session:
        ahead = clock.now() - database_now(session)
    if abs(ahead) > CLOCK_SLACK:
        raise ClockIsWrong(f"{ahead.total_seconds():+.0f} s from the database's clock: set it right, nothing is sent")
    return step(database, channels, clock=clock)


def step(database: Database, channels: Channels, *, clock: Clock, lease_seconds: float = claims.LEASE_SECONDS) -> bool:
    """Carry one due publication one step; False where none is due. Call it until then, from any number of workers."""
    with database.write() as session:
        work = claims.claim(session, now=clock.now(), lease_seconds=lease_seconds)
    if work is None:
        return False
    _Attempt(database, channels, work, clock, lease_seconds).run()
    return True


def sweep(session: Session, *, now: datetime) -> Sweep:
    """Cancel what waits for a post that will never be, and count what is late although nothing holds it back."""
    cancelled = cancel_orphans(session, now=now)
    return Sweep(cancelled=cancelled, overdue=session.scalar(late(now)) or 0)


def late(now: datetime) -> Select[int]:
    """Return the query that counts what has been due for long although nothing holds it back."""
    return (
        select(func.count())
        .select_from(Publication)
        .join(ChannelAccount, ChannelAccount.id == Publication.account_id)
        .where(Publication.state.in_(CLAIMABLE), Publication.not_before < now - OVERDUE_AFTER)
        .where(ChannelAccount.state == AccountState.CONNECTED, ~claims.frozen(Publication.organisation_id))
        .where(claims.dependency_is_met())
    )


class _Attempt:
    """One publication on its way. Every path through it ends in one write of `settling`."""

    def __init__(self, database: Database, channels: Channels, work: Work, clock: Clock, lease_seconds: float) -> None:
        self.lease_seconds = lease_seconds
        self.database = database
        self.channels = channels
        self.work = work
        self.clock = clock
        self.refreshed = False

    def run(self) -> None:
        """Send, or find out why not."""
        if not self.work.intact:
            return self._end(PublicationState.FAILED, Reason.TAMPERED)
        if self.work.subscriber_id is not None and self.work.recipient_sealed is None:
            return self._end(PublicationState.CANCELLED, Reason.OPTED_OUT)
        try:
            tokens.with_fresh(self.database, self.channels, self.work.account, self._act, clock=self.clock)
        except (KeyError, SecretsUnreadable) as error:
            self._end(PublicationState.FAILED, Reason.NOT_CONFIGURED, detail=repr(error))
        except ReauthRequired as error:
            self._write(settling.needs_reauth, error)
        except (NotSupported, Rejected, NotFound) as error:
            self._refused(error)
        except ChannelError as error:
            self._postpone(error)
        return None

    def _act(self, channel: Channel) -> None:
        if self.work.act in {Act.EDIT, Act.DELETE}:
            self._change(channel)
        else:
            self._post(channel)

    def _change(self, channel: Channel) -> None:
        """Edit or delete: repeating it does no harm, so nothing is looked for."""
        target = self.work.target
        if target is None:
            raise Rejected("nothing to change")
        if self._write_ahead(None):
            self._send(lambda: edit_or_delete(channel, self.work, target), findable=False)

    def _post(self, channel: Channel) -> None:
        """Post or reply: whatever may have been sent is looked for, and only what is not there is sent."""
        work = self.work
        sending = Sending(key=work.key, handle=work.handle)
        if work.maybe_sent_at is not None:
            sending = replace(sending, since=work.maybe_sent_at - FIND_MARGIN)
            if not self._may_send_again(channel, sending, work.maybe_sent_at):
                return
        payload = work.payload
        if work.recipient_sealed is not None:
            address = self.channels.vault.open(work.account.id, work.recipient_sealed)["address"]
            payload = replace(payload, recipient=address)
        handle = guard(lambda: channel.prepare(payload, work.image, sending))
        if self._write_ahead(handle):
            findable = channel.capabilities.find is not Find.NONE
            self._send(lambda: channel.publish(payload, replace(sending, handle=handle)), findable=findable)

    def _may_send_again(self, channel: Channel, sending: Sending, maybe_sent_at: datetime) -> bool:
        """Look for an earlier try. False where that settled the matter, or a person must."""
        capabilities, work = channel.capabilities, self.work
        if capabilities.find is Find.NONE:
            if capabilities.idempotency is Idempotency.NONE or work.refusal:
                self._end(PublicationState.UNKNOWN, Reason.OUTCOME_UNKNOWN)
                return False
            return True
        found = guard(lambda: channel.find(work.payload, sending))
        if found is not None:
            self._published(found, Step.FOUND)
            return False
        trusted_at = maybe_sent_at + timedelta(seconds=capabilities.find_lag_seconds)
        if self.clock.now() < trusted_at:
            self._write(settling.later, Reason.READS_LAG, until=trusted_at)
            return False
        self._write(settling.note, Step.NOT_FOUND)
        if work.refusal is Reason.REJECTED:
            self._end(PublicationState.FAILED, Reason.REJECTED, maybe_sent_at=None)
        elif work.refusal:
            self._end(PublicationState.UNKNOWN, Reason.REFUSED_AGAIN)
        return work.refusal is None

    def _send(self, call: Callable[[], Published], *, findable: bool) -> None:
        """Make the one call that others can see, after `_write_ahead`."""
        try:
            remote = guard(call)
        except (NotSent, ReauthRequired):
            raise  # the network says that it did nothing
        except (Rejected, NotFound, NotSupported) as error:
            if not findable:
                raise
            reason = Reason.REJECTED if self.work.maybe_sent_at is None else Reason.REFUSED_AGAIN
            self._write(settling.retry, error, reason, step=Step.REJECTED)
        except ChannelError as error:
            self._write(settling.retry, error, Reason.REPLY_LOST, step=Step.AMBIGUOUS)
        else:
            self._published(remote, Step.SENT)

    def _refused(self, error: ChannelError) -> None:
        """A refusal of the first try is final; that of a second one may mean that the first got through: look again."""
        if self.work.maybe_sent_at is None:
            self._write(settling.note, Step.REJECTED, error=error)
            self._end(PublicationState.FAILED, Reason.REJECTED, detail=error.reason, maybe_sent_at=None)
        else:
            self._write(settling.retry, error, Reason.REFUSED_AGAIN, step=Step.REJECTED)

    def _postpone(self, error: ChannelError) -> None:
        """Nothing was sent by this attempt."""
        limited = isinstance(error, RateLimited)
        reason = Reason.RATE_LIMITED if limited else Reason.UNREACHABLE
        step = Step.RATE_LIMITED if limited else Step.NOT_SENT
        self._write(settling.retry, error, self.work.refusal or reason, step=step)

    def _write_ahead(self, handle: str | None) -> bool:
        with self.database.write() as session:
            return claims.write_ahead(
                session, self.work, handle, now=self.clock.now(), lease_seconds=self.lease_seconds
            )

    def _published(self, remote: Published, step: Step) -> None:
        self._write(settling.published, remote, step=step)

    def _end(self, state: PublicationState, reason: Reason, **values: Any) -> None:
        self._write(settling.end, state, reason, **values)

    def _write(self, settle: Callable[..., object], *facts: object, **values: object) -> None:
        """Settle in a transaction of its own; `later` is told no time."""
        now = {} if settle is settling.later else {"now": self.clock.now()}
        with self.database.write() as session:
            settle(session, self.work, *facts, **now, **values)


def edit_or_delete(channel: Channel, work: Work, target: Published) -> Published:
    """Change a post; one that is already gone was deleted as asked."""
    if work.act is Act.EDIT:
        return channel.edit(target, work.payload)
    with contextlib.suppress(NotFound):
        channel.delete(target)
    return target
