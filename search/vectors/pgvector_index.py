"""Vectors in PostgreSQL itself, for who outgrows one machine: every host asks the same table, nobody keeps a file.

The table is derived like any other index (docs/adr/0011), so it is made here and not by a migration. One row of
`search_pgvector_state` says up to which change it is true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pgvector.sqlalchemy import VECTOR
from sqlalchemy import BigInteger, Column, Index, MetaData, String, Table, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel.db import Database
from search.vectors.port import (
    FIELD_BITS,
    Keys,
    Neighbours,
    Space,
    Transform,
    VectorChange,
    Vectors,
    VectorSource,
    best,
    checked,
    checked_query,
)

SEARCH_DEPTH = 400
"""`hnsw.ef_search`: neighbours a search walks through, above the most that are asked for; the more, the better."""

CATCH_UP_LOCK = 7_274_003
"""PostgreSQL's advisory lock under which one process at a time makes or changes these tables."""


class PgVectorIndex:
    """The `VectorIndex` on pgvector. `name` tells the tables of different models and adapters apart."""

    def __init__(self, database: Database, name: str, dim: int, transforms: Mapping[Space, Transform]) -> None:
        self._database = database
        self._name = name
        self._dim = dim
        self._transforms = transforms
        self._state, self._table = _tables(name, dim, tuple(transforms))
        self._change_id = 0
        self._is_prepared = False

    @property
    def change_id(self) -> int:
        return self._change_id

    def __len__(self) -> int:
        with self._database.read() as session:
            return session.scalars(select(func.count()).select_from(self._table)).one()

    def add(self, keys: Keys, vectors: Vectors) -> None:
        self._prepare()
        with self._database.write() as session:
            self._add(session, keys, vectors)

    def remove(self, keys: Keys) -> None:
        self._prepare()
        with self._database.write() as session:
            self._remove(session, keys)

    def search(self, space: Space, vector: Vectors, *, limit: int) -> Neighbours:
        query = checked_query(vector, self._dim)[0]
        column = self._table.c[space.value]
        nearest = select(self._table.c.key, column.max_inner_product(query)).order_by(column.max_inner_product(query))
        with self._database.read() as session:
            session.execute(text(f"SET LOCAL hnsw.ef_search = {SEARCH_DEPTH}"))
            session.execute(text("SET LOCAL hnsw.iterative_scan = strict_order"))
            return _neighbours(session.execute(nearest.limit(limit)).all(), limit)

    def compare(self, space: Space, vector: Vectors, documents: Keys) -> Neighbours:
        query = checked_query(vector, self._dim)[0]
        column = self._table.c[space.value]
        every = np.concatenate([(documents << FIELD_BITS) + field for field in range(1 << FIELD_BITS)]).tolist()
        theirs = select(self._table.c.key, column.max_inner_product(query)).where(self._table.c.key.in_(every))
        with self._database.read() as session:
            return _neighbours(session.execute(theirs).all(), len(every))

    def catch_up(self, source: VectorSource) -> None:
        self._prepare()
        with self._database.read() as session:
            self._change_id = self._stored_change(session)
        for change in source.changes(self._change_id):
            if not self._apply(change):
                return  # another process is at it, and further; the next round sees how far

    def close(self) -> None:
        """Nothing is held between calls."""

    def _prepare(self) -> None:
        """Make the tables once, whichever process comes first."""
        if self._is_prepared:
            return
        with self._database.write() as session:
            session.execute(select(func.pg_advisory_xact_lock(CATCH_UP_LOCK)))
            session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            self._table.metadata.create_all(session.connection())
        self._is_prepared = True

    def _apply(self, change: VectorChange) -> bool:
        """Write one change and that it is written; False where another process has written it meanwhile."""
        with self._database.write() as session:
            session.execute(select(func.pg_advisory_xact_lock(CATCH_UP_LOCK)))
            if self._stored_change(session) != self._change_id:
                return False
            self._remove(session, change.removed)
            self._add(session, change.keys, change.vectors)
            row = {"name": self._name, "change_id": change.change_id}
            session.execute(insert(self._state).values(row).on_conflict_do_update(index_elements=["name"], set_=row))
        self._change_id = change.change_id
        return True

    def _stored_change(self, session: Session) -> int:
        return session.scalar(select(self._state.c.change_id).where(self._state.c.name == self._name)) or 0

    def _add(self, session: Session, keys: Keys, vectors: Vectors) -> None:
        keys, vectors = checked(keys, vectors, self._dim)
        if not len(keys):
            return
        spaces = {space.value: transform(vectors) for space, transform in self._transforms.items()}
        rows = [
            {"key": key, **{name: rows[place] for name, rows in spaces.items()}}
            for place, key in enumerate(keys.tolist())
        ]
        statement = insert(self._table)
        replaced = {name: statement.excluded[name] for name in spaces}
        session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=replaced), rows)

    def _remove(self, session: Session, keys: Keys) -> None:
        session.execute(delete(self._table).where(self._table.c.key.in_(keys.tolist())))


def _tables(name: str, dim: int, spaces: tuple[Space, ...]) -> tuple[Table, Table]:
    metadata = MetaData()
    state = Table(
        "search_pgvector_state",
        metadata,
        Column("name", String(60), primary_key=True),
        Column("change_id", BigInteger, nullable=False),
    )
    columns = [Column(space.value, VECTOR(dim), nullable=False) for space in spaces]
    table = Table(
        f"search_pgvector_{name}", metadata, Column("key", BigInteger, primary_key=True, autoincrement=False), *columns
    )
    for column in columns:
        Index(
            f"ix_{table.name}_{column.name}",
            column,
            postgresql_using="hnsw",
            postgresql_ops={column.name: "vector_ip_ops"},
        )
    return state, table


def _neighbours(rows: Any, limit: int) -> Neighbours:
    keys = np.array([row[0] for row in rows], np.int64)
    scores = np.array([-row[1] for row in rows], np.float32)  # pgvector orders by the negative inner product
    return best(keys, scores, limit)
