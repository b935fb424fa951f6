"""What every channel owes the outbox. A new one passes by subclassing `ChannelConformance` (docs/new-channel.md)."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from publishing.channels.errors import (
    Ambiguous,
    ChannelError,
    NotFound,
    NotSent,
    NotSupported,
    RateLimited,
    ReauthRequired,
)
from publishing.channels.interface import Channel, Credentials, Find, Idempotency, Refresh, Sending
from publishing.channels.values import Image, Payload
from publishing.compose import Wording, compose
from publishing.validation import problems
from tests.channels.house import PIXEL
from tests.channels.lossy_proxy import Fault, LossyProxy
from tests.channels.networks import Network

_numbers = count(int(datetime.now(UTC).timestamp()))


def key_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:40]


class ChannelConformance:
    """Subclass it as `TestMyChannel` and give it the fixture `network`."""

    @pytest.fixture
    def network(self) -> Network:
        raise NotImplementedError("a subclass says which network it is")

    @pytest.fixture
    def proxy(self, network: Network) -> Iterator[LossyProxy]:
        with LossyProxy(network.address) as running:
            yield running

    @pytest.fixture(autouse=True)
    def _nothing_forbidden(self, network: Network) -> Iterator[None]:
        yield
        assert not network.violations(), network.violations()

    @pytest.fixture
    def open_channel(self, network: Network, client: httpx.Client) -> Callable[[str], Channel]:
        def open_at(base: str) -> Channel:
            channel = network.channel(Credentials(1, network.settings(base), network.secrets), client)
            if channel.capabilities.refresh is Refresh.ROTATING and "access" not in network.secrets:
                channel.refresh(datetime.now(UTC))
            return channel

        return open_at

    @pytest.fixture
    def channel(self, network: Network, open_channel: Callable[[str], Channel]) -> Channel:
        return open_channel(network.address)

    @pytest.fixture
    def payload(self, network: Network) -> Payload:
        return self.make_payload(network)

    def make_payload(self, network: Network, **changes: Any) -> Payload:
        """Return a post that is composed for the channel, with a marker that no other has."""
        marker = changes.pop("marker", f"https://saring.example/cn/{next(_numbers)}?v=1")
        capabilities = network.channel.capabilities
        wording = Wording("SALAH", "Air es", "Air es tidak menyebabkan kanker.", "Air es menyebabkan kanker")
        image = None
        if capabilities.image:
            digest = hashlib.sha256(PIXEL).hexdigest()
            image = Image(digest, 1, 1, "Kartu: SALAH", f"https://saring.example/kartu/{digest}.png")
        text = compose(wording, link=marker, language="id", rule=capabilities.rule(with_image=image is not None))
        facts: dict[str, Any] = {
            "text": text,
            "title": "Air es",
            "language": "id",
            "marker": marker,
            "created_at": datetime.now(UTC),
            "event": "published",
            "counter_narrative_id": 1,
            "version": 1,
            "verdict": "false",
            "image": image,
            "recipient": network.recipient,
        }
        return Payload(**{**facts, **changes})

    def send(self, channel: Channel, payload: Payload, sending: Sending) -> Any:
        """Prepare and publish, as the outbox does."""
        handle = channel.prepare(payload, PIXEL if payload.image else None, sending)
        return channel.publish(payload, replace(sending, handle=handle))

    # What every channel owes.

    def test_the_network_names_the_account(self, channel: Channel) -> None:
        identity = channel.verify()
        assert identity.handle
        assert identity.name

    def test_a_composed_post_is_valid_and_becomes_visible(
        self, network: Network, channel: Channel, payload: Payload
    ) -> None:
        assert problems(payload, channel.capabilities, image_bytes=len(PIXEL)) == ()
        published = self.send(channel, payload, Sending(key_of(payload.marker)))
        assert published.remote_id
        assert len(network.visible(payload.marker)) == 1

    def test_no_connection_is_not_sent(self, network: Network, open_channel: Callable[[str], Channel]) -> None:
        channel = open_channel(network.address)
        channel.credentials = replace(channel.credentials, settings=network.settings("http://127.0.0.1:9"))
        with pytest.raises(NotSent):
            self.send(channel, replace(self.make_payload(network), image=None), Sending(key_of("b"), handle="1"))

    @pytest.mark.parametrize("fault", [Fault.REPLY_DROPPED, Fault.CUT_BEFORE, Fault.ERROR_AFTER, Fault.SLOW_REPLY])
    def test_whatever_is_lost_is_ambiguous(
        self,
        fault: Fault,
        network: Network,
        proxy: LossyProxy,
        open_channel: Callable[[str], Channel],
        payload: Payload,
    ) -> None:
        channel = open_channel(proxy.url)
        proxy.fail_next(network.send, fault)
        with pytest.raises(Ambiguous):
            self.send(channel, payload, Sending(key_of(payload.marker)))
        assert len(network.visible(payload.marker)) == (0 if fault is Fault.CUT_BEFORE else 1)

    def test_a_limit_is_no_effect_and_says_until_when(
        self, network: Network, proxy: LossyProxy, open_channel: Callable[[str], Channel], payload: Payload
    ) -> None:
        channel = open_channel(proxy.url)
        proxy.fail_next(network.send, Fault.LIMITED)
        with pytest.raises(RateLimited) as limit:
            self.send(channel, payload, Sending(key_of(payload.marker)))
        assert limit.value.reset_at is not None
        assert network.visible(payload.marker) == []

    def test_a_wrong_token_asks_for_a_new_one(self, network: Network, client: httpx.Client, payload: Payload) -> None:
        wrong = dict.fromkeys(network.secrets, "salah") | {"access": network.wrong_token()}
        channel = network.channel(Credentials(1, network.settings(network.address), wrong), client)
        with pytest.raises(ReauthRequired):
            self.send(channel, payload, Sending(key_of(payload.marker)))
        assert network.visible(payload.marker) == []

    def test_no_error_carries_a_secret(self, network: Network, client: httpx.Client, payload: Payload) -> None:
        secrets = dict.fromkeys(network.secrets, "jangan-bocor-123")
        for base in (network.address, "http://127.0.0.1:9"):
            channel = network.channel(Credentials(1, network.settings(base), secrets), client)
            with pytest.raises(ChannelError) as error:
                self.send(channel, payload, Sending(key_of(payload.marker)))
            assert "jangan-bocor" not in repr(error.value)
            assert "jangan-bocor" not in repr(channel.credentials)

    def test_a_pasted_link_is_known_for_our_own_post_and_for_nothing_else(
        self, network: Network, channel: Channel, payload: Payload
    ) -> None:
        key, handle = key_of(payload.marker), channel.verify().handle
        published = self.send(channel, payload, Sending(key))
        if published.url and self.links_here:
            assert channel.own_post(published.url, handle=handle, key=key) == published.remote_id
            stranger = published.url.replace(handle.lstrip("@").partition("@")[0], "orang.lain")
            if stranger != published.url:
                assert channel.own_post(stranger, handle=handle, key=key) is None
        for link in ("", "12345", "javascript:12345", "https://jejaring-lain.example/12345", "https://[x/12345"):
            assert channel.own_post(link, handle=handle, key=key) is None, link

    # What it owes for what it claims.

    def test_find_sees_what_is_there_and_nothing_else(
        self, network: Network, channel: Channel, payload: Payload
    ) -> None:
        since = datetime.now(UTC) - timedelta(minutes=5)
        sending = Sending(key_of(payload.marker), since=since)
        if channel.capabilities.find is Find.NONE:
            with pytest.raises(NotSupported):
                channel.find(payload, sending)
            return
        assert channel.find(payload, sending) is None
        published = self.send(channel, payload, sending)
        found = channel.find(payload, sending)
        assert found is not None
        assert found.remote_id == published.remote_id
        longer = self.make_payload(network, marker=payload.marker + "2", created_at=payload.created_at)
        assert channel.find(longer, Sending(key_of(longer.marker), since=since)) is None

    def test_a_repeat_is_what_it_claims_to_be(self, network: Network, channel: Channel, payload: Payload) -> None:
        if channel.capabilities.idempotency not in {Idempotency.NATURAL, Idempotency.KEY}:
            return
        first = self.send(channel, payload, Sending(key_of(payload.marker)))
        again = self.send(channel, payload, Sending(key_of(payload.marker)))
        assert first.remote_id == again.remote_id
        assert len(network.visible(payload.marker)) == 1

    def test_an_edit_replaces_the_text_and_can_be_repeated(
        self, network: Network, channel: Channel, payload: Payload
    ) -> None:
        published = self.send(channel, payload, Sending(key_of(payload.marker)))
        marker = payload.marker.replace("v=1", "v=2")
        changed = replace(payload, text=f"KOREKSI: air es aman. {marker}", marker=marker, version=2, event="corrected")
        if not channel.capabilities.edit:
            with pytest.raises(NotSupported):
                channel.edit(published, changed)
            return
        for _ in range(2):
            channel.edit(published, changed)
        assert network.visible(payload.marker) == []
        (text,) = network.visible(marker)
        assert text.startswith("KOREKSI")

    def test_a_deletion_can_be_repeated(self, network: Network, channel: Channel, payload: Payload) -> None:
        published = self.send(channel, payload, Sending(key_of(payload.marker)))
        if not channel.capabilities.delete:
            with pytest.raises(NotSupported):
                channel.delete(published)
            return
        channel.delete(published)
        assert network.visible(payload.marker) == []
        with contextlib.suppress(NotFound):
            channel.delete(published)

    def test_a_reply_can_be_sent_and_found(self, network: Network, channel: Channel, payload: Payload) -> None:
        if not channel.capabilities.reply:
            return
        parent = self.send(channel, payload, Sending(key_of(payload.marker)))
        marker = payload.marker.replace("v=1", "v=2#ralat-1")
        text = f"KOREKSI: air es aman. {marker}"
        reply = self.make_payload(network, marker=marker, text=text, image=None, reply_to=parent)
        sending = Sending(key_of(marker), since=datetime.now(UTC) - timedelta(minutes=5))
        published = self.send(channel, reply, sending)
        assert len(network.visible(marker)) == 1
        if channel.capabilities.find is not Find.NONE:
            found = channel.find(reply, sending)
            assert found is not None
            assert found.remote_id == published.remote_id

    def test_counts_are_read_and_a_missing_post_is_not_found(
        self, network: Network, channel: Channel, payload: Payload
    ) -> None:
        if not channel.capabilities.metrics or not self.counts_here:
            return
        published = self.send(channel, payload, Sending(key_of(payload.marker)))
        assert channel.metrics(published).likes is not None
        with pytest.raises(NotFound):
            channel.metrics(replace(published, remote_id=self.missing_id))

    counts_here = True
    """False where the server that the tests can run does not count."""

    links_here = True
    """False where a post has no address of its own at the network, or the server shows another one than its own."""

    missing_id = "999999999"
