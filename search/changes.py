"""Change ids: one rising number for every write, in the order of commits, by which every index catches up."""

from __future__ import annotations

import secrets

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from search.models import SearchCounter, SearchDocument, SearchVector


def lock(session: Session) -> None:
    """Make every other writer of search wait until the caller's transaction ends.

    What is read after this is what will still be true at commit. The row is made at the first write ever.
    """
    if session.scalar(select(SearchCounter.id).with_for_update()) is None:
        try:
            with session.begin_nested():
                session.add(SearchCounter(id=1, value=0, token=secrets.token_hex(8)))
        except IntegrityError:
            session.execute(select(SearchCounter.id).with_for_update())  # another process was first; its row serves


def draw(session: Session, count: int = 1) -> int:
    """Reserve `count` change ids and return the first one. The caller holds `lock`.

    Whoever draws later commits later, so a reader that has seen id n is never shown a smaller one afterwards; a
    database sequence cannot promise that.
    """
    advanced = update(SearchCounter).values(value=SearchCounter.value + count).returning(SearchCounter.value)
    return session.execute(advanced).scalar_one() - count + 1


def token(session: Session) -> str:
    """Return the name of this database, or an empty text while nothing was ever written."""
    return session.scalar(select(SearchCounter.token)) or ""


def latest_document(session: Session) -> int:
    """Return the change id of the document written last, or 0."""
    return session.scalar(select(func.max(SearchDocument.change_id))) or 0


def latest_vector(session: Session, model_id: int) -> int:
    """Return the change id of the model's vector written last, or 0."""
    newest = select(func.max(SearchVector.change_id)).where(SearchVector.model_id == model_id)
    return session.scalar(newest) or 0
