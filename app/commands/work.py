"""Commands that run: the worker."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from functools import partial

import click

from app.rounds import Listener, Upkeep
from app.wiring import Saring
from app.worker import Worker
from publishing import outbox


def make_commands(saring: Saring) -> list[click.Command]:
    """Return the commands that keep running."""

    @click.command()
    def worker() -> None:
        """Carry out what follows from events and send publications, until stopped."""
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
        publish = partial(outbox.step_in_time, saring.database, saring.channels, clock=saring.clock)
        rounds: dict[str, Callable[[], bool]] = {"listener": Listener(saring), "upkeep": Upkeep(saring)}
        running = Worker(saring, publish=publish, rounds=rounds)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: running.stop())
        running.run()
        saring.search.close()

    return [worker]
