"""What the indexes read from the database, and that it costs what is asked for and not what there is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from kernel.db import Database
from search import embedding
from search.encoder.port import EncoderSettings
from search.encoding import PendingEncoder
from search.feed import ModelVectors
from tests.factories.search import debunk, put, put_first
from tests.fakes.encoder import shelf
from tests.standing_clock import StandingClock


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL plans by statistics
def test_the_vectors_of_a_few_documents_are_found_without_reading_those_of_all(database: Database) -> None:
    encoder = PendingEncoder(database, EncoderSettings(model="bag"), shelf("bag").load, StandingClock())
    put_first(database)
    encoder.run()
    with database.read() as session:
        model = embedding.active(session)
    assert model is not None
    source = ModelVectors(database, model.id, model.dim)
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    put(database, debunk(9, title="Gajah terbang di atas Monas"))
    encoder.run()
    assert len(source.of(1)) > 0
    assert len(list(source.changes(1))) > 0
    assert len(list(source.everything())) > 0
    plans = {
        row[3]
        for statement, parameters in asked
        if statement.startswith("SELECT") and "search_vector" in statement
        for row in _plan(database, statement, parameters)
    }
    assert any("sqlite_autoindex_search_vector" in plan for plan in plans)
    assert not [plan for plan in plans if "search_vector" in plan and plan.endswith("(model_id=?)")]


def _plan(database: Database, statement: str, parameters: Any) -> list[Any]:
    with database.engine.connect() as connection:
        return list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
