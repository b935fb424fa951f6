"""The kinds of failure that a channel may raise.

They are the contract: the outbox decides from the kind alone whether a post may be sent again, must be looked for
first, or belongs to a person.
"""

from __future__ import annotations

from datetime import datetime


class ChannelError(Exception):
    """Root of what a channel may raise. `status` and `request_id` are the network's own, for the attempt's record."""

    def __init__(self, reason: str, *, status: int | None = None, request_id: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.request_id = request_id


class NotSent(ChannelError):
    """The network certainly did nothing: the connection was never made."""


class RateLimited(NotSent):
    """The network refused for now and did nothing; `reset_at` by its own signal, None where it gave none."""

    def __init__(self, reason: str, *, reset_at: datetime | None, request_id: str | None = None) -> None:
        super().__init__(reason, status=429, request_id=request_id)
        self.reset_at = reset_at


class Ambiguous(ChannelError):
    """The network may have acted: the reply was lost, late, or a server error."""


class Rejected(ChannelError):
    """The network read the request and refused it. On a re-send this is as good as Ambiguous."""


class ReauthRequired(ChannelError):
    """The token is no longer good: refresh it, or a person connects the account again."""


class NotFound(ChannelError):
    """The remote post is not there (any more)."""


class NotSupported(ChannelError):
    """The network has no such act; the planner asks `capabilities` first, so this is a defect where it is raised."""
