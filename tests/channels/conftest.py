"""The servers of the networks, started when a test first asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from mastodon_mock.testing import MockServer

from publishing.channels.http import build_client
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.vault import Vault, new_key
from tests.channels.bluesky_server import BlueskyServer, bluesky_server
from tests.channels.lossy_proxy import SLOW_SECONDS
from tests.channels.networks import (
    BlueskyNetwork,
    FacebookNetwork,
    InstagramNetwork,
    MastodonNetwork,
    Network,
    TelegramNetwork,
    ThreadsNetwork,
    WebhookNetwork,
    WhatsAppNetwork,
    XNetwork,
)
from tests.channels.stubs.meta import FacebookStub, InstagramStub, ThreadsStub
from tests.channels.stubs.telegram import TelegramStub
from tests.channels.stubs.whatsapp import WhatsAppStub
from tests.channels.stubs.x import XStub
from tests.channels.webhook_receiver import WebhookReceiver


@pytest.fixture(scope="session")
def pds() -> Iterator[BlueskyServer]:
    with bluesky_server() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """The channels' client, with a read time-out that the proxy's slow reply exceeds."""
    with build_client(timeout=httpx.Timeout(SLOW_SECONDS / 1.5, connect=1.0)) as running:
        yield running


@pytest.fixture
def channels(client: httpx.Client) -> Channels:
    return Channels(KINDS, Vault([new_key()]), client)


@pytest.fixture(scope="session")
def mastodon_mock() -> Iterator[str]:
    """The address of mastodon-mock, with the account of `alice_token`."""
    with MockServer() as server:
        yield server.base_url


BUILDERS: dict[str, Callable[[pytest.FixtureRequest, ExitStack], Network]] = {
    "bluesky": lambda request, _stack: BlueskyNetwork(request.getfixturevalue("pds")),
    "mastodon": lambda request, _stack: MastodonNetwork(request.getfixturevalue("mastodon_mock")),
    "telegram": lambda _request, stack: TelegramNetwork(stack.enter_context(TelegramStub())),
    "x": lambda _request, stack: XNetwork(stack.enter_context(XStub())),
    "facebook": lambda _request, stack: FacebookNetwork(stack.enter_context(FacebookStub())),
    "instagram": lambda _request, stack: InstagramNetwork(stack.enter_context(InstagramStub())),
    "threads": lambda _request, stack: ThreadsNetwork(stack.enter_context(ThreadsStub())),
    "whatsapp": lambda _request, stack: WhatsAppNetwork(stack.enter_context(WhatsAppStub())),
    "webhook": lambda _request, stack: WebhookNetwork(stack.enter_context(WebhookReceiver())),
}


@pytest.fixture
def build_network(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Network]]:
    """Start a network by its kind; it stops with the test."""
    with ExitStack() as stack:
        yield lambda kind: BUILDERS[kind](request, stack)
