"""What was learned, in one file: trees, probability, thresholds, and where they came from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

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
class RankingModel:
    """The learned score and its meaning."""

    forest: Forest
    decision: Decision
    origin: Origin

    @classmethod
    def load(cls, path: Path) -> RankingModel:
        """Read a model that `save` wrote. Raises OSError, KeyError or ValueError on what is none."""
        with np.load(path) as stored:
            parts = {name: stored[name] for name in stored.files}
        forest = {name.removeprefix("tree_"): part for name, part in parts.items() if name.startswith("tree_")}
        origin = json.loads(str(parts["origin"]))
        return cls(Forest.from_arrays(forest), Decision.from_arrays(parts), Origin(**origin))

    def save(self, path: Path) -> None:
        """Write the model."""
        trees = {f"tree_{name}": part for name, part in self.forest.arrays().items()}
        origin = np.array(json.dumps(asdict(self.origin), sort_keys=True))
        np.savez_compressed(path, allow_pickle=False, origin=origin, **trees, **self.decision.arrays())

    def fits(self, adapter: str) -> bool:
        """Whether its thresholds mean something beside this adapter and this code's features."""
        return self.origin.adapter == adapter and self.origin.features == feature_fingerprint()


def feature_fingerprint() -> str:
    """Name what the model looks at: the features in order, and the folding they are made on."""
    named = "|".join((*CONTEXT, *FEATURES, str(FOLDING_VERSION)))
    return hashlib.sha256(named.encode()).hexdigest()[:16]
