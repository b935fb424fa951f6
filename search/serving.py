"""The weights that an installation serves with: its own where it has trained some, the shipped ones otherwise."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from search import weights
from search.adapter import Adapter
from search.ranking import Ranker

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """A ranking and the adapter that its thresholds belong to."""

    ranker: Ranker
    adapter: Adapter

    @property
    def remembers(self) -> bool:
        """Whether the ranking knows which messages it learned from."""
        return len(self.ranker.model.memory.messages) > 0

    def reciprocal_rank(self, message: str) -> float | None:
        """Return how the ranking did out of fold on a message that it learned from; None for any other message."""
        return self.ranker.model.memory.reciprocal_rank(message)


def serving(folder: Path) -> Serving:
    """Return what serves where trained weights would lie in `folder`.

    Own weights count only as a pair that can be read and looks at what this version looks at; a damaged file, or one
    that an older version trained, is reported and passed over.
    """
    own = folder / weights.ADAPTER.name, folder / weights.RANKING.name
    if all(path.exists() for path in own):
        try:
            found = _read(*own)
        except (OSError, EOFError, KeyError, ValueError, BadZipFile):
            _log.exception("the weights trained here cannot be read; the shipped ones serve")
        else:
            if found.ranker.calibrated:
                return found
            _log.error("the weights trained here are of another version; the shipped ones serve until it is done anew")
    return _read(weights.ADAPTER, weights.RANKING)


def _read(adapter_file: Path, ranking_file: Path) -> Serving:
    adapter = Adapter.load(adapter_file)
    return Serving(Ranker.load(ranking_file, adapter), adapter)
