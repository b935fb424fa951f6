"""The networks that this installation can speak to, by kind."""

from __future__ import annotations

from collections.abc import Mapping

from publishing.channels.bluesky import Bluesky
from publishing.channels.facebook import Facebook
from publishing.channels.feed import Feed
from publishing.channels.instagram import Instagram
from publishing.channels.interface import Channel
from publishing.channels.mastodon import Mastodon
from publishing.channels.telegram import Telegram
from publishing.channels.threads import Threads
from publishing.channels.webhook import Webhook
from publishing.channels.whatsapp import WhatsApp
from publishing.channels.x import X

KINDS: Mapping[str, type[Channel]] = {
    channel.capabilities.kind: channel
    for channel in (Bluesky, Mastodon, Telegram, X, Facebook, Instagram, Threads, WhatsApp, Webhook, Feed)
}
