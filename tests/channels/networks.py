"""Each network as the tests see it: a server on loopback, its account, and a look at what is really there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import httpx

from publishing.channels.bluesky import Bluesky
from publishing.channels.facebook import Facebook
from publishing.channels.instagram import Instagram
from publishing.channels.interface import Channel
from publishing.channels.mastodon import Mastodon, plain_text
from publishing.channels.telegram import Telegram
from publishing.channels.threads import Threads
from publishing.channels.webhook import Webhook
from publishing.channels.whatsapp import WhatsApp
from publishing.channels.x import X
from tests.channels.bluesky_server import BlueskyServer
from tests.channels.stubs.meta import GraphStub
from tests.channels.stubs.server import Stub
from tests.channels.stubs.telegram import TelegramStub
from tests.channels.stubs.whatsapp import WhatsAppStub
from tests.channels.stubs.x import XStub
from tests.channels.webhook_receiver import WebhookReceiver


class Network(ABC):
    """One server with one account of ours. `send` matches the request that makes a post visible."""

    recipient: str | None = None

    channel: type[Channel]
    address: str
    send: str
    secrets: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.channel.capabilities.kind

    def violations(self) -> Sequence[str]:
        """Return what the server found in our requests that its network does not allow."""
        return ()

    def wrong_token(self) -> str:
        """Return a token of the right shape that the server does not take."""
        return "salah"

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

    def wrong_token(self) -> str:
        header, claims, signature = self.server.log_in(self.account)["accessJwt"].split(".")
        return f"{header}.{claims}.{signature[::-1]}"

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


class MastodonNetwork(Network):
    channel = Mastodon
    send = r"POST /api/v1/statuses(\?|$)"
    secrets: Mapping[str, str] = {"access": "alice_token"}

    def __init__(self, url: str) -> None:
        self.address = url

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base}

    def visible(self, marker: str) -> list[str]:
        with httpx.Client(base_url=self.address, headers={"Authorization": "Bearer alice_token"}) as client:
            me = client.get("/api/v1/accounts/verify_credentials").json()["id"]
            texts, params = [], {"limit": "40"}
            while page := client.get(f"/api/v1/accounts/{me}/statuses", params=params).json():
                texts += [plain_text(status["content"]) for status in page]
                params["max_id"] = page[-1]["id"]
        return [text for text in texts if carries(text, marker)]


class StubNetwork(Network):
    """A network that a stub stands for."""

    def __init__(self, stub: Stub) -> None:
        self.stub, self.address = stub, stub.url
        self.secrets = {"access": "rahasia"}

    def violations(self) -> Sequence[str]:
        return self.stub.violations


class TelegramNetwork(StubNetwork):
    channel = Telegram
    send = "/send(Message|Photo)"

    def __init__(self, stub: TelegramStub) -> None:
        super().__init__(stub)
        self.bot, self.secrets = stub, {"token": stub.token}

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "chat": self.bot.name}

    def visible(self, marker: str) -> list[str]:
        texts = [message.get("text") or message["caption"] for message in self.bot.messages.values()]
        return [text for text in texts if carries(text, marker)]


class XNetwork(StubNetwork):
    channel = X
    send = r"POST /2/tweets$"

    def __init__(self, stub: XStub) -> None:
        super().__init__(stub)
        self.x = stub

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "user": "42", "username": "cekfakta"}

    def visible(self, marker: str) -> list[str]:
        return [post["text"] for post in self.x.posts.values() if carries(post["text"], marker)]


class GraphNetwork(StubNetwork):
    """Facebook, Instagram or Threads, as its stub is."""

    field = "text"

    def __init__(self, stub: GraphStub) -> None:
        super().__init__(stub)
        self.graph = stub

    def visible(self, marker: str) -> list[str]:
        texts = [post.get(self.field) or post["text"] for post in self.graph.posts.values()]
        return [text for text in texts if carries(text, marker)]


class FacebookNetwork(GraphNetwork):
    channel = Facebook
    send = "POST /(500/feed|[0-9_]+/comments)"
    field = "message"

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "page": "500"}


class InstagramNetwork(GraphNetwork):
    channel = Instagram
    send = "POST /(900/media_publish|[0-9]+/comments)"
    field = "caption"

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "user": "900"}


class ThreadsNetwork(GraphNetwork):
    channel = Threads
    send = "POST /700/threads_publish"

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "user": "700", "username": "cekfakta"}


class WhatsAppNetwork(StubNetwork):
    channel = WhatsApp
    send = "POST /600/messages"
    recipient = "+6281200000001"

    def __init__(self, stub: WhatsAppStub) -> None:
        super().__init__(stub)
        self.phone, self.secrets = stub, {"access": "rahasia", "app_secret": "sandi"}

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base, "phone_number": "600", "template": "cek_fakta"}

    def visible(self, marker: str) -> list[str]:
        return [message["text"] for message in self.phone.messages.values() if carries(message["text"], marker)]


def carries(text: str, marker: str) -> bool:
    """Return whether a text holds the marker as a whole: version 1 is not version 12."""
    return any(word.rstrip(".,;)”\"'") == marker for word in text.split())
