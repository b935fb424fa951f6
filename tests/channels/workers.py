"""Worker processes that die at the worst moment: killed with -9 right before or right after the post leaves.

They come from a fork server that has loaded everything once, so that a kill costs milliseconds and no thread is forked.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from multiprocessing.context import ForkServerProcess
from typing import Any

import httpx

from kernel.db import Database
from publishing import outbox
from publishing.channels.http import build_client
from publishing.channels.interface import Channel, Sending
from publishing.channels.registry import KINDS
from publishing.channels.values import Payload, Published
from publishing.connections import Channels
from publishing.vault import Vault


class Death(StrEnum):
    """When a worker dies."""

    BEFORE_SEND = "before_send"
    AFTER_SEND = "after_send"


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker needs, in a shape that crosses to another process."""

    database_url: str
    vault_key: str
    now: datetime
    death: Death | None = None
    steps: int = 1
    read_timeout_seconds: float = 1.0
    lease_seconds: float = 180.0
    speed: float = 1.0
    """How many seconds the worker's clock counts in one; leases go by the database's own."""


_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.channels.workers"])


def start(orders: Orders) -> ForkServerProcess:
    """Start a worker; join it."""
    process = _context.Process(target=work, args=(orders,), daemon=True)
    process.start()
    return process


def run(orders: Orders) -> int:
    """Start a worker, wait for its end and return its exit code: -9 where it was killed."""
    process = start(orders)
    process.join()
    code: int = process.exitcode or 0
    process.close()
    return code


def work(orders: Orders) -> None:
    """Take up to so many steps, or die on the way."""
    timeout = httpx.Timeout(orders.read_timeout_seconds, connect=1.0)
    kinds: Mapping[str, type[Channel]] = KINDS
    if orders.death is not None:
        kinds = {kind: doomed(channel, orders.death) for kind, channel in KINDS.items()}
    database = Database(orders.database_url, pool_size=1)
    with build_client(timeout=timeout) as client:
        channels = Channels(kinds, Vault([orders.vault_key]), client)
        clock = _MovingClock(orders.now, orders.speed)
        for _ in range(orders.steps):
            if not outbox.step(database, channels, clock=clock, lease_seconds=orders.lease_seconds):
                break
    database.dispose()


def doomed(channel: type[Channel], death: Death) -> type[Channel]:
    """Return the channel with a worker in it that dies where the post becomes visible."""

    def publish(self: Any, payload: Payload, sending: Sending) -> Published:
        if death is Death.BEFORE_SEND:
            os.kill(os.getpid(), signal.SIGKILL)
        published = channel.publish(self, payload, sending)
        os.kill(os.getpid(), signal.SIGKILL)
        return published

    return type(f"Doomed{channel.__name__}", (channel,), {"publish": publish})


class _MovingClock:
    """A clock that showed `start` when the order was given, and runs on at its own speed."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._start, self._speed, self._began = start, speed, datetime.now(UTC)

    def now(self) -> datetime:
        return self._start + (datetime.now(UTC) - self._began) * self._speed
