"""Mastodon and the servers that speak its API. Each sets its own limits, which are read when the account is connected.

The `Idempotency-Key` is sent and never relied on: some servers ignore it, some forget it, some refuse the repeat. Our
own timeline, searched for the marker link, decides.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

import httpx

from publishing.channels.errors import NotSent
from publishing.channels.http import body, expect, send
from publishing.channels.interface import Capabilities, Channel, Connect, Find, Idempotency, ImageRule, Sending
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage
from publishing.counting import TextRule, Unit

DEFAULT_LIMIT = 500
PAGE = 40
"""How many of our own posts are searched for the marker, and how many mentions are read at once."""

MAX_PAGES = 25
"""A thousand posts since our first try; beyond it a miss is not believed."""

MENTION_PAGES = 10
"""How many pages of mentions one fetch reads; the next fetch goes on where it ended."""

MEDIA_POLLS = 20
MEDIA_POLL_SECONDS = 1.0
"""How long a server may take to process an image (it answers 202 meanwhile) before we come back later."""

_TAGS = re.compile(r"<[^>]+>")
_HREF = re.compile(r'href="([^"]+)"')


class Mastodon(Channel):
    """Secrets: `access`. Settings: `server`, and as verified `account`, `max_characters`, `url_length`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="mastodon",
        label="Mastodon",
        text=TextRule(DEFAULT_LIMIT, Unit.MASTODON),
        idempotency=Idempotency.KEY,
        find=Find.MARKER,
        connect=Connect.OAUTH,
        secrets=("access",),
        settings=("server",),
        verified_against="mastodon-mock 0.6.1, a stateful double, run by the tests; not a real server",
        image=ImageRule(max_bytes=8_000_000),
        edit=True,
        delete=True,
        reply=True,
        metrics=True,
        replies=True,
    )

    post_links: ClassVar[tuple[str, ...]] = ("{server}/@{name}/{id}", "{server}/users/{name}/statuses/{id}")

    @classmethod
    def limits(cls, settings: Mapping[str, str]) -> Capabilities:
        text = TextRule(
            int(settings.get("max_characters", DEFAULT_LIMIT)),
            Unit.MASTODON,
            url_length=int(settings.get("url_length", cls.capabilities.text.url_length)),
        )
        return replace(cls.capabilities, text=text)

    def verify(self) -> Identity:
        me = self._call("GET", "/api/v1/accounts/verify_credentials")
        configuration = self._call("GET", "/api/v1/instance").get("configuration", {}).get("statuses", {})
        settings = {
            "account": str(me["id"]),
            "max_characters": str(configuration.get("max_characters", DEFAULT_LIMIT)),
            "url_length": str(configuration.get("characters_reserved_per_url", self.capabilities.text.url_length)),
        }
        host = httpx.URL(self.credentials.settings["server"]).host
        return Identity(f"@{me['acct']}@{host}", me.get("display_name") or me["acct"], settings)

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Upload the image and wait until the server has processed it."""
        if payload.image is None or image is None or sending.handle:
            return sending.handle
        files = {"file": (f"{payload.image.sha256[:16]}.png", image, payload.image.media_type)}
        media = self._call("POST", "/api/v2/media", files=files, data={"description": payload.image.alt})
        for _ in range(MEDIA_POLLS):
            if media.get("url"):
                return str(media["id"])
            time.sleep(MEDIA_POLL_SECONDS)
            media = self._call("GET", f"/api/v1/media/{media['id']}")
        raise NotSent("the server is still processing the image")

    def publish(self, payload: Payload, sending: Sending) -> Published:
        status: dict[str, Any] = {"status": payload.text, "language": payload.language, "visibility": "public"}
        if sending.handle:
            status["media_ids"] = [sending.handle]
        if payload.reply_to:
            status["in_reply_to_id"] = payload.reply_to.remote_id
        headers = {"Idempotency-Key": sending.key}
        return _published(self._call("POST", "/api/v1/statuses", json=status, headers=headers))

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search our posts since the first try, replies among them, for the marker: the whole link, not a part."""
        path, params = f"/api/v1/accounts/{self._account}/statuses", {"limit": str(PAGE), "exclude_reblogs": "true"}
        for _ in range(MAX_PAGES):
            page = self._call("GET", path, params=params)
            for status in page:
                if payload.marker in _links(status["content"]):
                    return _published(status)
            if not page or _is_before(page[-1], sending.since):
                return None
            params["max_id"] = str(page[-1]["id"])
        raise NotSent("too many posts to search")

    def edit(self, remote: Published, payload: Payload) -> Published:
        """Replace the text; the server shows that, and keeps what was there. The image stays."""
        status = self._call("GET", f"/api/v1/statuses/{remote.remote_id}")
        media = [str(item["id"]) for item in status.get("media_attachments", [])]
        changed = {"status": payload.text, "language": payload.language, "media_ids": media}
        return _published(self._call("PUT", f"/api/v1/statuses/{remote.remote_id}", json=changed))

    def delete(self, remote: Published) -> None:
        self._call("DELETE", f"/api/v1/statuses/{remote.remote_id}")

    def metrics(self, remote: Published) -> Metrics:
        status = self._call("GET", f"/api/v1/statuses/{remote.remote_id}")
        return Metrics(
            likes=status.get("favourites_count"),
            reposts=status.get("reblogs_count"),
            replies=status.get("replies_count"),
            quotes=status.get("quotes_count"),
        )

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read mentions that are newer than the notification whose id is the cursor.

        `min_id` gives those right after it, so each page begins where the one before ended and none is left out.
        """
        params: dict[str, str | int] = {"limit": PAGE, "types[]": "mention"}
        listed: list[dict[str, Any]] = []
        for _ in range(MENTION_PAGES if cursor else 1):
            if cursor:
                params["min_id"] = max((n["id"] for n in listed), key=int, default=cursor)
            page = self._call("GET", "/api/v1/notifications", params=params)
            listed += page
            if len(page) < PAGE:
                break
        mentions = sorted((n for n in listed if n["type"] == "mention" and n.get("status")), key=_number)
        newest = max((n["id"] for n in listed), key=int, default=cursor)
        return ReplyPage(tuple(_reply(n["status"]) for n in mentions), newest)

    @property
    def _account(self) -> str:
        known = self.credentials.settings.get("account")
        return known or str(self._call("GET", "/api/v1/accounts/verify_credentials")["id"])

    def _call(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any) -> Any:
        authorised = {"Authorization": f"Bearer {self.credentials.secrets['access']}", **(headers or {})}
        response = send(
            self.client, method, f"{self.credentials.settings['server']}{path}", headers=authorised, **options
        )
        return body(response) if response.is_success else expect(response)


def plain_text(content: str) -> str:
    """Return the text of a status without its markup."""
    return html.unescape(_TAGS.sub("", content.replace("<br />", "\n").replace("</p><p>", "\n\n"))).strip()


def _links(content: str) -> frozenset[str]:
    """Return the links of a status: the marked-up ones, and the bare ones of servers that mark up nothing."""
    return frozenset(html.unescape(link) for link in _HREF.findall(content)) | frozenset(plain_text(content).split())


def _is_before(status: Mapping[str, Any], moment: datetime | None) -> bool:
    return moment is None or datetime.fromisoformat(status["created_at"]) < moment


def _published(status: Mapping[str, Any]) -> Published:
    return Published(str(status["id"]), status.get("url"), status.get("edited_at"))


def _number(notification: Mapping[str, Any]) -> int:
    return int(notification["id"])


def _reply(status: Mapping[str, Any]) -> RemoteReply:
    return RemoteReply(
        remote_id=str(status["id"]),
        author_handle=f"@{status['account']['acct']}",
        text=plain_text(status["content"]),
        at=datetime.fromisoformat(status["created_at"]),
        url=status.get("url"),
        parent_remote_id=status.get("in_reply_to_id"),
    )
