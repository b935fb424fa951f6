"""What a public statement must be: long enough to be a reason, short enough to be read."""

from __future__ import annotations

from verification.errors import ReasonMissing

REASON_LIMITS = (20, 4_000)
"""Characters of a reason that the public record keeps: a sentence at least."""


def require_reason(text: str, *, field: str) -> str:
    """Return the text without surrounding space, or raise ReasonMissing when it is no reason."""
    shortest, longest = REASON_LIMITS
    reason = text.strip()
    if not shortest <= len(reason) <= longest:
        raise ReasonMissing(field=field, shortest=shortest, longest=longest)
    return reason
