"""Which model serves, which texts still lack its vector, and the switch from one model to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, select, union_all, update
from sqlalchemy.orm import Session

from kernel import outbox
from search import changes
from search.documents import ENCODED_FIELDS
from search.encoder.port import Encoder, Matrix
from search.models import SearchDocument, SearchModel, SearchVector

RETIRED_KEPT = timedelta(hours=1)
"""A replaced model's vectors stay so long: processes that have not loaded the new model yet still search them."""


@dataclass(frozen=True, slots=True)
class Model:
    """A row of `search_model` as a value."""

    id: int
    name: str
    revision: str
    dim: int

    def made(self, encoder: Encoder) -> bool:
        """Whether the encoder's vectors are this model's."""
        return (encoder.name, encoder.revision, encoder.dim) == (self.name, self.revision, self.dim)


@dataclass(frozen=True, slots=True)
class PendingText:
    """A text without a vector, and the change of its document at which it was read."""

    document_id: int
    change_id: int
    field: str
    text: str


def active(session: Session) -> Model | None:
    """Return the model that serves, or None before the first vector."""
    return _find(session, SearchModel.state == "active")


def coming(session: Session) -> Model | None:
    """Return the model that is being filled to replace the active one, or None."""
    return _find(session, SearchModel.state == "coming")


def enrol(session: Session, encoder: Encoder, *, now: datetime) -> Model:
    """Return the encoder's model; the first one ever serves at once, any other begins as the coming one."""
    mine = and_(SearchModel.name == encoder.name, SearchModel.revision == encoder.revision)
    changes.lock(session)
    known = session.scalar(select(SearchModel).where(mine))
    if known is None:
        known = SearchModel(
            name=encoder.name, revision=encoder.revision, dim=encoder.dim, state="retired", created_at=now
        )
        session.add(known)
    if known.state == "retired":
        session.execute(update(SearchModel).where(SearchModel.state == "coming").values(state="retired"))
        known.state = "coming" if active(session) else "active"
        known.activated_at = now if known.state == "active" else None
    session.flush()  # its id is needed
    return Model(known.id, known.name, known.revision, known.dim)


def pending(session: Session, model_id: int, *, limit: int) -> list[PendingText]:
    """Return texts that lack the model's vector, the most recently written first."""
    statement = union_all(*(_pending(model_id, field) for field in ENCODED_FIELDS)).subquery()
    newest = select(statement).order_by(statement.c.change_id.desc(), statement.c.field.desc()).limit(limit)
    return [PendingText(*row) for row in session.execute(newest)]


def count_pending(session: Session, model_id: int) -> int:
    """Return how many texts lack the model's vector."""
    statement = union_all(*(_pending(model_id, field) for field in ENCODED_FIELDS)).subquery()
    return session.scalars(select(func.count()).select_from(statement)).one()


def count_vectors(session: Session, model_id: int) -> int:
    """Return how many vectors the model has."""
    return session.scalars(select(func.count(SearchVector.id)).where(SearchVector.model_id == model_id)).one()


def among_documents(model_id: int) -> ColumnElement[bool]:
    """Return the condition of being the model's, for vectors that are sought by their documents.

    The sum keeps SQLite, which has no statistics, from going through every vector of the model.
    """
    return SearchVector.model_id + 0 == model_id


def store(session: Session, model: Model, texts: Sequence[PendingText], vectors: Matrix) -> int:
    """Keep vectors of texts that are still what they were when they were read; return how many."""
    changes.lock(session)
    ids = [text.document_id for text in texts]
    current = select(SearchDocument.id, SearchDocument.change_id).where(
        SearchDocument.id.in_(ids), ~SearchDocument.deleted
    )
    still = {(row[0], row[1]) for row in session.execute(current)}
    present = select(SearchVector.document_id, SearchVector.field).where(
        among_documents(model.id), SearchVector.document_id.in_(ids)
    )
    there = {(row[0], row[1]) for row in session.execute(present)}
    valid = [
        (text, vector)
        for text, vector in zip(texts, vectors, strict=True)
        if (text.document_id, text.change_id) in still and (text.document_id, text.field) not in there
    ]
    if valid:
        change_id = changes.draw(session, len(valid))
        session.add_all(
            SearchVector(
                document_id=text.document_id,
                field=text.field,
                model_id=model.id,
                data=np.asarray(vector, "<f4").tobytes(),
                change_id=change_id + offset,
            )
            for offset, (text, vector) in enumerate(valid)
        )
    return len(valid)


def switch(session: Session, model: Model, *, now: datetime) -> bool:
    """Let a complete coming model serve, in one step. False while a text lacks its vector, or if it serves already."""
    changes.lock(session)
    serving = active(session)
    if (serving is not None and serving.id == model.id) or pending(session, model.id, limit=1):
        return False
    session.execute(update(SearchModel).where(SearchModel.state == "active").values(state="retired"))
    session.execute(
        update(SearchModel).where(SearchModel.id == model.id).values(state="active", activated_at=now)
    )  # fmt: skip
    outbox.record(
        session, "search_model_switched", actor=outbox.SYSTEM, subject=("search_model", model.id), now=now,
        data={"model": model.name, "revision": model.revision, "dim": model.dim},
    )  # fmt: skip
    return True


def drop_retired(session: Session, *, now: datetime) -> None:
    """Delete the vectors of models that were replaced longer than `RETIRED_KEPT` ago."""
    settled = select(SearchModel.id).where(SearchModel.state == "active", SearchModel.activated_at < now - RETIRED_KEPT)
    if session.scalar(settled) is not None:
        retired = select(SearchModel.id).where(SearchModel.state == "retired")
        session.execute(delete(SearchVector).where(SearchVector.model_id.in_(retired)))


def _find(session: Session, condition: ColumnElement[bool]) -> Model | None:
    row = session.execute(
        select(SearchModel.id, SearchModel.name, SearchModel.revision, SearchModel.dim).where(condition)
    ).first()
    return Model(*row) if row else None


def _pending(model_id: int, field: str) -> Select[tuple[int, int, str, str]]:
    text = getattr(SearchDocument, field)
    has_vector = (
        select(SearchVector.id)
        .where(
            SearchVector.document_id == SearchDocument.id,
            SearchVector.field == field,
            SearchVector.model_id == model_id,
        )
        .exists()
    )
    return select(SearchDocument.id, SearchDocument.change_id, literal(field).label("field"), text.label("text")).where(
        ~SearchDocument.deleted, text != "", ~has_vector
    )
