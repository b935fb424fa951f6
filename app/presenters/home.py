"""The home page: what is rising now and what was answered last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.presenters.fact_checks import CardView, card_view
from verification.models import FactCheck
from verification.queries.public import Asked


@dataclass(frozen=True, slots=True)
class RisingView:
    """A fact-check that many ask about; `demand` counts this week's questions."""

    card: CardView
    demand: int


@dataclass(frozen=True, slots=True)
class HomePage:
    """The two lists, each possibly empty."""

    rising: tuple[RisingView, ...]
    latest: tuple[CardView, ...]


def home_page(rising: Iterable[Asked], latest: Iterable[FactCheck]) -> HomePage:
    """Return both lists in words."""
    return HomePage(
        rising=tuple(RisingView(card_view(asked.fact_check), asked.times) for asked in rising),
        latest=tuple(card_view(fact_check) for fact_check in latest),
    )
