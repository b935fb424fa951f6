"""The practice cases that are shipped: everybody can try a few, and the others make up the entrance."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from verification.rules.parameters import PARAMETERS
from verification.rules.reputation import GoldQuestion
from verification.rules.scale import Veracity

FILE = Path(__file__).parent.parent / "seed" / "practice.jsonl"

ENTRANCES = 2
"""Entrances that the shipped cases can fill without repeating one; what is left over is for trying out."""


@dataclass(frozen=True, slots=True)
class PracticeSource:
    """What a search would bring up, by language."""

    source: dict[str, str]
    says: dict[str, str]


@dataclass(frozen=True, slots=True)
class PracticeCase:
    """A made-up case with its answer and the reason for it; texts by language (`id`, `en`)."""

    key: str
    verdict: Veracity
    misinfo_type: str | None
    message: dict[str, str]
    evidence: tuple[PracticeSource, ...]
    why: dict[str, str]

    @property
    def question(self) -> GoldQuestion:
        """The case as the entrance asks it."""
        return GoldQuestion(self.key, self.verdict)


@cache
def practice_cases() -> dict[str, PracticeCase]:
    """Return every shipped case by key, in the order of the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {case.key: case for case in (_case_of(json.loads(line)) for line in lines if line)}


@cache
def warm_ups() -> tuple[PracticeCase, ...]:
    """Return the cases for trying out: those beyond what `ENTRANCES` entrances need of each step of the axis."""
    needed = Counter(PARAMETERS.reputation.gold_levels)
    left = {level: ENTRANCES * count for level, count in needed.items()}
    found = []
    for case in practice_cases().values():
        left[case.question.level] -= 1
        if left[case.question.level] < 0:
            found.append(case)
    return tuple(found)


def stock() -> list[GoldQuestion]:
    """Return the shipped questions of the entrance."""
    trying_out = {case.key for case in warm_ups()}
    return [case.question for key, case in practice_cases().items() if key not in trying_out]


def _case_of(record: dict[str, Any]) -> PracticeCase:
    return PracticeCase(
        key=record["id"],
        verdict=Veracity(record["verdict"]),
        misinfo_type=record["misinfo_type"],
        message=record["message"],
        evidence=tuple(PracticeSource(row["source"], row["says"]) for row in record["evidence"]),
        why=record["why"],
    )
