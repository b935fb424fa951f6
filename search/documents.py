"""Writing what can be found: put, put many, remove. Unchanged documents cost nothing further down the road."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kernel import outbox
from search import changes
from search.folding import FOLDING_VERSION, fold
from search.models import SearchDocument, SearchVector
from search.types import Document, Folded

FOLDED_CHARACTERS = 800
"""Characters of an explanation that are folded: more than its indexed words (`passages`) ever take."""

ENCODED_FIELDS = ("title", "claim", "explanation")
"""The texts that get a vector each, where they are not empty. The order is part of a vector's key (search.vectors)."""

REFOLD_BATCH = 500

_READ = (
    SearchDocument.id, SearchDocument.key, SearchDocument.title, SearchDocument.explanation, SearchDocument.claim,
    SearchDocument.language, SearchDocument.verdict, SearchDocument.published_on, SearchDocument.url,
    SearchDocument.source, SearchDocument.topics,
    SearchDocument.folded_title, SearchDocument.folded_claim, SearchDocument.folded_explanation,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did, in documents."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0


def put(session: Session, document: Document, *, now: datetime) -> Written:
    """Make one document findable, or bring it up to date."""
    return put_many(session, [document], now=now)


def put_many(session: Session, documents: Iterable[Document], *, now: datetime) -> Written:
    """Make documents findable, or bring them up to date; the last of several with one key wins.

    A document that is there already, word for word, keeps its change id and its vectors. Records `documents_indexed`.
    """
    fresh = {document.key: _columns(document) for document in documents}
    if not fresh:
        return Written()
    changes.lock(session)
    known = {row.key: row for row in session.scalars(select(SearchDocument).where(SearchDocument.key.in_(fresh)))}
    altered = [key for key, columns in fresh.items() if key not in known or _differs(known[key], columns)]
    if altered:
        change_id = changes.draw(session, len(altered))
        for offset, key in enumerate(altered):
            _write(session, known.get(key), fresh[key], change_id=change_id + offset, now=now)
        outbox.record(
            session, "documents_indexed", actor=outbox.SYSTEM, subject=("search_change", change_id), now=now,
            data={"count": len(altered)},
        )  # fmt: skip
    added = sum(key not in known for key in altered)
    return Written(added=added, changed=len(altered) - added, unchanged=len(fresh) - len(altered))


def remove(session: Session, key: str, *, now: datetime) -> Written:
    """Make a document unfindable; what is not there stays so. Records `document_unindexed`."""
    changes.lock(session)
    known = session.scalar(select(SearchDocument).where(SearchDocument.key == key, ~SearchDocument.deleted))
    if known is None:
        return Written()
    known.deleted, known.change_id, known.updated_at = True, changes.draw(session), now
    _drop_vectors(session, known.id, ENCODED_FIELDS)
    outbox.record(
        session, "document_unindexed", actor=outbox.SYSTEM, subject=("search_document", known.id), now=now
    )  # fmt: skip
    return Written(removed=1)


def count(session: Session) -> int:
    """Return how many documents can be found."""
    return session.scalars(select(func.count(SearchDocument.id)).where(~SearchDocument.deleted)).one()


def has_outdated(session: Session) -> bool:
    """Whether a document's folded texts are of another version than the code's."""
    outdated = select(SearchDocument.id).where(SearchDocument.folding_version != FOLDING_VERSION).limit(1)
    return session.scalar(outdated) is not None


def refold(session: Session, *, now: datetime) -> int:
    """Fold again up to `REFOLD_BATCH` documents whose folded texts are of another version; return how many."""
    changes.lock(session)
    outdated = select(SearchDocument).where(SearchDocument.folding_version != FOLDING_VERSION).limit(REFOLD_BATCH)
    rows = session.scalars(outdated).all()
    if rows:
        change_id = changes.draw(session, len(rows))
        for offset, row in enumerate(rows):
            _set(row, _folded(row.title, row.claim, row.explanation))
            row.change_id, row.updated_at = change_id + offset, now
    return len(rows)


def id_of(session: Session, key: str) -> int | None:
    """Return the number of the document with this key, or None when it cannot be found."""
    return session.scalar(select(SearchDocument.id).where(SearchDocument.key == key, ~SearchDocument.deleted))


def read(session: Session, ids: Sequence[int]) -> dict[int, tuple[Document, Folded]]:
    """Return the documents of `ids` that can still be found, as values, by id."""
    rows = session.execute(select(*_READ).where(SearchDocument.id.in_(ids), ~SearchDocument.deleted))
    return {row.id: (_document(row), _folded_texts(row)) for row in rows}


def everything(session: Session) -> Iterator[Document]:
    """Yield every document that can be found, oldest first."""
    for row in session.execute(select(*_READ).where(~SearchDocument.deleted).order_by(SearchDocument.id)):
        yield _document(row)


def _document(row: Any) -> Document:
    return Document(
        key=row.key,
        title=row.title,
        explanation=row.explanation,
        claim=row.claim,
        language=row.language,
        verdict=row.verdict,
        published_on=row.published_on,
        url=row.url,
        source=row.source,
        topics=tuple(row.topics),
    )


def _folded_texts(row: Any) -> Folded:
    return Folded(row.folded_title, row.folded_claim, row.folded_explanation)


def _columns(document: Document) -> dict[str, object]:
    title, claim, explanation = (_storable(getattr(document, field)) for field in ENCODED_FIELDS)
    return {
        "key": document.key,
        "title": title,
        "claim": claim,
        "explanation": explanation,
        "language": document.language,
        "verdict": document.verdict,
        "published_on": document.published_on,
        "url": document.url,
        "source": document.source,
        "topics": list(document.topics),
        "deleted": False,
        **_folded(title, claim, explanation),
    }


def _folded(title: str, claim: str, explanation: str) -> dict[str, object]:
    return {
        "folded_title": fold(title),
        "folded_claim": fold(claim),
        "folded_explanation": fold(explanation[:FOLDED_CHARACTERS]),
        "folding_version": FOLDING_VERSION,
    }


def _storable(text: str) -> str:
    """Drop what a database cannot hold: NUL (PostgreSQL) and halves of surrogate pairs (both)."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _differs(row: SearchDocument, columns: dict[str, object]) -> bool:
    return any(getattr(row, name) != value for name, value in columns.items())


def _write(
    session: Session, row: SearchDocument | None, columns: dict[str, object], *, change_id: int, now: datetime
) -> None:
    if row is None:
        session.add(SearchDocument(**columns, change_id=change_id, updated_at=now))
        return
    _drop_vectors(session, row.id, tuple(field for field in ENCODED_FIELDS if getattr(row, field) != columns[field]))
    _set(row, columns)
    row.change_id, row.updated_at = change_id, now


def _set(row: SearchDocument, columns: dict[str, object]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def _drop_vectors(session: Session, document_id: int, fields: tuple[str, ...]) -> None:
    if fields:
        session.execute(
            delete(SearchVector).where(SearchVector.document_id == document_id, SearchVector.field.in_(fields))
        )
