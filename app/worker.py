"""The worker: takes events and jobs from the database and carries them out, one lease at a time.

Several workers may run, on one host or many; killing one at any moment loses nothing, because a job that was not
finished is due again when its lease runs out.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.handlers import ERRANDS, HANDLERS, READING, SUBSCRIPTIONS
from app.timetable import wind
from app.wiring import Saring
from kernel import outbox
from kernel.errors import Unavailable
from kernel.outbox import ClaimedJob

log = logging.getLogger("saring.worker")

IDLE_SECONDS = 0.25
"""Pause when there is nothing to do: a published check is findable well within the promised two seconds."""

WIND_SECONDS = 15.0
"""How often the timetable is looked at; no round comes oftener than every few minutes."""

TROUBLE_SECONDS = 5.0
"""Pause when the database does not answer."""


class Worker:
    """Runs jobs, errands to servers of others, the reading of pictures and publications in a thread each.

    So no answer waits behind a slow network or a large picture.
    """

    def __init__(
        self, saring: Saring, *, publish: Callable[[], bool], rounds: Mapping[str, Callable[[], bool]] | None = None
    ) -> None:
        """`publish` carries one publication one step and says whether there was one; `rounds` are further such steps.

        Each of them, by its name in the log, gets a thread of its own.
        """
        self._saring = saring
        self._publish = publish
        self._rounds = rounds or {}
        self._stop = threading.Event()
        self._wind_at = 0.0

    def run(self) -> None:
        """Work until `stop` is called."""
        others = [
            threading.Thread(target=self._loop, args=(step, name), daemon=True)
            for name, step in {
                "publisher": self._publish,
                "errands": self.run_errand,
                "pictures": self.run_reading,
                **self._rounds,
            }.items()
        ]
        for thread in others:
            thread.start()
        self._saring.search.start()
        self._loop(self.run_one, "jobs")
        for thread in others:
            thread.join()

    def stop(self) -> None:
        """Ask the threads to end after what they have in hand."""
        self._stop.set()

    def run_one(self) -> bool:
        """Fan out new events, then carry out one job; say whether there was anything to do."""
        database = self._saring.database
        with database.write() as session:
            self._wind(session)
            fanned_out = outbox.fan_out(session, SUBSCRIPTIONS)
        with database.write() as session:
            outbox.seal(session)
            job = outbox.claim(session, tuple(HANDLERS.keys() - ERRANDS - READING))
        if job is None:
            return fanned_out > 0
        self._carry_out(job)
        return True

    def run_errand(self) -> bool:
        """Carry out one job that goes to a server of others; say whether there was one."""
        return self._run_one_of(ERRANDS)

    def run_reading(self) -> bool:
        """Read one picture; say whether there was one."""
        return self._run_one_of(READING)

    def _run_one_of(self, handlers: frozenset[str]) -> bool:
        with self._saring.database.write() as session:
            job = outbox.claim(session, tuple(handlers))
        if job is not None:
            self._carry_out(job)
        return job is not None

    def _wind(self, session: Session) -> None:
        if time.monotonic() >= self._wind_at:
            wind(session, now=self._saring.clock.now())
            self._wind_at = time.monotonic() + WIND_SECONDS

    def _carry_out(self, job: ClaimedJob) -> None:
        try:
            HANDLERS[job.handler](self._saring, job.payload)
        except Unavailable as error:
            self._put_back(job, str(error), retry_after_seconds=float(error.retry_after_seconds))
        except Exception as error:  # the worker's edge: whatever a handler throws ends as a visible state
            log.exception("job %s (%s) failed, attempt %s", job.id, job.handler, job.attempts)
            self._put_back(job, f"{type(error).__name__}: {error}")
        else:
            with self._saring.database.write() as session:
                outbox.finish(session, job)

    def _put_back(self, job: ClaimedJob, error: str, *, retry_after_seconds: float | None = None) -> None:
        with self._saring.database.write() as session:
            outbox.fail(session, job, error, retry_after_seconds=retry_after_seconds)

    def _loop(self, step: Callable[[], bool], name: str) -> None:
        while not self._stop.is_set():
            try:
                busy = step()
            except OperationalError as error:
                log.warning("%s: the database does not answer: %s", name, error.orig)
                time.sleep(TROUBLE_SECONDS)
            except Exception:  # the worker's edge: one bad row must not end the process
                log.exception("%s: a step failed", name)
                time.sleep(TROUBLE_SECONDS)
            else:
                if not busy:
                    self._stop.wait(IDLE_SECONDS)
