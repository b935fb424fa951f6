"""The one interface that every social channel offers. Who writes a new channel reads docs/new-channel.md."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import httpx

from publishing.channels.errors import NotSupported
from publishing.channels.values import Identity, Metrics, Payload, Published, ReplyPage, Told
from publishing.counting import TextRule

_REMOTE_ID = re.compile(r"[\w.-]+", re.ASCII)


class Idempotency(StrEnum):
    """What protects a re-send."""

    NATURAL = "natural"
    KEY = "key"
    TWO_PHASE = "two_phase"
    NONE = "none"


class Find(StrEnum):
    """How an earlier post of ours is found again: by its own name, by the marker URL in it, or not at all."""

    EXACT = "exact"
    MARKER = "marker"
    NONE = "none"


class Refresh(StrEnum):
    """How a token lives on: a pair that rotates at each use, one that is extended, or none."""

    ROTATING = "rotating"
    EXTEND = "extend"
    NONE = "none"


class Connect(StrEnum):
    """How an account is connected: by the network's consent page, or by secrets that a person pastes."""

    OAUTH = "oauth"
    SECRETS = "secrets"


@dataclass(frozen=True, slots=True)
class ImageRule:
    """What a network asks of the one image that we attach."""

    max_bytes: int
    required: bool = False
    alt_text: bool = True
    needs_public_url: bool = False
    shape: str = "landscape"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; the composer, the correction planner and docs/channels.md read it from here."""

    kind: str
    label: str
    text: TextRule
    idempotency: Idempotency
    find: Find
    connect: Connect
    secrets: tuple[str, ...]
    """Names of the secrets that a person pastes (Connect.SECRETS) or that the token exchange returns."""
    verified_against: str
    """What the tests run against; never more than is true."""
    settings: tuple[str, ...] = ()
    caption: TextRule | None = None
    """The tighter rule that holds where an image is attached."""
    image: ImageRule | None = None
    find_lag_seconds: int = 0
    """How long the network's reads may trail its writes: a miss is trusted only after so long."""
    edit: bool = False
    """A reader can see that and how the post was edited; a silent overwrite does not count."""
    delete: bool = False
    delete_max_age: timedelta | None = None
    reply: bool = False
    metrics: bool = False
    replies: bool = False
    webhooks: tuple[str, ...] = ()
    """Fields about which the network calls us by itself; what a call is about is then looked at sooner."""
    refresh: Refresh = Refresh.NONE
    notice: bool = True
    """A retraction is announced by a post of its own; False where the deletion itself tells every reader."""
    broadcast: bool = False
    """Sent to each subscriber by itself instead of being shown on a wall."""

    def rule(self, *, with_image: bool) -> TextRule:
        """Return the text rule that holds with or without an image."""
        return self.caption if with_image and self.caption else self.text


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a channel needs to act for one account. `settings` may be shown; `secrets` never."""

    account_id: int
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """What the outbox row knows about sending: its idempotency key, what was prepared, and when it was first tried."""

    key: str
    handle: str | None = None
    since: datetime | None = None


class Channel(ABC):
    """A connected account on one network. Every call blocks and makes the fewest requests that it can.

    `client` brings time-outs and the guard against private addresses; a channel never builds one.
    """

    capabilities: ClassVar[Capabilities]
    post_links: ClassVar[tuple[str, ...]] = ()
    """Addresses of our own posts without scheme: `{id}`, `{name}` (the handle), `{server}`, each setting by name."""

    owner_setting: ClassVar[str] = ""
    """The setting that holds the number by which the network's calls name the account."""

    def __init__(self, credentials: Credentials, client: httpx.Client) -> None:
        self.credentials = credentials
        self.client = client

    @classmethod
    def limits(cls, settings: Mapping[str, str]) -> Capabilities:
        """Return the capabilities of one account: some servers set their own limits, kept in its settings."""
        return cls.capabilities

    @abstractmethod
    def verify(self) -> Identity:
        """Ask the network who we are."""

    def refresh(self, now: datetime) -> Credentials:
        """Return fresh credentials; the caller keeps them before anything else is sent."""
        raise NotSupported("refresh")

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Do all that can be repeated without a visible effect (uploads, containers) and return its handle.

        The handle of an earlier attempt is returned as it is where it is still good.
        """
        return sending.handle

    @abstractmethod
    def publish(self, payload: Payload, sending: Sending) -> Published:
        """Make the post visible, as a reply where `payload.reply_to` is set. Never repeated blindly by the outbox."""

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Return the post if it is already there. None is trusted once `find_lag_seconds` have passed."""
        raise NotSupported("find")

    def edit(self, remote: Published, payload: Payload) -> Published:
        """Replace the text of a post; repeating it changes nothing."""
        raise NotSupported("edit")

    def delete(self, remote: Published) -> None:
        """Take a post down; one that is already gone raises NotFound, which the outbox takes for done."""
        raise NotSupported("delete")

    def metrics(self, remote: Published) -> Metrics:
        """Return the counts of a post; NotFound means that it vanished."""
        raise NotSupported("metrics")

    def replies(self, cursor: str | None) -> ReplyPage:
        """Return replies and mentions that are newer than `cursor`, oldest first."""
        raise NotSupported("replies")

    @classmethod
    def told(cls, call: Mapping[str, Any]) -> tuple[Told, ...]:
        """Return what a call of the network is about, in the fields of `webhooks`; pure, and never raises."""
        return ()

    def ask_for_calls(self) -> None:
        """Have the network call us about this account; repeating it changes nothing."""
        raise NotSupported("calls")

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """Return the remote id behind a link that a person pasted, or None where it is not a post of this account.

        `handle` is the account's, `key` the idempotency key of what is looked for. May ask the network.
        """
        return linked_id(url, self.post_links, handle=handle, settings=self.credentials.settings)


def linked_id(url: str, templates: tuple[str, ...], *, handle: str, settings: Mapping[str, str]) -> str | None:
    """Return what stands in the place of `{id}` where a link has the shape of one of `templates`, else None."""
    try:
        address = urlsplit(url.strip())
        server = urlsplit(settings.get("server", "")).netloc
    except ValueError:
        return None
    if address.scheme not in {"http", "https"}:
        return None
    shown = f"{address.netloc.lower().removeprefix('www.')}{unquote(address.path).rstrip('/')}"
    names = {name: value.lstrip("@") for name, value in settings.items()}
    names |= {"name": handle.lstrip("@").partition("@")[0], "server": server}
    for template in templates:
        try:
            before, _, after = template.format(**{**names, "id": "\0"}).partition("\0")
        except KeyError:
            continue  # an account that was connected before this setting was kept
        middle = shown[len(before) : len(shown) - len(after)]
        if shown.casefold() == f"{before}{middle}{after}".casefold() and _REMOTE_ID.fullmatch(middle):
            return middle
    return None
