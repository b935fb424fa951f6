"""What is wrong with a draft, before a network is asked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from publishing.channels.interface import Capabilities, Find
from publishing.channels.values import Payload
from publishing.counting import Count


class ProblemCode(StrEnum):
    """Why a draft cannot be sent as it is."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    MARKER_MISSING = "marker_missing"
    IMAGE_REQUIRED = "image_required"
    IMAGE_TOO_LARGE = "image_too_large"
    ALT_MISSING = "alt_missing"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a draft."""

    code: ProblemCode
    count: Count | None = None


def problems(payload: Payload, capabilities: Capabilities, *, image_bytes: int | None = None) -> tuple[Problem, ...]:
    """Return what is wrong with a draft for a channel; pure, used while writing and again at approval."""
    found: list[Problem] = []
    if not payload.text.strip():
        found.append(Problem(ProblemCode.EMPTY))
    count = capabilities.rule(with_image=payload.image is not None).count(payload.text)
    if not count.fits:
        found.append(Problem(ProblemCode.TOO_LONG, count))
    if capabilities.find is Find.MARKER and payload.marker not in payload.text:
        found.append(Problem(ProblemCode.MARKER_MISSING))
    rule = capabilities.image
    if rule and rule.required and payload.image is None:
        found.append(Problem(ProblemCode.IMAGE_REQUIRED))
    if payload.image and not payload.image.alt.strip():
        found.append(Problem(ProblemCode.ALT_MISSING))
    if rule and image_bytes is not None and image_bytes > rule.max_bytes:
        found.append(Problem(ProblemCode.IMAGE_TOO_LARGE, Count(image_bytes, rule.max_bytes)))
    return tuple(found)
