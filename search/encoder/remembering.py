"""An encoder for those who encode a whole collection, perhaps again and again: all cores, and a file of what is known.

For measuring and training only. A web process has one thread for one query at a time (search.encoder.thread).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from search.encoder import choice
from search.encoder.port import DEFAULT_MODEL, Encoder, EncoderSettings, LoadEncoder, Matrix

WAIT_SECONDS = 60.0
"""How long one process waits for another one that is writing to the same file."""

ASKED_AT_ONCE = 500
"""Keys in one statement; SQLite takes at least 999."""


class Crew:
    """Several encoders of one model, each in a thread of its own while it works."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        first = encoders[0]
        self.name, self.revision, self.dim = first.name, first.revision, first.dim
        self._encoders = encoders
        self._threads = ThreadPoolExecutor(len(encoders), thread_name_prefix="search-crew")

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._shared(texts, lambda encoder, part: encoder.encode_queries(part))

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return self._shared(texts, lambda encoder, part: encoder.encode_documents(part))

    def _shared(self, texts: Sequence[str], work: Callable[[Encoder, Sequence[str]], Matrix]) -> Matrix:
        """Deal the texts out by length, so that all encoders end together; rows come back in the order of the texts."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        hands = [order[first :: len(self._encoders)] for first in range(len(self._encoders))]
        vectors = np.empty((len(texts), self.dim), np.float32)
        parts = [[texts[place] for place in hand] for hand in hands]
        for hand, found in zip(hands, self._threads.map(work, self._encoders, parts), strict=True):
            vectors[hand] = found
        return vectors


class RememberingEncoder:
    """An encoder that looks a text up before it encodes it. Texts are kept as digests, never as themselves."""

    def __init__(self, encoder: Encoder, path: Path) -> None:
        self.name, self.revision, self.dim = encoder.name, encoder.revision, encoder.dim
        self._encoder = encoder
        self._file = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS vector (key BLOB PRIMARY KEY, data BLOB) WITHOUT ROWID")

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._vectors(texts, "query", self._encoder.encode_queries)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return self._vectors(texts, "document", self._encoder.encode_documents)

    def _vectors(self, texts: Sequence[str], side: str, encode: Callable[[Sequence[str]], Matrix]) -> Matrix:
        keys = [self._key(text, side) for text in texts]
        known = self._known(list(dict.fromkeys(keys)))
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            made = encode(list(fresh.values()))
            rows = {key: row.astype("<f4").tobytes() for key, row in zip(fresh, made, strict=True)}
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?)", rows.items())
            self._file.execute("COMMIT")
            known |= rows
        joined = b"".join(known[key] for key in keys)
        return np.frombuffer(joined, "<f4").reshape(len(keys), self.dim).astype(np.float32)

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        known: dict[bytes, bytes] = {}
        for start in range(0, len(keys), ASKED_AT_ONCE):
            part = keys[start : start + ASKED_AT_ONCE]
            marks = ",".join("?" * len(part))
            known.update(self._file.execute(f"SELECT key, data FROM vector WHERE key IN ({marks})", part))  # noqa: S608 - only question marks are put in
        return known

    def _key(self, text: str, side: str) -> bytes:
        named = "\x1f".join((self.name, self.revision, side, text))
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()[:16]


def load_crew(settings: EncoderSettings) -> Encoder:
    """Load the default model once for each core this process may use; another model has threads of its own."""
    if settings.model != DEFAULT_MODEL:
        return choice.load(settings)
    return Crew([choice.load(settings) for _ in os.sched_getaffinity(0)])


def remembering(path: Path) -> LoadEncoder:
    """Return what loads a model that remembers its vectors in `path`, whose folder exists."""
    return lambda settings: RememberingEncoder(load_crew(settings), path)
