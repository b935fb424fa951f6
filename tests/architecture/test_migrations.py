"""Migrations make what the models say, and can be taken back with rows in every table."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, func, inspect, select, text

from kernel.db import Base, Database
from migrations import tables
from tests import databases
from tests.architecture.source import ROOT


@pytest.fixture
def alembic(blank_database_url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = blank_database_url
    return config


def structure(url: str) -> dict[str, Any]:
    """Return everything that the database says about its tables, in a form that compares."""
    engine = create_engine(url)
    inspector = inspect(engine)
    found = {}
    for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": [
                (c["name"], repr(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)
            ],
            "primary key": inspector.get_pk_constraint(table),
            "foreign keys": _ordered(inspector.get_foreign_keys(table)),
            "unique": _ordered(inspector.get_unique_constraints(table)),
            "checks": _ordered(inspector.get_check_constraints(table)),
            "indexes": _ordered(inspector.get_indexes(table)),
            "triggers": triggers(engine, table),
        }
    engine.dispose()
    return found


def triggers(engine: Engine, table: str) -> list[str]:
    """Return what the database itself says of the triggers of a table, with the functions that they call."""
    words = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
        "postgresql": "SELECT pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = :table AND NOT t.tgisinternal",
    }[engine.dialect.name]
    with engine.connect() as connection:
        return sorted(connection.scalars(text(words), {"table": table}))


def _ordered(things: list[Any]) -> list[str]:
    return sorted(_plain(thing) for thing in things)


def _plain(value: Any) -> str:
    """Say a value in words that compare: the condition of a partial index is an object that equals nothing."""
    if isinstance(value, dict):
        return str({name: _plain(value[name]) for name in sorted(value)})
    return str(value)


def test_models_equal_migrations(alembic: Config, blank_database_url: str) -> None:
    command.upgrade(alembic, "head")
    migrated = structure(blank_database_url)
    command.downgrade(alembic, "base")
    databases.create_tables(blank_database_url)
    declared = structure(blank_database_url)
    assert migrated.keys() == declared.keys()
    different = [
        (table, aspect, said, declared[table][aspect])
        for table, aspects in migrated.items()
        for aspect, said in aspects.items()
        if said != declared[table][aspect]
    ]
    assert different == []


def test_each_step_can_be_taken_back_with_rows(alembic: Config, blank_database_url: str) -> None:
    command.upgrade(alembic, "head")
    databases.make_noise(blank_database_url)
    filled = count_rows(blank_database_url)
    assert sum(filled.values()) > 0
    revisions = [script.revision for script in ScriptDirectory.from_config(alembic).walk_revisions()]
    for _ in revisions:
        command.downgrade(alembic, "-1")
    command.upgrade(alembic, "head")
    databases.make_noise(blank_database_url)
    assert count_rows(blank_database_url) == filled


def test_a_second_migration_changes_nothing(alembic: Config, blank_database_url: str) -> None:
    command.upgrade(alembic, "head")
    databases.make_noise(blank_database_url)
    before = count_rows(blank_database_url)
    command.upgrade(alembic, "head")
    assert count_rows(blank_database_url) == before


def test_revisions_are_numbered_in_one_line() -> None:
    scripts = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    numbers = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert len(scripts.get_heads()) == 1


def count_rows(url: str) -> dict[str, int]:
    tables.load()
    database = Database(url)
    with database.read() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }
    database.dispose()
    return counts
