"""An encoder that needs no model: texts that share words are near each other. A test holds it to the real one."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from search.encoder.port import EncoderSettings, Matrix


@dataclass
class BagOfWords:
    """Each word has a fixed random direction; a text is the sum of its words'.

    While `gate` is closed a query waits in it; `entered` says that one has come in.
    """

    name: str = "bag"
    revision: str = "1"
    dim: int = 32
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)
    encoded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        self.entered.set()
        self.gate.wait(10)
        return self.encode_documents(texts)

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        self.encoded.extend(texts)
        return np.array([self._vector(text) for text in texts], np.float32).reshape(-1, self.dim)

    def _vector(self, text: str) -> Matrix:
        total = np.zeros(self.dim)
        for word in text.lower().split() or [""]:
            seed = zlib.crc32(f"{self.name}:{word}".encode("utf-8", "ignore"))
            total += np.random.default_rng(seed).standard_normal(self.dim)
        return (total / np.linalg.norm(total)).astype(np.float32)


@dataclass
class Shelf:
    """Where encoders are loaded from: a name that is not on it is missing. Stands for `search.encoder.choice.load`."""

    encoders: dict[str, BagOfWords]

    def load(self, settings: EncoderSettings) -> BagOfWords:
        if settings.model not in self.encoders:
            raise OSError(f"no model {settings.model!r} here")
        return self.encoders[settings.model]


def shelf(*names: str) -> Shelf:
    """Return a shelf with these encoders, each with directions of its own."""
    return Shelf({name: BagOfWords(name=name) for name in names or ("bag",)})
