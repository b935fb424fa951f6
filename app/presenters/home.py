"""The home page: what is rising now and what was answered last."""

from __future__ import annotations

from dataclasses import dataclass

from app.presenters.fact_checks import CardView
from app.presenters.verdicts import VerdictView


@dataclass(frozen=True, slots=True)
class RisingView:
    """A fact-check that many ask about; `demand` counts this week's questions and reports."""

    title: str
    href: str
    verdict: VerdictView
    demand: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """The two lists, each possibly empty."""

    rising: tuple[RisingView, ...]
    latest: tuple[CardView, ...]
