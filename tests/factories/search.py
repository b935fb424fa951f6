"""Debunks to be found."""

from __future__ import annotations

from datetime import UTC, datetime

from kernel.db import Database
from search import documents
from search.documents import Written
from search.types import Document

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

TITLES = (
    "Bayi dajjal bermata satu lahir di Israel",
    "Air rebusan daun pepaya menyembuhkan demam berdarah",
    "Menara 5G menyebarkan virus korona di Surabaya",
    "Telur palsu dari plastik beredar di pasar Malang",
    "Bank membagikan undian mobil lewat tautan WhatsApp",
    "Gempa besar akan melanda Jakarta malam nanti",
)


def debunk(number: int, **changes: object) -> Document:
    """Return one of the debunks above, or beyond them one with a made-up title."""
    title = TITLES[number] if number < len(TITLES) else f"Kabar bohong nomor n{number} tentang hal{number % 37}"
    return Document(**{"key": f"debunk:{number}", "title": title, "language": "id", "verdict": "false"} | changes)  # type: ignore[arg-type]


def put(database: Database, *rows: Document) -> Written:
    """Write debunks in a transaction of their own."""
    with database.write() as session:
        return documents.put_many(session, rows, now=NOW)


def put_first(database: Database, count: int = len(TITLES)) -> Written:
    """Write the first `count` debunks."""
    return put(database, *(debunk(number) for number in range(count)))


def remove(database: Database, number: int) -> Written:
    """Remove a debunk in a transaction of its own."""
    with database.write() as session:
        return documents.remove(session, f"debunk:{number}", now=NOW)
