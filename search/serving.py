"""The weights that an installation serves with: its own where it has trained some, the shipped ones otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from search import weights
from search.adapter import Adapter
from search.ranking import Ranker


@dataclass(frozen=True, slots=True)
class Serving:
    """A ranking and the adapter that its thresholds belong to."""

    ranker: Ranker
    adapter: Adapter


def serving(folder: Path) -> Serving:
    """Return what serves where trained weights would lie in `folder`. Own weights count only as a pair."""
    own = folder / weights.ADAPTER.name, folder / weights.RANKING.name
    adapter_file, ranking_file = own if all(path.exists() for path in own) else (weights.ADAPTER, weights.RANKING)
    adapter = Adapter.load(adapter_file)
    return Serving(Ranker.load(ranking_file, adapter), adapter)
