"""Rows that no test asked for: with them in every table, a query that forgot its WHERE fails.

Each room keeps its own module here. A function marked `@noise` receives a session and adds rows that belong to nobody
in any test; they are dated `LONG_AGO` and leave no work behind: events are fanned out and sealed, jobs are done.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kernel import outbox
from kernel.db import Database

LONG_AGO = datetime(2019, 5, 21, 3, 30, tzinfo=UTC)

Maker = Callable[[Session], None]
_makers: list[Maker] = []


def noise(maker: Maker) -> Maker:
    """Register a function that adds unrelated rows; functions run in the order of their modules' names."""
    _makers.append(maker)
    return maker


def make(database: Database) -> None:
    """Add every room's noise in one transaction."""
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}")
    with database.write() as session:
        for maker in _makers:
            maker(session)
            session.flush()
        settle(session)


def settle(session: Session) -> None:
    """Leave no work behind: every event fanned out to nobody and sealed."""
    while outbox.fan_out(session, {}):
        session.flush()
    outbox.seal(session)
