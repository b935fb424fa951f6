"""The keys that seal what must stay secret: sealing all of it anew, and whether an old key may go.

Everything that rests in the database sealed lies in a column whose name says so, and everything is sealed with the keys
of SARING_VAULT_KEYS: accounts of networks, second factors, reports, letters, addresses. Kept pictures are files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, LargeBinary, Table, select, update
from sqlalchemy.orm import Session

from kernel.db import Base, Database

BATCH = 200
"""Rows that are sealed anew in one transaction: a big table never holds up the site for long."""

Place = tuple[Table, Column[bytes], Column[int]]


@dataclass(frozen=True, slots=True)
class Use:
    """How much each key seals, newest first; `unreadable` opens with none of them."""

    by_key: tuple[int, ...]
    unreadable: int


def sealed_places() -> list[Place]:
    """Return every column of sealed values with its table and key."""
    return [
        (table, column, next(iter(table.primary_key)))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and "sealed" in column.name
    ]


def use_of_keys(database: Database, media: Path, keys: Sequence[str]) -> Use:
    """Count what each key seals in the database and in the folder of pictures."""
    fernets = [Fernet(key) for key in keys]
    counts, unreadable = [0] * len(keys), 0
    with database.read() as session:
        rows = (value for place in sealed_places() for _number, value in _values(session, place))
        for value in chain(rows, (file.read_bytes() for file in _files(media))):
            index = next((i for i, fernet in enumerate(fernets) if _opens(fernet, value)), None)
            if index is None:
                unreadable += 1
            else:
                counts[index] += 1
    return Use(tuple(counts), unreadable)


def seal_anew(database: Database, media: Path, keys: Sequence[str]) -> int:
    """Seal everything with the newest key and return how much was not; repeat it without harm.

    What none of the keys opens stays as it is; `use_of_keys` counts it.
    """
    newest, every = Fernet(keys[0]), MultiFernet([Fernet(key) for key in keys])
    changed = sum(_seal_place(database, place, newest=newest, every=every) for place in sealed_places())
    return changed + sum(_seal_file(file, newest=newest, every=every) for file in _files(media))


def _seal_place(database: Database, place: Place, *, newest: Fernet, every: MultiFernet) -> int:
    changed, after = 0, None
    while True:
        with database.write() as session:
            rows = list(_values(session, place, after=after, limit=BATCH, lock=True))
            for number, value in rows:
                changed += _seal_one(session, place, number, value, newest=newest, every=every)
        if len(rows) < BATCH:
            return changed
        after = rows[-1][0]


def _seal_file(file: Path, *, newest: Fernet, every: MultiFernet) -> bool:
    value = file.read_bytes()
    if _opens(newest, value):
        return False
    half = file.with_suffix(".half")
    try:
        half.write_bytes(every.rotate(value))
    except InvalidToken:
        return False
    half.replace(file)  # at no moment is there half a picture under the name
    return True


def _files(media: Path) -> list[Path]:
    return sorted(file for file in media.glob("??/*") if file.is_file() and not file.suffix)


def _seal_one(session: Session, place: Place, number: int, value: bytes, *, newest: Fernet, every: MultiFernet) -> bool:
    if _opens(newest, value):
        return False
    table, column, key = place
    try:
        fresh = every.rotate(value)
    except InvalidToken:
        return False
    session.execute(update(table).where(key == number).values({column.name: fresh}))
    return True


def _values(
    session: Session, place: Place, *, after: int | None = None, limit: int | None = None, lock: bool = False
) -> Iterator[tuple[int, bytes]]:
    _table, column, key = place
    query = select(key, column).where(column.is_not(None)).order_by(key)
    if after is not None:
        query = query.where(key > after)
    if limit is not None:
        query = query.limit(limit)
    if lock:
        query = query.with_for_update()
    for row in session.execute(query):
        yield row[0], row[1]


def _opens(fernet: Fernet, value: bytes) -> bool:
    try:
        fernet.decrypt(value)
    except InvalidToken:
        return False
    return True
