"""Instagram: a container is made first, and its number is kept before it is published. Captions are never edited."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from publishing.channels.calls import changes, number, objects
from publishing.channels.errors import ChannelError, NotFound, NotSent, Rejected
from publishing.channels.graph import GraphChannel, horizon, moment
from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, ImageRule, Refresh, Sending
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage, Told
from publishing.counting import TextRule, Unit

PAGE = 50
POSTS = 10
ANSWERS = 10
"""Pictures at once, each with its first page of comments, and each of these with its first answers."""

ANSWERED_FOR = timedelta(days=7)
"""Under comments of how long before the newest one seen answers are looked for: a comment is not listed anew with
them, and every older page costs a request."""

_SAID = "id,text,username,timestamp"
_COMMENT = f"{_SAID},replies.limit({ANSWERS}){{{_SAID}}}"
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
            path = f"/{payload.reply_to.remote_id}/{_edge(payload)}"
            return Published(self.call("POST", path, data={"message": payload.text})["id"], payload.reply_to.url)
        media = self.call("POST", f"/{self._user}/media_publish", data={"creation_id": sending.handle})
        return Published(media["id"], self._permalink(media["id"]))

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search our newest captions, or what stands under the picture or the comment that we answered."""
        if payload.reply_to:
            path, fields, name = f"/{self._top(payload)}/{_edge(payload)}", "id,text", "text"
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
        """Read comments, and answers to them, under the pictures of a month; the cursor is the time of the newest seen.

        The newest first and page by page, or what a busy picture got between two fetches would be lost.
        """
        since, posted_since = horizon(cursor)
        fields = f"id,timestamp,comments.limit({PAGE}){{{_COMMENT}}}"
        ours = self.credentials.settings.get("username")
        found = [
            (comment, item["id"])
            for item in self.newest(f"/{self._user}/media", fields, since=posted_since, limit=POSTS)
            for comment in self._said_under(item, since)
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

    def _said_under(self, item: Mapping[str, Any], since: datetime | None) -> Iterator[dict[str, Any]]:
        """Yield the comments under one picture since a moment, and the answers since then to comments of a week."""
        comments = self.newest(
            f"/{item['id']}/comments",
            _COMMENT,
            since=since - ANSWERED_FOR if since else None,
            first=item.get("comments", {"data": []}),
        )
        for comment in comments:
            if since is None or moment(comment["timestamp"]) >= since:
                yield comment
            first = comment.get("replies", {"data": []})
            yield from self.every(f"/{comment['id']}/replies", _SAID, since=since, first=first)

    def _top(self, payload: Payload) -> str:
        """Return under what a reply of ours stands: an answer to an answer, under the comment above both."""
        target = payload.reply_to.remote_id if payload.reply_to else ""
        if _edge(payload) == "comments":
            return target
        return str(self.call("GET", f"/{target}", params={"fields": "parent_id"}).get("parent_id") or target)

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


def _edge(payload: Payload) -> str:
    """We answer what people say, and comment on our own pictures."""
    return "replies" if payload.event == "answered" else "comments"


def _reply(comment: dict[str, Any], parent: str) -> RemoteReply:
    return RemoteReply(
        remote_id=comment["id"],
        author_handle=f"@{comment.get('username', '?')}",
        text=comment["text"],
        at=moment(comment["timestamp"]),
        parent_remote_id=parent,
    )
