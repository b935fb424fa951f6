"""What a similarity cannot see: "X aman" and "X tidak aman" are near, and say the opposite.

Each check reads one kind of fact on both sides and reports it only where both state it and neither states the other's.
A fact that one side leaves out is no difference: titles are short.
"""

from __future__ import annotations

from search.guard import dates, names, negations, places, quantities
from search.types import Difference

__all__ = ["differences"]


def differences(message: str, passage: str, debunked: str) -> tuple[Difference, ...]:
    """Return what sets a message and a debunk apart.

    `passage` is the part of the message that matched and is held against the debunk; what stands anywhere in `message`
    counts as stated there. `debunked` is the debunk's title and claim. All three are raw texts.
    """
    found = (
        negations.compare(message, passage, debunked),
        *quantities.compare(message, passage, debunked),
        dates.compare(message, passage, debunked),
        places.compare(message, passage, debunked),
        names.compare(message, passage, debunked),
    )
    return tuple(difference for difference in found if difference is not None)
