"""Every channel against its server, by one suite."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from publishing.channels.registry import KINDS
from tests.channels.conformance import ChannelConformance
from tests.channels.networks import Network


class TestBluesky(ChannelConformance):
    counts_here = False

    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("bluesky")


class TestMastodon(ChannelConformance):
    links_here = False

    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("mastodon")


class TestTelegram(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("telegram")


class TestX(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("x")


class TestFacebook(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("facebook")


class TestInstagram(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("instagram")


class TestThreads(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("threads")


class TestWhatsApp(ChannelConformance):
    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("whatsapp")


class TestWebhook(ChannelConformance):
    links_here = False

    @pytest.fixture
    def network(self, build_network: Callable[[str], Network]) -> Network:
        return build_network("webhook")


def test_every_network_conforms_but_the_feed_which_has_no_server() -> None:
    tested = {name.removeprefix("Test").lower() for name in globals() if name.startswith("Test")}
    assert tested == set(KINDS) - {"feed"}
