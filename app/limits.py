"""Request limits that hold across processes: counters in a table, one row a key and window."""

from __future__ import annotations

import ipaddress
import time
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from flask_limiter import Limiter
from limits import parse_many
from limits.storage import Storage
from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, delete, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from kernel.db import Database

_metadata = MetaData()
_counter = Table(
    "rate_counter",
    _metadata,
    Column("key", String(300), primary_key=True),
    Column("amount", Integer, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
)


class SqlStorage(Storage):
    """A `limits` storage in SQL: 400 posts over four workers at 20 a minute let exactly 20 through (ECOSYSTEM, B)."""

    STORAGE_SCHEME = ["saring+sql"]  # noqa: RUF012 - the library's own attribute

    def __init__(self, uri: str, **options: Any) -> None:
        super().__init__(uri)
        self._database = Database(uri.removeprefix("saring+sql:"), pool_size=4)
        _create_table(self._database)
        self._insert = sqlite.insert if self._database.dialect == "sqlite" else postgresql.insert

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = int(time.time())
        row = self._insert(_counter).values(key=key, amount=amount, expires_at=now + expiry)
        # An expired row starts again in the same statement, so no sweeper stands between a visitor and the page.
        live = _counter.c.expires_at > now
        counted = row.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "amount": _when(live, _counter.c.amount + amount, amount),
                "expires_at": _when(live, _counter.c.expires_at, now + expiry),
            },
        ).returning(_counter.c.amount)
        with self._database.write() as session:
            return int(session.execute(counted).scalar_one())

    def get(self, key: str) -> int:
        with self._database.read() as session:
            live = (_counter.c.key == key, _counter.c.expires_at > int(time.time()))
            return int(session.scalar(select(_counter.c.amount).where(*live)) or 0)

    def get_expiry(self, key: str) -> float:
        with self._database.read() as session:
            return float(session.scalar(select(_counter.c.expires_at).where(_counter.c.key == key)) or time.time())

    def check(self) -> bool:
        with self._database.read() as session:
            session.execute(select(_counter.c.key).limit(1))
        return True

    def reset(self) -> int:
        with self._database.write() as session:
            return len(session.execute(delete(_counter).returning(_counter.c.key)).all())

    def clear(self, key: str) -> None:
        with self._database.write() as session:
            session.execute(delete(_counter).where(_counter.c.key == key))

    def close(self) -> None:
        """Close the connections to the counters."""
        self._database.dispose()


def _create_table(database: Database) -> None:
    try:
        _metadata.create_all(database.engine)
    except DBAPIError:
        # Web processes start together: another one made the table between our look and our attempt.
        if not inspect(database.engine).has_table(_counter.name):
            raise


def sweep(database_url: str) -> None:
    """Delete counters that have run out; the worker's hourly task."""
    database = Database(database_url)
    with database.write() as session:
        session.execute(delete(_counter).where(_counter.c.expires_at <= int(time.time())))
    database.dispose()


def counters_url(main_url: str, data: Path) -> str:
    """Return where the counters live: a file of their own beside SQLite, the same server on PostgreSQL."""
    return f"sqlite:///{data.resolve() / 'limits.db'}" if main_url.startswith("sqlite") else main_url


def client_key() -> str:
    """Return whom a limit counts: the account, else the IPv4 address or the IPv6 /64 that one household shares."""
    person = g.get("signed_in")
    if person is not None:
        return f"person:{person.person_id}"
    address = ipaddress.ip_address(request.remote_addr or "127.0.0.1")
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def spend(limits: str, scope: str, who: str) -> None:
    """Count one try of `who` at `scope`, or answer 429 when `limits` ("10 per 5 minutes; 50 per day") are used up."""
    for limit in parse_many(limits):
        if not _strategy().hit(limit, scope, who):
            reset = _strategy().get_window_stats(limit, scope, who).reset_time
            raise TooManyRequests(retry_after=max(1, int(reset - time.time()) + 1))


def refund(limits: str, scope: str, who: str) -> None:
    """Take one try back: what succeeded was no attack, and an office behind one address signs in every morning."""
    for limit in parse_many(limits):
        _strategy().hit(limit, scope, who, cost=-1)


def _strategy() -> Any:
    return current_app.extensions["limiter"].limiter


def install(app: Flask, *, storage_url: str) -> Limiter:
    """Put a gentle limit on every page; views tighten it with `limiter.limit`."""
    limiter = Limiter(
        client_key,
        app=app,
        default_limits=["600 per minute"],
        storage_uri=f"saring+sql:{storage_url}",
        strategy="fixed-window",
        headers_enabled=True,
    )

    @limiter.request_filter
    def asks_for_health() -> bool:
        # Whether this process lives must not depend on whether its counters do.
        return request.blueprint == "health"

    return limiter


def _when(condition: Any, then: Any, otherwise: Any) -> Any:
    from sqlalchemy import case

    return case((condition, then), else_=otherwise)
