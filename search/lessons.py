"""What the matcher learns from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A message and a debunk, and whether a person confirmed (True) or rejected that the one answers the other."""

    message: str
    document_key: str
    confirmed: bool
