"""How Alembic reaches the database: one migrator at a time, each step whole or not at all, on SQLite and PostgreSQL.

The address is, in this order, `config.attributes["url"]` (tests), `-x url=…` (by hand) or the settings' database.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from sqlalchemy import JSON, Connection, text

from app.settings import Settings
from kernel.db import UtcDateTime, build_engine
from migrations import tables

ADVISORY_LOCK = 7_274_002
"""PostgreSQL's number for "Saring is being migrated"; 7274001 is the audit chain's."""

LOCK_TIMEOUT_SECONDS = 4
"""How long a step may wait for a table that visitors use, before it gives up and can be run again at a quieter time."""


def database_url() -> str:
    given = context.config.attributes.get("url") or context.get_x_argument(as_dictionary=True).get("url")
    return given or Settings.from_env(os.environ).database


def render_item(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """Write our own column types in SQLAlchemy's terms: a migration imports nothing that may change after it."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'
    return False


def number_revision(_context: Any, _revision: Any, directives: list[MigrationScript]) -> None:
    """Name revisions 0001, 0002, …: two branches that both add one conflict in git, not in production."""
    taken = [int(path.name[:4]) for path in Path(__file__).parent.glob("versions/[0-9]*.py")]
    directives[0].rev_id = f"{max(taken, default=0) + 1:04d}"


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.load(),
        transactional_ddl=True,
        transaction_per_migration=True,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        process_revision_directives=number_revision,
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate_sqlite(connection: Connection) -> None:
    """Rebuilding a table drops the old one; with foreign keys on that would delete the rows that point to it.

    The rename that follows would also look into every trigger that speaks of the table, which is just not there.
    """
    pragmas = connection.connection.cursor()
    pragmas.execute("PRAGMA foreign_keys=OFF")
    pragmas.execute("PRAGMA legacy_alter_table=ON")
    try:
        migrate(connection)
        pragmas.execute("PRAGMA foreign_key_check")
        if broken := pragmas.fetchall():
            raise RuntimeError(f"foreign keys point nowhere after the migration: {broken[:5]}")
    finally:
        pragmas.execute("PRAGMA legacy_alter_table=OFF")
        pragmas.execute("PRAGMA foreign_keys=ON")


def migrate_postgresql(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'"))
    connection.commit()
    try:
        migrate(connection)
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
        connection.commit()


def run() -> None:
    url = database_url()
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = build_engine(url)
    with engine.connect() as connection:
        (migrate_sqlite if connection.dialect.name == "sqlite" else migrate_postgresql)(connection)
    engine.dispose()


run()
