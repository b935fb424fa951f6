"""What the worker does again and again beside jobs and publications: listening to the networks, and tidying up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from accounts import resetting
from app.wiring import Saring
from publishing import engagement, outbox, pending

log = logging.getLogger("saring.rounds")

LISTEN_PAUSE = timedelta(seconds=5)
"""How long the listener rests where nothing is due: what it waits for is due in minutes, not in moments."""

UPKEEP_EVERY = timedelta(minutes=15)
"""How often what waits in vain is cancelled and what is late is told; each worker does it, and twice does no harm."""


class Listener:
    """Counts posts and fetches what was said to the accounts, one at a time, as each is due."""

    def __init__(self, saring: Saring) -> None:
        self._saring = saring
        self._next: datetime | None = None

    def __call__(self) -> bool:
        """Do what is due at this moment, and say whether there was anything."""
        saring, now = self._saring, self._saring.clock.now()
        if self._next is not None and now < self._next:
            return False
        counted = engagement.count_one(saring.database, saring.channels, clock=saring.clock)
        fetched = engagement.fetch_replies(saring.database, saring.channels, clock=saring.clock)
        busy = counted or fetched
        self._next = None if busy else now + LISTEN_PAUSE
        return busy


class Upkeep:
    """The tidying of the publishing room and of old letters, at once and then every `UPKEEP_EVERY`."""

    def __init__(self, saring: Saring) -> None:
        self._saring = saring
        self._next: datetime | None = None

    def __call__(self) -> bool:
        """Tidy up where it is time, and say whether it was."""
        now = self._saring.clock.now()
        if self._next is not None and now < self._next:
            return False
        self._next = now + UPKEEP_EVERY
        with self._saring.database.write() as session:
            swept = outbox.sweep(session, now=now)
            pending.forget_stale(session, now=now)
            resetting.forget_old(session, now=now)
        if swept.cancelled:
            log.info("%s publications waited for a post that will never be, and were cancelled", swept.cancelled)
        if swept.overdue:
            log.warning("%s publications are late although nothing holds them back", swept.overdue)
        return True
