"""One declarative base, one engine recipe for SQLite and PostgreSQL, and the two kinds of transaction.

Only the edges (a view, a command, the worker) open a transaction; services get the session and never commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s__%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s__%(constraint_name)s",
    "fk": "fk_%(table_name)s__%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BUSY_TIMEOUT_MS = 5_000
"""How long a SQLite writer waits for another one before it gives up."""

CONNECT_TIMEOUT_SECONDS = 3
"""How long a PostgreSQL connection may take; beyond it the page answers 503 at once instead of hanging."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. A naive one raises ValueError; SQLite stores it without a zone, PostgreSQL with one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: pass an aware one")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON column: JSONB where PostgreSQL has it. Assign a new value to change it; mutation in place is not tracked."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A 64-bit key that SQLite still numbers by itself."""


class Base(DeclarativeBase):
    """The parent of every table. Relationships are loaded on request (`lazy="raise"`), never by a template."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: Json,
        list[str]: Json,
    }


class Database:
    """An engine and its two transactions.

    `url` is `sqlite:///path`, `sqlite://` (memory, tests only) or `postgresql+psycopg://…`.
    """

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.engine = build_engine(url, pool_size=pool_size)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = sessionmaker(self.engine.execution_options(ro=True), expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open the one transaction of a request: committed when the block ends, rolled back when it raises."""
        with self._sessions.begin() as session:
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads: it takes no write lock on SQLite and is always rolled back.

        What was loaded stays readable afterwards: closing rolls back without expiring, as `rollback` would.
        """
        with self._readers() as session:
            yield session

    def dispose(self) -> None:
        """Close every pooled connection. Call it in a child after fork and at shutdown."""
        self.engine.dispose()


def build_engine(url: str, *, pool_size: int = 8) -> Engine:
    """Return an engine with the settings that were measured to lose no write under load (docs/adr/0003)."""
    if url.startswith("sqlite"):
        engine = create_engine(url, pool_pre_ping=False)
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=4,
        # Days and months that the database reckons are those of UTC, as on SQLite, whatever zone the server is set to.
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS, "options": "-c timezone=UTC"},
    )
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def database_now(session: Session) -> datetime:
    """Return the database's own time, aware. Leases use it, so that a worker with a wrong clock steals nothing."""
    if session.get_bind().dialect.name == "sqlite":
        value = session.execute(text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    moment: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment.astimezone(UTC)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` does, with the lock taken at the start.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that reads first and writes later fails at once with "database is locked"; measured 37 %.
    read_only = connection.get_execution_options().get("ro", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Any) -> None:
    if connection.get_execution_options().get("ro", False):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
