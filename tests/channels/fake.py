"""A network that lives in memory and does as it is told: for what the outbox decides, not for how networks speak."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import httpx

from publishing.channels.errors import Ambiguous, ChannelError, NotFound, ReauthRequired
from publishing.channels.interface import (
    Capabilities,
    Channel,
    Connect,
    Credentials,
    Find,
    Idempotency,
    Sending,
)
from publishing.channels.values import Identity, Metrics, Payload, Published, ReplyPage, Told
from publishing.connections import Channels
from publishing.counting import TextRule, Unit
from publishing.vault import Vault, new_key

CAPABILITIES = Capabilities(
    kind="fake",
    label="Fake",
    text=TextRule(500, Unit.GRAPHEMES),
    idempotency=Idempotency.NONE,
    find=Find.MARKER,
    connect=Connect.SECRETS,
    secrets=("token",),
    verified_against="itself",
    edit=True,
    delete=True,
    reply=True,
    metrics=True,
    replies=True,
)


@dataclass
class FakeNetwork:
    """What is posted, and what goes wrong next: an error raised before the effect, or after it (`after`)."""

    capabilities: Capabilities = CAPABILITIES
    posts: dict[str, Payload] = field(default_factory=dict)
    before: list[ChannelError | Callable[[], None]] = field(default_factory=list)
    after: list[ChannelError | Callable[[], None]] = field(default_factory=list)
    finding: list[ChannelError] = field(default_factory=list)
    good_tokens: set[str] | None = None
    reads_lag: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    refreshes: int = 0
    calls: list[str] = field(default_factory=list)
    counts: dict[str, Metrics] = field(default_factory=dict)
    pages: list[ReplyPage] = field(default_factory=list)

    def channel(self, **changes: Any) -> type[Channel]:
        """Return the class of a channel that speaks to this network, with some of its capabilities changed."""
        network, shown = self, replace(self.capabilities, **changes)

        class Fake(_FakeChannel):
            capabilities: ClassVar[Capabilities] = shown

        Fake.network, Fake.post_links = network, ("fake.example/{id}",)
        return Fake

    def channels(self, **changes: Any) -> Channels:
        """Return a registry of only this network, with a vault of its own."""
        return Channels({"fake": self.channel(**changes)}, Vault([new_key()]), httpx.Client(trust_env=False))


class _FakeChannel(Channel):
    network: ClassVar[FakeNetwork]
    owner_setting: ClassVar[str] = "page"

    @classmethod
    def told(cls, call: Mapping[str, Any]) -> tuple[Told, ...]:
        return (Told(call.get("page"), tuple(call.get("posts", ()))),)

    def ask_for_calls(self) -> None:
        self._check("ask_for_calls")

    def verify(self) -> Identity:
        self._check("verify")
        return Identity("@fake", "Fake")

    def refresh(self, now: datetime) -> Credentials:
        self.network.refreshes += 1
        token = f"fresh-{self.network.refreshes}"
        if self.network.good_tokens is not None:
            self.network.good_tokens = {token}
        secrets = {**self.credentials.secrets, "token": token, "refresh": ""}
        return replace(self.credentials, secrets=secrets, expires_at=now + timedelta(hours=2))

    def publish(self, payload: Payload, sending: Sending) -> Published:
        self._check("publish")
        known = sending.key if self.capabilities.idempotency in {Idempotency.NATURAL, Idempotency.KEY} else None
        remote_id = known or str(next(self.network.numbers))
        self.network.posts[remote_id] = payload
        _raise_next(self.network.after)
        return Published(remote_id, f"https://fake.example/{remote_id}", "1")

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        self._check("find", self.network.finding)
        for remote_id, post in self.network.posts.items():
            if not self.network.reads_lag and post.marker == payload.marker:
                return Published(remote_id, f"https://fake.example/{remote_id}", "1")
        return None

    def edit(self, remote: Published, payload: Payload) -> Published:
        self._check("edit")
        if remote.remote_id not in self.network.posts:
            raise NotFound("gone")
        self.network.posts[remote.remote_id] = payload
        _raise_next(self.network.after)
        return replace(remote, version="2")

    def delete(self, remote: Published) -> None:
        self._check("delete")
        if self.network.posts.pop(remote.remote_id, None) is None:
            raise NotFound("gone")
        _raise_next(self.network.after)

    def metrics(self, remote: Published) -> Metrics:
        self._check("metrics")
        if remote.remote_id not in self.network.posts:
            raise NotFound("gone")
        return self.network.counts.get(remote.remote_id, Metrics(likes=0))

    def replies(self, cursor: str | None) -> ReplyPage:
        self._check(f"replies {cursor}")
        return self.network.pages.pop(0) if self.network.pages else ReplyPage((), cursor)

    def _check(self, call: str, faults: list[Any] | None = None) -> None:
        self.network.calls.append(call)
        good = self.network.good_tokens
        if good is not None and self.credentials.secrets["token"] not in good:
            raise ReauthRequired("expired", status=401)
        _raise_next(self.network.before if faults is None else faults)


def _raise_next(faults: list[Any]) -> None:
    if not faults:
        return
    fault = faults.pop(0)
    if isinstance(fault, ChannelError):
        raise fault
    fault()


def lost() -> Ambiguous:
    """The reply that never came."""
    return Ambiguous("ReadTimeout")
