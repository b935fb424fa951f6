"""Letting search learn the texts that it does not know yet, with a record of how far it is where that takes long."""

from __future__ import annotations

from app.wiring import Saring
from verification.services import working

WORTH_SHOWING = 100
"""Texts from which on the page says how far it is; fewer take some seconds."""


def learn(saring: Saring) -> int:
    """Give vectors to the texts that lack them and return how many got one.

    A process that dies leaves its record behind, and whoever goes on with the work takes the record up.
    """
    recorder = _Recorder(saring)
    learned = saring.search.encode_pending(recorder.note)
    recorder.end()
    return learned


class _Recorder:
    """Writes how far the work is after each batch."""

    def __init__(self, saring: Saring) -> None:
        self._saring = saring
        self._work_id: int | None = None
        self._was = self._before = 0

    def note(self, done: int, total: int) -> None:
        """Take the word of the encoder: `done` of `total` texts since it began."""
        if self._work_id is None and total < WORTH_SHOWING:
            return
        now = self._saring.clock.now()
        with self._saring.database.write() as session:
            if self._work_id is None:
                work = working.take_up(session, kind="learn", total=total, now=now)
                self._work_id, self._was, self._before = work.id, work.done, work.done
            reached = self._before + done
            working.beat(session, work_id=self._work_id, was=self._was, done=reached, now=now)
            self._was = reached

    def end(self) -> None:
        """Say that nothing is left."""
        if self._work_id is not None:
            with self._saring.database.write() as session:
                working.finish(session, work_id=self._work_id, now=self._saring.clock.now())
