"""What is said aloud of a volunteer: only what others verified as useful, and never a place in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from verification.rules.reputation import Accuracy

EVIDENCE_PIECES = 3
"""Pieces of evidence that others rested a judgement on, in cases that were signed (own choice)."""

TOPIC_VOTES = 10
"""Signed votes on one topic, below which nothing is said of a strength (own choice)."""

TOPIC_LOW = 0.6
"""The least lower end of a topic's interval, a share 0-1 (own choice: clearly above a coin)."""


class Recognition(StrEnum):
    """A badge, each tied to something that others verified."""

    EVIDENCE_RELIED_ON = "evidence_relied_on"
    STRONG_TOPIC = "strong_topic"
    HELPFUL_NARRATIVE = "helpful_narrative"


@dataclass(frozen=True, slots=True)
class Earned:
    """A badge with what it rests on: a number of things, and of a topic its id."""

    recognition: Recognition
    number: int
    topic: str = ""


def earned(
    *, evidence_relied_on: int, helpful_narratives: int, topics: Mapping[str, Accuracy | None]
) -> tuple[Earned, ...]:
    """Return the badges that this track record amounts to now; they can go again as well as come."""
    found = []
    if evidence_relied_on >= EVIDENCE_PIECES:
        found.append(Earned(Recognition.EVIDENCE_RELIED_ON, evidence_relied_on))
    for topic, known in sorted(topics.items()):
        if known is not None and known.votes >= TOPIC_VOTES and known.low >= TOPIC_LOW:
            found.append(Earned(Recognition.STRONG_TOPIC, known.votes, topic))
    if helpful_narratives:
        found.append(Earned(Recognition.HELPFUL_NARRATIVE, helpful_narratives))
    return tuple(found)
