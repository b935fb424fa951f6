"""Reads prior debunks from the files in which they are exchanged, one at a time, and sets aside what cannot be read.

Three shapes are told apart entry by entry: plain debunk records, Saring's own seed, and ClaimReview (JSON lines, one
script element a line, or one document: a DataFeed, a list, an answer of the Fact Check Tools). All may be gzipped.
Ratings are kept as their house wrote them; `verification` decides what they mean.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import IO, BinaryIO

from intake.claim_reviews import claim_reviews_in, elements_of, is_claim_review, read_claim_review
from intake.debunks import (
    LONGEST_KEY,
    LONGEST_LABEL,
    LONGEST_NAME,
    LONGEST_TITLE,
    ImportedDebunk,
    Unreadable,
    date_of,
    language_tag,
    text_of,
    url_of,
)
from intake.errors import BadDebunkFile

LONGEST_LINE = 4_000_000
"""Bytes read of one line; a longer one is reported with its head, and is still in the file under its number."""

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file that is taken in from a page, unpacked: some 30,000 debunks. Larger ones are for the command line."""

VERDICTS = frozenset({"false", "misleading", "partly_true", "true", "unproven"})
"""What the seed may state; the scale itself belongs to `verification.rules.scale`, and a test compares the two."""

_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)
_GZIP_MAGIC = b"\x1f\x8b"
_PART = 1024 * 1024
_SCRIPT = re.compile(rb"\s*<script[^>]{0,200}>(.*)</script>\s*", re.DOTALL | re.IGNORECASE)

_HOUSES = {
    "bdc-2020": ("MAFINDO / TurnBackHoax", "id"),
    "turnbackhoax-2021": ("MAFINDO / TurnBackHoax", "id"),
    "mafindo-1k": ("MAFINDO / TurnBackHoax", "id"),
    "turnbackhoax-2024": ("MAFINDO / TurnBackHoax", "id"),
    "turnbackhoax-2025": ("MAFINDO / TurnBackHoax", "id"),
    "clef2020": ("Snopes", "en"),
}
"""The fact-checkers behind the data sets that name themselves in `source`, and the language they write in."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """An entry that could not be read. `number` counts from one: the line, or the element of a single document."""

    number: int
    reason: str
    raw: str


def read_debunks(path: Path) -> Iterator[ImportedDebunk | BadLine]:
    """Yield every debunk of the file and every entry that is none, in order. Raises `OSError` when there is no file."""
    elements = _elements_of_document(path)
    if elements is None:
        yield from _read_lines(path)
        return
    for number, element in enumerate(elements, start=1):
        for entry in claim_reviews_in(element):
            yield _read_entry(number, entry, raw=json.dumps(element, ensure_ascii=False))


def count_entries(path: Path) -> int:
    """Return how many entries `read_debunks` will go through, for a progress bar; blank lines are counted too."""
    elements = _elements_of_document(path)
    if elements is not None:
        return len(elements)
    count = 0
    with _opened(path) as stream, suppress(*_BROKEN):
        for _ in _lines(stream):
            count += 1
    return count


def unpack(sent: IO[bytes], target: BinaryIO) -> str:
    """Copy what was sent to `target`, unpacked, and return its SHA-256 (hex).

    Raises `BadDebunkFile` where it is empty, more than `LARGEST_FILE`, or compressed and broken.
    """
    head = sent.read(2)
    sent.seek(0)
    stream = gzip.GzipFile(fileobj=sent) if head == _GZIP_MAGIC else sent
    digest, size = hashlib.sha256(), 0
    try:
        while part := stream.read(_PART):
            size += len(part)
            if size > LARGEST_FILE:
                raise BadDebunkFile(field="file", reason="size", limit=LARGEST_FILE // 1024**2)
            digest.update(part)
            target.write(part)
    except _BROKEN as fault:
        raise BadDebunkFile(field="file", reason="broken") from fault
    if not size:
        raise BadDebunkFile(field="file", reason="empty")
    return digest.hexdigest()


def _opened(path: Path) -> BufferedIOBase:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP_MAGIC
    return gzip.open(path, "rb") if zipped else path.open("rb")


def _elements_of_document(path: Path) -> list[object] | None:
    """Return the entries of a file that is one JSON document, None for one that is to be read line by line."""
    with _opened(path) as stream, suppress(ValueError, RecursionError, *_BROKEN):
        if _is_record(next((line for line in _lines(stream) if line.strip()), b"")):
            return None
        stream.seek(0)
        return elements_of(json.load(stream))
    return None


def _is_record(line: bytes) -> bool:
    """Tell whether `line` is complete in itself, as in JSON lines, and no container of entries."""
    if not line.lstrip().startswith((b"{", b"[")):
        return True
    try:
        value = json.loads(line)
    except ValueError:
        return False
    return bool(elements_of(value) == [value])


def _read_lines(path: Path) -> Iterator[ImportedDebunk | BadLine]:
    number = 0
    with _opened(path) as stream:
        try:
            for number, line in enumerate(_lines(stream), start=1):
                yield from _read_line(number, line)
        except _BROKEN as fault:
            yield BadLine(number + 1, f"the compressed file breaks off: {fault}", "")


def _read_line(number: int, line: bytes) -> Iterator[ImportedDebunk | BadLine]:
    raw = line.decode(errors="backslashreplace").strip()
    if not raw:
        return
    script = _SCRIPT.fullmatch(line)
    try:
        if len(line) > LONGEST_LINE:
            raise Unreadable(f"longer than {LONGEST_LINE} bytes")
        value = json.loads(script[1] if script else line)
    except UnicodeDecodeError as fault:
        yield BadLine(number, f"not UTF-8 at byte {fault.start + 1}", raw)
    except Unreadable as fault:
        yield BadLine(number, str(fault), raw)
    except (ValueError, RecursionError) as fault:
        yield BadLine(number, f"not JSON: {fault}", raw)
    else:
        for entry in claim_reviews_in(value):
            yield _read_entry(number, entry, raw)


def _lines(stream: BufferedIOBase) -> Iterator[bytes]:
    """Yield lines, each cut soon after `LONGEST_LINE` bytes, so that none of them fills the memory."""
    while line := stream.readline(LONGEST_LINE + 2):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 2)
        yield line


def _read_entry(number: int, entry: object, raw: str) -> ImportedDebunk | BadLine:
    if not isinstance(entry, dict):
        return BadLine(number, "not an object", raw)
    try:
        return read_claim_review(entry) if is_claim_review(entry) else _read_record(entry)
    except Unreadable as fault:
        return BadLine(number, str(fault), raw)


def _read_record(record: dict[str, object]) -> ImportedDebunk:
    """Return a plain record or an entry of the seed, which has the finer names."""
    key, title = text_of(record.get("id")), text_of(record.get("title"))
    if not key or not title:
        raise Unreadable("id is missing" if not key else "title is missing")
    if len(key) > LONGEST_KEY:
        raise Unreadable(f"id is longer than {LONGEST_KEY} characters")
    label = text_of(record.get("verdict"), longest=LONGEST_LABEL)
    explanation = text_of(record.get("explanation"))
    source = text_of(record.get("source_name")) or text_of(record.get("source"))
    house, house_language = _HOUSES.get(source, (source, ""))
    stated_language = text_of(record.get("language")) or house_language
    return ImportedDebunk(
        key=key,
        title=title[:LONGEST_TITLE],
        claim=text_of(record.get("claim")),
        explanation=explanation,
        original_label=label,
        verdict=label if label in VERDICTS else None,
        misinfo_type=text_of(record.get("misinfo_type")) or None,
        language=language_tag(stated_language, f"{title} {explanation}"),
        published_on=date_of(record.get("published_on")) or date_of(record.get("date")),
        url=url_of(record.get("source_url")) or url_of(record.get("url")),
        source_name=house[:LONGEST_NAME],
        topics=_topics(record),
    )


def _topics(record: dict[str, object]) -> tuple[str, ...]:
    named = record.get("topics")
    if isinstance(named, list):
        return tuple(dict.fromkeys(topic for topic in map(text_of, named) if topic))
    category = text_of(record.get("category"), longest=LONGEST_NAME).casefold()
    return (category,) if category not in {"", "-", "lainnya"} else ()
