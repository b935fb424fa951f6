"""What the indexes read from the database: changes after a change id, page by page, each page in a transaction of its own.

Short transactions let SQLite's write-ahead log be emptied meanwhile, and nothing is lost between pages: change ids rise in
the order of commits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from kernel.db import Database
from search.documents import ENCODED_FIELDS
from search.lexical.index import Row
from search.models import SearchDocument, SearchVector
from search.vectors.port import VectorChange, key

PAGE = 2_000
"""Changes a transaction reads."""


def lexical_changes(database: Database, since: int) -> Iterator[list[Row]]:
    """Yield the documents changed after `since`, oldest change first."""
    table = SearchDocument
    while True:
        statement = (
            select(
                table.id, table.change_id, table.deleted,
                table.folded_title + " " + table.folded_claim, table.folded_explanation,
            )
            .where(table.change_id > since)
            .order_by(table.change_id)
            .limit(PAGE)
        )  # fmt: skip
        with database.read() as session:
            rows = [Row(*row) for row in session.execute(statement)]
        if not rows:
            return
        yield rows
        since = rows[-1].change_id


def vector_changes(database: Database, model_id: int, dim: int, since: int) -> Iterator[VectorChange]:
    """Yield what became of the model's vectors after `since`: of every touched document, all that is valid now."""
    while True:
        with database.read() as session:
            touched = session.execute(_touched(model_id, since)).all()
            if not touched:
                return
            change = _change(session, model_id, dim, sorted({row[0] for row in touched}), touched[-1][1])
        yield change
        since = change.change_id


def _touched(model_id: int, since: int) -> Select[tuple[int, int]]:
    vectors = select(SearchVector.document_id.label("document_id"), SearchVector.change_id).where(
        SearchVector.model_id == model_id, SearchVector.change_id > since
    )
    documents = select(SearchDocument.id.label("document_id"), SearchDocument.change_id).where(
        SearchDocument.change_id > since
    )
    # An empty index has nothing to remove, so only vectors matter to it.
    both = (union_all(vectors, documents) if since else vectors).subquery()
    return select(both.c.document_id, both.c.change_id).order_by(both.c.change_id).limit(PAGE)


def _change(session: Session, model_id: int, dim: int, touched: list[int], change_id: int) -> VectorChange:
    valid = session.execute(
        select(SearchVector.document_id, SearchVector.field, SearchVector.data).where(
            SearchVector.model_id == model_id, SearchVector.document_id.in_(touched)
        )
    ).all()
    vectors = np.frombuffer(b"".join(row[2] for row in valid), "<f4").reshape(-1, dim)
    keys = np.array([key(row[0], ENCODED_FIELDS.index(row[1])) for row in valid], np.int64)
    every = [key(identity, field) for identity in touched for field in range(len(ENCODED_FIELDS))]
    return VectorChange(change_id, np.array(every, np.int64), keys, vectors)
