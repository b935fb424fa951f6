"""Deciding on many proposals at once, each in a transaction of its own: what fails for one undoes no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.wiring import Saring
from kernel.errors import SaringError
from kernel.outbox import Actor
from verification.rules.lifecycle import Mover
from verification.services.matching import decide_proposal


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal as somebody saw it: the link, and the fact-check that it pointed at then."""

    link_id: int
    fact_check_id: int


def decide_all(
    saring: Saring, choices: Iterable[Choice], *, confirmed: bool, actor: Actor, mover: Mover
) -> dict[int, SaringError]:
    """Confirm or reject every choice; return why some were refused, by link."""
    refused: dict[int, SaringError] = {}
    for choice in choices:
        try:
            with saring.database.write() as session:
                decide_proposal(
                    session,
                    link_id=choice.link_id,
                    seen_fact_check_id=choice.fact_check_id,
                    confirmed=confirmed,
                    actor=actor,
                    mover=mover,
                    now=saring.clock.now(),
                )
        except SaringError as error:
            refused[choice.link_id] = error
    return refused
