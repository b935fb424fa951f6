"""A thread that brings the indexes up to date when a search asks for it, so that no request builds an index itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

IDLE_SECONDS = 15.0
"""Unasked, it looks after so long: a model may have been switched on, a folder may have become writable again."""

PAUSE_SECONDS = 0.3
"""After a round that failed; who asked waits less than a second anyway."""

KEEPING_ERRORS = (SQLAlchemyError, OSError, ValueError, RuntimeError)
"""What a database, a full disk, tantivy and FAISS raise. The next round tries again; searches say what is missing."""

_log = logging.getLogger(__name__)


class Keeper:
    """Runs `work` when asked, when idle for long, and never twice at once."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._condition = threading.Condition()
        self._asked = True  # the first round is the one that opens the indexes
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="search-keeper", daemon=True)

    def start(self) -> None:
        """Begin with a first round; returns at once."""
        self._thread.start()

    def ask(self, is_done: Callable[[], bool], *, wait_seconds: float) -> bool:
        """Have rounds run until `is_done`, for at most `wait_seconds`; return whether it is."""

        def is_over() -> bool:
            if self._closing.is_set() or is_done():
                return True
            self._asked = True  # another process may have been writing: the next round reads what it wrote
            self._condition.notify_all()
            return False

        with self._condition:
            return self._condition.wait_for(is_over, wait_seconds) and is_done()

    def close(self) -> None:
        """End after the round in hand."""
        with self._condition:
            self._closing.set()
            self._condition.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while self._is_wanted():
            try:
                self._work()
            except KEEPING_ERRORS:
                _log.exception("the search indexes could not be brought up to date")
                self._closing.wait(PAUSE_SECONDS)
            with self._condition:
                self._condition.notify_all()

    def _is_wanted(self) -> bool:
        with self._condition:
            self._condition.wait_for(lambda: self._asked or self._closing.is_set(), IDLE_SECONDS)
            self._asked = False
            return not self._closing.is_set()
