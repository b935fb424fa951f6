"""The servers of the networks, started when a test first asks for one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from publishing.channels.http import build_client
from publishing.channels.registry import KINDS
from publishing.connections import Channels
from publishing.vault import Vault, new_key
from tests.channels.bluesky_server import BlueskyServer, bluesky_server
from tests.channels.lossy_proxy import SLOW_SECONDS
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
