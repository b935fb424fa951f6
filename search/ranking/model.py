"""What was learned, in one file: trees, probability, thresholds, and where they came from."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.folding import FOLDING_VERSION
from search.ranking.decision import CONTEXT, Decision
from search.ranking.features import FEATURES
from search.ranking.trees import Forest


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model came from. `data` and `adapter` are fingerprints; `figures` were measured out of fold."""

    data: str
    adapter: str
    features: str
    seed: int
    figures: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What it learned from: CRC-32 of each message, rising, and the reciprocal rank of its first answer out of fold.

    A later comparison on the same messages uses these ranks: on what it has learned a model looks better than it is.
    """

    messages: NDArray[np.uint32]
    reciprocal_ranks: NDArray[np.float16]

    @classmethod
    def of(cls, messages: Sequence[str], reciprocal_ranks: Sequence[float]) -> Memory:
        """Remember messages, as hashes only."""
        hashes = np.array([_hash(message) for message in messages], np.uint32)
        unique, first = np.unique(hashes, return_index=True)
        return cls(unique, np.array(reciprocal_ranks, np.float16)[first])

    def reciprocal_rank(self, message: str) -> float | None:
        """Return the remembered figure, or None for a message that it did not learn from."""
        wanted = np.uint32(_hash(message))
        place = int(np.searchsorted(self.messages, wanted))
        known = place < len(self.messages) and self.messages[place] == wanted
        return float(self.reciprocal_ranks[place]) if known else None


def _hash(message: str) -> int:
    return zlib.crc32(message.encode("utf-8", "surrogatepass"))


NO_MEMORY = Memory(np.empty(0, np.uint32), np.empty(0, np.float16))


@dataclass(frozen=True, slots=True, eq=False)
class RankingModel:
    """The learned score and its meaning."""

    forest: Forest
    decision: Decision
    origin: Origin
    memory: Memory = NO_MEMORY

    @classmethod
    def load(cls, path: Path) -> RankingModel:
        """Read a model that `save` wrote. Raises OSError, KeyError or ValueError on what is none."""
        with path.open("rb") as file, np.load(file) as stored:  # numpy leaves a damaged file open
            parts = {name: stored[name] for name in stored.files}
        forest = {name.removeprefix("tree_"): part for name, part in parts.items() if name.startswith("tree_")}
        origin = json.loads(str(parts["origin"]))
        remembers = "memory_messages" in parts
        memory = Memory(parts["memory_messages"], parts["memory_ranks"]) if remembers else NO_MEMORY
        return cls(Forest.from_arrays(forest), Decision.from_arrays(parts), Origin(**origin), memory)

    def save(self, path: Path) -> None:
        """Write the model."""
        arrays: dict[str, NDArray[Any]] = {
            "origin": np.array(json.dumps(asdict(self.origin), sort_keys=True)),
            "memory_messages": self.memory.messages,
            "memory_ranks": self.memory.reciprocal_ranks,
            **{f"tree_{name}": part for name, part in self.forest.arrays().items()},
            **self.decision.arrays(),
        }
        np.savez_compressed(path, allow_pickle=False, **arrays)

    def fits(self, adapter: str) -> bool:
        """Whether its thresholds mean something beside this adapter and this code's features."""
        return self.origin.adapter == adapter and self.origin.features == feature_fingerprint()


def feature_fingerprint() -> str:
    """Name what the model looks at: the features in order, and the folding they are made on."""
    named = "|".join((*CONTEXT, *FEATURES, str(FOLDING_VERSION)))
    return hashlib.sha256(named.encode()).hexdigest()[:16]
