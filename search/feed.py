"""What the indexes read from the database: changes after a change id, page by page, a transaction each.

Short transactions let SQLite's write-ahead log be emptied meanwhile, and nothing is lost between pages: change ids
rise in the order of commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, select, union_all
from sqlalchemy.orm import Session

from kernel.db import Database
from search import changes, embedding
from search.documents import ENCODED_FIELDS
from search.lexical.index import Row
from search.models import SearchDocument, SearchVector
from search.types import Folded
from search.vectors.port import Keys, VectorChange, Vectors, key

PAGE = 2_000
"""Changes a transaction reads."""


def lexical_changes(database: Database, since: int) -> Iterator[list[Row]]:
    """Yield the documents changed after `since`, oldest change first."""
    table = SearchDocument
    while True:
        statement = (
            select(
                table.id,
                table.change_id,
                table.deleted,
                table.folded_title,
                table.folded_claim,
                table.folded_explanation,
            )
            .where(table.change_id > since)
            .order_by(table.change_id)
            .limit(PAGE)
        )
        with database.read() as session:
            rows = [Row(*row[:3], Folded(*row[3:])) for row in session.execute(statement)]
        if not rows:
            return
        yield rows
        since = rows[-1].change_id


@dataclass(frozen=True, slots=True)
class ModelVectors:
    """The vectors of one model: the `VectorSource` that the database is."""

    database: Database
    model_id: int
    dim: int

    def latest(self) -> int:
        with self.database.read() as session:
            # A document's removal counts as well: it takes its vectors with it.
            return max(changes.latest_document(session), changes.latest_vector(session, self.model_id))

    def count(self) -> int:
        with self.database.read() as session:
            return embedding.count_vectors(session, self.model_id)

    def changes(self, since: int) -> Iterator[VectorChange]:
        """Yield what became of the vectors: of every touched document, all that is valid now."""
        while True:
            with self.database.read() as session:
                touched = session.execute(_touched(self.model_id, since)).all()
                if not touched:
                    return
                change = self._change(session, sorted({row.document_id for row in touched}), touched[-1].change_id)
            yield change
            since = change.change_id

    def everything(self) -> Iterator[tuple[Keys, Vectors]]:
        """Yield all vectors by rising document and field."""
        after = 0
        while True:
            with self.database.read() as session:
                ids = session.scalars(
                    select(SearchDocument.id).where(SearchDocument.id > after).order_by(SearchDocument.id).limit(PAGE)
                ).all()
                if not ids:
                    return
                found = self._vectors(session, SearchVector.document_id.between(after + 1, ids[-1]))
            yield found
            after = ids[-1]

    def of(self, document: int) -> Vectors:
        """Return a document's vectors, shape (n, dim); none where it has none."""
        with self.database.read() as session:
            return self._vectors(session, SearchVector.document_id == document)[1]

    def _change(self, session: Session, touched: list[int], change_id: int) -> VectorChange:
        keys, vectors = self._vectors(session, SearchVector.document_id.in_(touched))
        every = [key(identity, field) for identity in touched for field in range(len(ENCODED_FIELDS))]
        return VectorChange(change_id, np.array(every, np.int64), keys, vectors)

    def _vectors(self, session: Session, condition: ColumnElement[bool]) -> tuple[Keys, Vectors]:
        valid = session.execute(
            select(SearchVector.document_id, SearchVector.field, SearchVector.data).where(
                embedding.among_documents(self.model_id), condition
            )
        ).all()
        keys = np.array([key(row[0], ENCODED_FIELDS.index(row[1])) for row in valid], np.int64)
        vectors = np.frombuffer(b"".join(row[2] for row in valid), "<f4").reshape(-1, self.dim)
        order = np.argsort(keys)
        return keys[order], vectors[order].astype(np.float32)


def _touched(model_id: int, since: int) -> Select[Any]:
    vectors = select(SearchVector.document_id.label("document_id"), SearchVector.change_id).where(
        SearchVector.model_id == model_id, SearchVector.change_id > since
    )
    documents = select(SearchDocument.id.label("document_id"), SearchDocument.change_id).where(
        SearchDocument.change_id > since
    )
    # An empty index has nothing to remove, so only vectors matter to it.
    both = (union_all(vectors, documents) if since else vectors).subquery()
    return select(both.c.document_id, both.c.change_id).order_by(both.c.change_id).limit(PAGE)
