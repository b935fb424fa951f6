"""The networks that this installation can speak to, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.channels.bluesky import Bluesky
from publishing.channels.interface import Channel
from publishing.channels.webhook import Webhook

KINDS: Mapping[str, type[Channel]] = {channel.capabilities.kind: channel for channel in (Bluesky, Webhook)}
