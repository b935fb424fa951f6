"""Finding a picture again by its PDQ hash: every kept hash in memory, searched by FAISS, caught up by change id.

The database is the truth (`search_picture`); a process reads it once and then only what changed. 10^5 hashes are three
million bytes and are compared in about a millisecond, exactly: an approximate index would save nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel.db import Database
from search import changes
from search.models import SearchPicture

HASH_BYTES = 32

SAME_WITHIN = 31
"""Bits of 256 in which two hashes of one picture may differ (PDQ's own recommendation; unrelated ones: 108 or more)."""

LEAST_QUALITY = 50
"""Of 100; the hash of a plainer picture says nothing (PDQ's own recommendation)."""

PAGE = 20_000
"""Changes read in one transaction."""


@dataclass(frozen=True, slots=True)
class SamePicture:
    """A kept picture that is the one asked about; `distance` in bits, 0-31."""

    key: str
    distance: int


@dataclass(frozen=True, slots=True)
class _State:
    """All that a search reads, replaced as one. `rows` holds a hash a row, `ids` and `keys` say whose it is."""

    token: str
    change_id: int
    ids: NDArray[np.int64]
    keys: NDArray[np.object_]
    rows: NDArray[np.uint8]
    index: Any


def put_picture(session: Session, key: str, *, pdq: bytes) -> None:
    """Make a picture findable; the same key again replaces its hash."""
    if len(pdq) != HASH_BYTES:
        raise ValueError(f"a PDQ hash has {HASH_BYTES} bytes, not {len(pdq)}")
    changes.lock(session)
    known = session.scalar(select(SearchPicture).where(SearchPicture.key == key))
    if known is not None and known.pdq == pdq and not known.deleted:
        return
    change_id = changes.draw(session)
    if known is None:
        session.add(SearchPicture(key=key, pdq=pdq, deleted=False, change_id=change_id))
    else:
        known.pdq, known.deleted, known.change_id = pdq, False, change_id


def remove_picture(session: Session, key: str) -> None:
    """Make a picture unfindable; what is not there stays so."""
    changes.lock(session)
    known = session.scalar(select(SearchPicture).where(SearchPicture.key == key, ~SearchPicture.deleted))
    if known is not None:
        known.deleted, known.change_id = True, changes.draw(session)


class PictureIndex:
    """The pictures of one process. Nothing is loaded before the first question."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._state = _empty("")
        self._lock = threading.Lock()

    def find_same(self, pdq: bytes, *, quality: int, limit: int = 20) -> tuple[SamePicture, ...]:
        """Return the kept pictures that are this one, the nearest first; none for a picture too plain to tell.

        What was committed before the question is found, whoever wrote it.
        """
        if quality < LEAST_QUALITY or len(pdq) != HASH_BYTES:
            return ()
        state = self._caught_up()
        asked = np.frombuffer(pdq, np.uint8).reshape(1, HASH_BYTES)
        # FAISS takes what is strictly nearer than the radius.
        _, distances, rows = state.index.range_search(asked, SAME_WITHIN + 1)
        order = np.lexsort((state.ids[rows], distances))[:limit]
        return tuple(SamePicture(str(state.keys[rows[place]]), int(distances[place])) for place in order)

    def count(self) -> int:
        """Return how many pictures can be found."""
        return len(self._caught_up().ids)

    def _caught_up(self) -> _State:
        with self._lock:
            with self._database.read() as session:
                token, latest = changes.token(session), session.scalar(select(func.max(SearchPicture.change_id))) or 0
            if token != self._state.token or latest < self._state.change_id:
                self._state = _empty(token)  # another database, or a restored backup: what is known never happened
            while self._state.change_id < latest:
                with self._database.read() as session:
                    changed = session.execute(_changed(self._state.change_id)).all()
                self._state = _advanced(self._state, changed)
            return self._state


def _changed(since: int) -> Any:
    table = SearchPicture
    query = select(table.id, table.key, table.pdq, table.deleted, table.change_id).where(table.change_id > since)
    return query.order_by(table.change_id).limit(PAGE)


def _advanced(state: _State, changed: Sequence[Any]) -> _State:
    kept = ~np.isin(state.ids, np.array([row.id for row in changed], np.int64))
    live = [row for row in changed if not row.deleted]
    fresh = np.frombuffer(b"".join(row.pdq for row in live), np.uint8).reshape(-1, HASH_BYTES)
    rows = np.concatenate((state.rows[kept], fresh))
    return _State(
        token=state.token,
        change_id=changed[-1].change_id,
        ids=np.concatenate((state.ids[kept], np.array([row.id for row in live], np.int64))),
        keys=np.concatenate((state.keys[kept], np.array([row.key for row in live], object))),
        rows=rows,
        # Copied whole, a millisecond for 10^5, because the old one may be in use in another thread.
        index=_flat(rows),
    )


def _empty(token: str) -> _State:
    none = np.zeros((0, HASH_BYTES), np.uint8)
    return _State(token, 0, np.zeros(0, np.int64), np.zeros(0, object), none, _flat(none))


def _flat(rows: NDArray[np.uint8]) -> Any:
    import faiss  # only where pictures are asked about: a page without them does not wait for it

    index = faiss.IndexBinaryFlat(8 * HASH_BYTES)
    if len(rows):
        index.add(np.ascontiguousarray(rows))
    return index
