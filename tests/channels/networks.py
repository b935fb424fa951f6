"""Each network as the tests see it: a server on loopback, its account, and a look at what is really there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from publishing.channels.bluesky import Bluesky
from publishing.channels.interface import Channel
from publishing.channels.webhook import Webhook
from tests.channels.bluesky_server import BlueskyServer
from tests.channels.webhook_receiver import WebhookReceiver


class Network(ABC):
    """One server with one account of ours. `send` matches the request that makes a post visible."""

    channel: type[Channel]
    address: str
    send: str
    secrets: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.channel.capabilities.kind

    @abstractmethod
    def settings(self, base: str) -> dict[str, str]:
        """Return an account's settings that lead to `base`: the server itself or a proxy before it."""

    @abstractmethod
    def visible(self, marker: str) -> list[str]:
        """Return the texts that anybody can see now and that carry exactly this marker."""


class BlueskyNetwork(Network):
    channel = Bluesky
    send = "POST /xrpc/com.atproto.repo.putRecord"

    def __init__(self, server: BlueskyServer) -> None:
        self.server, self.address = server, server.url
        self.account = server.register()
        self.secrets = {"app_password": self.account["app_password"]}

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "handle": self.account["handle"], "did": self.account["did"]}

    def visible(self, marker: str) -> list[str]:
        texts = [record["value"]["text"] for record in self.server.records(self.account["did"])]
        return [text for text in texts if carries(text, marker)]


class WebhookNetwork(Network):
    channel = Webhook
    send = "POST /hook"

    def __init__(self, receiver: WebhookReceiver) -> None:
        self.receiver, self.address = receiver, receiver.url
        self.secrets = {"signing_secret": receiver.secret}

    def settings(self, base: str) -> dict[str, str]:
        return {"url": f"{base}/hook", "name": "Koran"}

    def visible(self, marker: str) -> list[str]:
        return [story["text"] for story in self.receiver.stories() if story["url"] == marker]


def carries(text: str, marker: str) -> bool:
    """Return whether a text holds the marker as a whole: version 1 is not version 12."""
    return any(word.rstrip(".,;)”\"'") == marker for word in text.split())
