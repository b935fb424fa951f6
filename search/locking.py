"""A lock between processes of one host: held by an open file, so a killed process lets go of it by dying."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_SECONDS = 0.01


@contextmanager
def exclusive(path: Path, *, wait_seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock until the block ends; yields False when another process kept it for all of `wait_seconds`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        yield _acquire(file.fileno(), time.monotonic() + wait_seconds)


def _acquire(descriptor: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
