"""A link that a person pasted is a post of this very account, or it is nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from publishing.channels.interface import Credentials
from publishing.channels.registry import KINDS

SETTINGS: dict[str, dict[str, str]] = {
    "bluesky": {"server": "https://bsky.social", "handle": "cekfakta.bsky.social", "did": "did:plc:abc"},
    "mastodon": {"server": "https://sosial.example"},
    "telegram": {"chat": "@cekfakta"},
    "x": {"user": "42", "username": "cekfakta"},
    "facebook": {"page": "500"},
    "whatsapp": {"phone_number": "1", "template": "kabar"},
    "webhook": {"url": "https://koran.example/hook", "name": "Koran"},
}
OURS = [
    ("bluesky", "https://bsky.app/profile/cekfakta.bsky.social/post/3kab", "at://did:plc:abc/app.bsky.feed.post/3kab"),
    ("bluesky", "https://bsky.app/profile/did:plc:abc/post/3kab", "at://did:plc:abc/app.bsky.feed.post/3kab"),
    ("mastodon", "https://sosial.example/@cekfakta/1095", "1095"),
    ("telegram", "https://t.me/cekfakta/77?single", "77"),
    ("x", "https://www.x.com/CekFakta/status/1795?s=20", "1795"),
    ("x", "https://twitter.com/cekfakta/status/1795/", "1795"),
    ("facebook", "https://www.facebook.com/500/posts/321", "500_321"),
    ("facebook", "https://www.facebook.com/500_321", "500_321"),
    ("whatsapp", "wamid.HBgL+/=", "wamid.HBgL+/="),
    ("webhook", "https://koran.example/berita/9", "kunci"),
]
NOT_OURS = [
    ("bluesky", "https://bsky.app/profile/orang.lain/post/3kab"),
    ("bluesky", "https://bsky.app.jahat.example/profile/cekfakta.bsky.social/post/3kab"),
    ("mastodon", "https://sosial.example/@orang/1095"),
    ("mastodon", "https://lain.example/@cekfakta/1095"),
    ("mastodon", "https://sosial.example/@cekfakta/1095/reblogs"),
    ("telegram", "https://t.me/saluranlain/77"),
    ("telegram", "https://x.com/cekfakta/status/1795"),
    ("x", "https://x.com/orang/status/1795"),
    ("x", "https://x.com/cekfakta/status/1795/photo/1"),
    ("x", "https://x.com/cekfakta/status/"),
    ("x", "1795"),
    ("facebook", "https://www.facebook.com/501/posts/321"),
    ("facebook", "https://www.facebook.com/500/posts/pfbid02abc"),
    ("whatsapp", "https://wa.me/wamid.1"),
    ("webhook", "https://koran.example.jahat.example/berita/9"),
    ("webhook", "javascript:alert(1)"),
]


def channel(kind: str) -> Any:
    return KINDS[kind](Credentials(1, SETTINGS[kind], {}), httpx.Client())


@pytest.mark.parametrize(("kind", "url", "remote_id"), OURS)
def test_our_own_link_names_the_post(kind: str, url: str, remote_id: str) -> None:
    assert channel(kind).own_post(url, handle="@cekfakta", key="kunci") == remote_id


@pytest.mark.parametrize(("kind", "url"), NOT_OURS)
def test_another_link_names_nothing(kind: str, url: str) -> None:
    assert channel(kind).own_post(url, handle="@cekfakta", key="kunci") is None
