"""Instagram: a container is made first, and its number is kept before it is published. Captions are never edited."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from publishing.channels.calls import changes, number, objects
from publishing.channels.errors import ChannelError, NotFound, NotSent, Rejected
from publishing.channels.graph import GraphChannel, horizon, moment
from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, ImageRule, Refresh, Sending
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage, Told
from publishing.counting import TextRule, Unit

PAGE = 50
POSTS = 25
"""Pictures at once, each with its first page of comments."""

_COMMENT = "id,text,username,timestamp"
CONTAINER_POLLS = 10
CONTAINER_POLL_SECONDS = 1.0
"""How long Meta may take to fetch and check the picture before we come back later."""


class Instagram(GraphChannel):
    """Secrets: `access`. Settings: `user`."""

    server: ClassVar[str] = "https://graph.instagram.com/v24.0"
    refresh_path: ClassVar[str] = "/refresh_access_token"
    refresh_grant: ClassVar[str] = "ig_refresh_token"
    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="instagram",
        label="Instagram",
        text=TextRule(2200, Unit.CODE_POINTS),
        idempotency=Idempotency.TWO_PHASE,
        find=Find.MARKER,
        find_lag_seconds=60,
        connect=Connect.OAUTH,
        secrets=("access",),
        verified_against="a stub of our own, shaped after Meta's documentation; not the network",
        image=ImageRule(max_bytes=8_000_000, required=True, needs_public_url=True, shape="square"),
        reply=True,
        metrics=True,
        replies=True,
        webhooks=("comments",),
        refresh=Refresh.EXTEND,
    )
    owner_setting: ClassVar[str] = "user"

    post_links: ClassVar[tuple[str, ...]] = ("instagram.com/p/{id}", "instagram.com/{name}/p/{id}")

    def verify(self) -> Identity:
        me = self.call("GET", "/me", params={"fields": "user_id,username,name"})
        settings = {"user": me["user_id"], "username": me["username"]}
        return Identity(f"@{me['username']}", me.get("name") or me["username"], settings)

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Make a container and wait until Meta has fetched the picture. An expired one is made anew."""
        if payload.reply_to or payload.image is None:
            return None
        if sending.handle and self._status(sending.handle) in {"FINISHED", "IN_PROGRESS", "PUBLISHED"}:
            return sending.handle
        fields = {"image_url": payload.image.url, "caption": payload.text, "alt_text": payload.image.alt}
        container = str(self.call("POST", f"/{self._user}/media", data=fields)["id"])
        for _ in range(CONTAINER_POLLS):
            status = self._status(container)
            if status == "FINISHED":
                return container
            if status == "ERROR":
                raise Rejected("the network could not use the picture")
            time.sleep(CONTAINER_POLL_SECONDS)
        raise NotSent("the network is still fetching the picture")

    def publish(self, payload: Payload, sending: Sending) -> Published:
        if payload.reply_to:
            comment = self.call("POST", f"/{payload.reply_to.remote_id}/comments", data={"message": payload.text})
            return Published(comment["id"], payload.reply_to.url)
        media = self.call("POST", f"/{self._user}/media_publish", data={"creation_id": sending.handle})
        return Published(media["id"], self._permalink(media["id"]))

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search our newest captions, or the comments under the picture that we commented on."""
        if payload.reply_to:
            path, fields, name = f"/{payload.reply_to.remote_id}/comments", "id,text", "text"
        else:
            path, fields, name = f"/{self._user}/media", "id,caption,permalink", "caption"
        for item in self.list(path, fields, since=sending.since):
            if payload.marker in (item.get(name) or "").split():
                return Published(item["id"], item.get("permalink"))
        return None

    def metrics(self, remote: Published) -> Metrics:
        media = self.call("GET", f"/{remote.remote_id}", params={"fields": "like_count,comments_count"})
        return Metrics(likes=media.get("like_count"), replies=media.get("comments_count"))

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read comments under the pictures of a month; the cursor is the time of the newest one seen.

        The newest first and page by page, or what a busy picture got between two fetches would be lost.
        """
        since, posted_since = horizon(cursor)
        fields = f"id,timestamp,comments.limit({PAGE}){{{_COMMENT}}}"
        ours = self.credentials.settings.get("username")
        found = [
            (comment, item["id"])
            for item in self.newest(f"/{self._user}/media", fields, since=posted_since, limit=POSTS)
            for comment in self.newest(
                f"/{item['id']}/comments", _COMMENT, since=since, first=item.get("comments", {"data": []})
            )
            if comment.get("username") != ours
        ]
        found.sort(key=lambda pair: moment(pair[0]["timestamp"]))
        newest = found[-1][0]["timestamp"] if found else cursor
        return ReplyPage(tuple(_reply(comment, parent) for comment, parent in found), newest)

    @classmethod
    def told(cls, call: Mapping[str, Any]) -> tuple[Told, ...]:
        """A comment names the picture that it stands under."""
        heard = [(owner, value) for owner, field, value in changes(call) if field in cls.capabilities.webhooks]
        about = [(owner, [number(media.get("id")) for media in objects(value.get("media"))]) for owner, value in heard]
        return tuple(Told(owner, tuple(media for media in named if media)) for owner, named in about)

    def ask_for_calls(self) -> None:
        fields = ",".join(self.capabilities.webhooks)
        self.call("POST", f"/{self._user}/subscribed_apps", data={"subscribed_fields": fields})

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """The name in an address is not the number that the API takes, so it is looked for among our own."""
        code = super().own_post(url, handle=handle, key=key)
        mine = self.list(f"/{self._user}/media", "id,permalink", since=None) if code else ()
        found = (post for post in mine if (post.get("permalink") or "").rstrip("/").rsplit("/", 1)[-1] == code)
        return next((str(post["id"]) for post in found), None)

    def _permalink(self, media_id: str) -> str | None:
        """Ask for the address; the picture is live whether or not we learn it."""
        try:
            link: str | None = self.call("GET", f"/{media_id}", params={"fields": "permalink"}).get("permalink")
        except ChannelError:
            return None
        return link

    def _status(self, container: str) -> str:
        try:
            return str(self.call("GET", f"/{container}", params={"fields": "status_code"})["status_code"])
        except NotFound:
            return "EXPIRED"

    @property
    def _user(self) -> str:
        return self.credentials.settings["user"]


def _reply(comment: dict[str, Any], parent: str) -> RemoteReply:
    return RemoteReply(
        remote_id=comment["id"],
        author_handle=f"@{comment.get('username', '?')}",
        text=comment["text"],
        at=moment(comment["timestamp"]),
        parent_remote_id=parent,
    )
