"""Reading test collections: JSON lines, gzipped or not, in the shape of the development data."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from kernel.errors import Invalid
from search.types import Document


class UnreadableCollection(Invalid):
    """A file of a collection lacks a field, or is not JSON lines."""

    code = "unreadable_collection"


@dataclass(frozen=True, slots=True)
class Message:
    """A query: a message as it circulated."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """Debunks, messages, and for each message's key the keys of the debunks that answer it.

    `fingerprint` is the hash of the three files' contents.
    """

    documents: tuple[Document, ...]
    messages: tuple[Message, ...]
    answers: Mapping[str, frozenset[str]]
    fingerprint: str


def read_collection(documents: Path, messages: Path, answers: Path) -> Collection:
    """Read a collection; messages without an answer among the debunks are left out. Raises `UnreadableCollection`."""
    read = tuple(_document(row) for row in _rows(documents, "id", "title"))
    known = {document.key for document in read}
    relevant: dict[str, set[str]] = {}
    for row in _rows(answers, "query_id", "doc_id"):
        if str(row["doc_id"]) in known:
            relevant.setdefault(str(row["query_id"]), set()).add(str(row["doc_id"]))
    asked = tuple(
        Message(str(row["id"]), str(row["text"])) for row in _rows(messages, "id", "text") if str(row["id"]) in relevant
    )
    return Collection(
        documents=read,
        messages=asked,
        answers={key: frozenset(found) for key, found in relevant.items()},
        fingerprint=_fingerprint(documents, messages, answers),
    )


def _document(row: Mapping[str, Any]) -> Document:
    return Document(
        key=str(row["id"]),
        title=str(row["title"]),
        explanation=str(row.get("explanation") or ""),
        claim=str(row.get("claim") or ""),
        language=str(row.get("language") or ""),
        verdict=str(row.get("verdict") or ""),
        published_on=_date(str(row.get("date") or "")),
        url=str(row.get("url") or ""),
        source=str(row.get("source") or ""),
    )


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _rows(path: Path, *fields: str) -> Iterator[dict[str, Any]]:
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                missing = [field for field in fields if field not in row]
            except (ValueError, TypeError) as error:
                raise UnreadableCollection(file=path.name, line=number) from error
            if missing:
                raise UnreadableCollection(file=path.name, line=number, missing=missing)
            yield row


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _fingerprint(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with _open(path) as lines:
            for line in lines:
                digest.update(line.encode())
    return digest.hexdigest()[:16]
