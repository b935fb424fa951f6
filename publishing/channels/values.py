"""The values that travel between the outbox and a channel: what is posted, where it is, what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the network says that we are; shown before the account is trusted. `settings` is kept with the account."""

    handle: str
    name: str
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """The image of a post; the bytes are looked up by their hash when it is sent."""

    sha256: str
    width: int
    height: int
    alt: str
    url: str
    media_type: str = "image/png"


@dataclass(frozen=True, slots=True)
class Published:
    """Where a post is: `version` is the network's name for the state of the content, where it has one (CID)."""

    remote_id: str
    url: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """One post, frozen at approval. `marker` is the canonical URL in it by which it is found again."""

    text: str
    title: str
    language: str
    marker: str
    created_at: datetime
    event: str
    """`published`, `corrected`, `retracted` or `answered`: what feeds and webhooks call it."""
    counter_narrative_id: int
    version: int
    verdict: str
    image: Image | None = None
    reply_to: Published | None = None
    """The remote post that a reply stands under, or that a deletion takes down."""
    recipient: str | None = None
    """The subscriber's address on a broadcast channel; filled in when it is sent, never frozen."""

    def to_json(self) -> dict[str, Any]:
        """Return the JSON value that is stored, hashed and never changed; the recipient stays out of it."""
        value = asdict(self)
        value["created_at"] = self.created_at.isoformat()
        del value["recipient"]
        return value

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Payload:
        """Read back what `to_json` wrote."""
        image, reply_to = value["image"], value["reply_to"]
        return cls(
            **{
                **value,
                "created_at": datetime.fromisoformat(value["created_at"]),
                "image": Image(**image) if image else None,
                "reply_to": Published(**reply_to) if reply_to else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Metrics:
    """Cumulative counts as the network gives them; None where it does not."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class RemoteReply:
    """A public reply or mention that somebody wrote to us."""

    remote_id: str
    author_handle: str
    text: str
    at: datetime
    url: str | None = None
    parent_remote_id: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a network's call is about: the account's number there, and posts that may be ours.

    Nothing else of a call is believed: it says where to look, and what is there is asked for.
    """

    owner: str | None
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """Replies newer than the cursor that was given, and the cursor for the next time."""

    replies: tuple[RemoteReply, ...]
    cursor: str | None
