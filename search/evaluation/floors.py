"""Floors under the figures: an evaluation that falls through one fails, and says which."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from kernel.errors import Conflict, Invalid
from search.evaluation.run import Evaluation


class UnreadableFloors(Invalid):
    """A file of floors is not JSON, or names a figure that there is not."""

    code = "unreadable_floors"


class UnderFloor(Conflict):
    """Figures are worse than was asked for. The facts name each as what it is and what was asked."""

    code = "under_floor"


FIGURES: Final[Mapping[str, Callable[[Evaluation], float]]] = {
    "mrr": lambda found: found.ranking.mrr.mean,
    "map5": lambda found: found.ranking.map5.mean,
    "hp1": lambda found: found.ranking.hp1.mean,
    "hp5": lambda found: found.ranking.hp5.mean,
    "hard_mrr": lambda found: found.hard.mrr.mean,
    "hard_hp5": lambda found: found.hard.hp5.mean,
    "recall_at_95": lambda found: found.decision.recall_at_95,
    "answered_precision": lambda found: found.decision.answered_precision,
    "ece": lambda found: found.decision.ece,
}
"""What a floor may be set under, by its name in the file."""

CEILINGS: Final = frozenset({"ece"})
"""Figures of which less is better: their floor is a ceiling."""

Floors = Mapping[str, float]


def read_floors(path: Path) -> Floors:
    """Read a JSON object of figures and floors. Raises `UnreadableFloors`."""
    try:
        found = json.loads(path.read_text("utf-8"))
        floors = {str(name): float(floor) for name, floor in found.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise UnreadableFloors(file=path.name) from error
    if unknown := sorted(floors.keys() - FIGURES.keys()):
        raise UnreadableFloors(file=path.name, unknown=unknown)
    return floors


def demand(floors: Floors, evaluation: Evaluation) -> None:
    """Raise `UnderFloor` where a figure is under its floor; a collection without messages is under every one."""
    found = {name: FIGURES[name](evaluation) for name in floors}
    fallen = {
        name: f"{found[name]:.4f}, asked {floor:g}"
        for name, floor in floors.items()
        if not evaluation.ranking.messages or (found[name] > floor if name in CEILINGS else found[name] < floor)
    }
    if fallen:
        raise UnderFloor(**fallen)
