"""Threads: as Instagram in two steps, with replies that are posts of their own. Posts are deleted, never edited."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, ClassVar

from publishing.channels.calls import Change, flat_changes, number, objects
from publishing.channels.errors import ChannelError, NotFound, NotSent, Rejected
from publishing.channels.graph import GraphChannel, horizon, moment
from publishing.channels.instagram import CONTAINER_POLL_SECONDS, CONTAINER_POLLS
from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, ImageRule, Refresh, Sending
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage, Told
from publishing.counting import TextRule, Unit

_REPLY = "id,text,username,timestamp,permalink,replied_to,is_reply_owned_by_me"
_COUNTS = ("likes", "reposts", "replies", "quotes", "views")


class Threads(GraphChannel):
    """Secrets: `access`. Settings: `user`."""

    server: ClassVar[str] = "https://graph.threads.net/v1.0"
    refresh_path: ClassVar[str] = "/refresh_access_token"
    refresh_grant: ClassVar[str] = "th_refresh_token"
    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="threads",
        label="Threads",
        text=TextRule(500, Unit.THREADS),
        idempotency=Idempotency.TWO_PHASE,
        find=Find.MARKER,
        find_lag_seconds=60,
        connect=Connect.OAUTH,
        secrets=("access",),
        verified_against="a stub of our own, shaped after Meta's documentation; not the network",
        image=ImageRule(max_bytes=8_000_000, needs_public_url=True),
        delete=True,
        reply=True,
        metrics=True,
        replies=True,
        webhooks=("replies", "mentions", "delete"),
        refresh=Refresh.EXTEND,
    )
    owner_setting: ClassVar[str] = "user"

    post_links: ClassVar[tuple[str, ...]] = ("threads.net/@{name}/post/{id}", "threads.com/@{name}/post/{id}")

    def verify(self) -> Identity:
        me = self.call("GET", "/me", params={"fields": "id,username,name"})
        settings = {"user": me["id"], "username": me["username"]}
        return Identity(f"@{me['username']}", me.get("name") or me["username"], settings)

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Make the container, with its picture where there is one; one that expired is made anew."""
        if sending.handle and self._status(sending.handle) in {"FINISHED", "IN_PROGRESS", "PUBLISHED"}:
            return sending.handle
        fields = {"media_type": "TEXT", "text": payload.text}
        if payload.image:
            fields |= {"media_type": "IMAGE", "image_url": payload.image.url, "alt_text": payload.image.alt[:1000]}
        if payload.reply_to:
            fields["reply_to_id"] = payload.reply_to.remote_id
        container = str(self.call("POST", f"/{self._user}/threads", data=fields)["id"])
        for _ in range(CONTAINER_POLLS):
            status = self._status(container)
            if status == "FINISHED":
                return container
            if status == "ERROR":
                raise Rejected("the network could not use the post")
            time.sleep(CONTAINER_POLL_SECONDS)
        raise NotSent("the network is still preparing the post")

    def publish(self, payload: Payload, sending: Sending) -> Published:
        post = self.call("POST", f"/{self._user}/threads_publish", data={"creation_id": sending.handle})
        return Published(post["id"], self._permalink(post["id"]))

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search our newest posts, or our newest replies, for the marker."""
        edge = "replies" if payload.reply_to else "threads"
        for post in self.list(f"/{self._user}/{edge}", "id,text,permalink", since=sending.since):
            if payload.marker in (post.get("text") or "").split():
                return Published(post["id"], post.get("permalink"))
        return None

    def delete(self, remote: Published) -> None:
        self.call("DELETE", f"/{remote.remote_id}")

    def metrics(self, remote: Published) -> Metrics:
        listed = self.call("GET", f"/{remote.remote_id}/insights", params={"metric": ",".join(_COUNTS)})["data"]
        counts = {metric["name"]: int(metric["values"][0]["value"]) for metric in listed}
        return Metrics(**{name: counts.get(name) for name in _COUNTS})

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read what was said under our posts of a month, however deep, and mentions of us elsewhere.

        The cursor is the time of the newest one seen. The newest first and page by page; posts to which nobody said
        anything are not asked for.
        """
        since, posted_since = horizon(cursor)
        found: dict[str, tuple[dict[str, Any], str | None]] = {}
        for post in self.newest(f"/{self._user}/threads", "id,timestamp,has_replies", since=posted_since):
            if post.get("has_replies"):
                said = self.newest(f"/{post['id']}/conversation", _REPLY, since=since, reverse="true")
                found |= {one["id"]: (one, post["id"]) for one in said if not one.get("is_reply_owned_by_me")}
        for one in self.newest(f"/{self._user}/mentions", _REPLY, since=since):
            found.setdefault(one["id"], (one, None))
        listed = sorted(found.values(), key=lambda item: moment(item[0]["timestamp"]))
        newest = listed[-1][0]["timestamp"] if listed else cursor
        return ReplyPage(tuple(_reply(one, root) for one, root in listed), newest)

    @classmethod
    def told(cls, call: Mapping[str, Any]) -> tuple[Told, ...]:
        """Which users are called for is set in Meta's dashboard: nothing has to be asked for here."""
        return tuple(_told(one) for one in flat_changes(call) if one[1] in cls.capabilities.webhooks)

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """The name in an address is not the number that the API takes, so it is looked for among our own."""
        code = super().own_post(url, handle=handle, key=key)
        mine = self.list(f"/{self._user}/threads", "id,permalink", since=None) if code else ()
        found = (post for post in mine if (post.get("permalink") or "").rstrip("/").rsplit("/", 1)[-1] == code)
        return next((str(post["id"]) for post in found), None)

    def _permalink(self, post_id: str) -> str | None:
        """Ask for the address; the post is live whether or not we learn it."""
        try:
            link: str | None = self.call("GET", f"/{post_id}", params={"fields": "permalink"}).get("permalink")
        except ChannelError:
            return None
        return link

    def _status(self, container: str) -> str:
        try:
            return str(self.call("GET", f"/{container}", params={"fields": "status"})["status"])
        except NotFound:
            return "EXPIRED"

    @property
    def _user(self) -> str:
        return self.credentials.settings["user"]


def _reply(mention: dict[str, Any], root: str | None) -> RemoteReply:
    """What of ours it is about is the post at the root; of a mention elsewhere, what it answers."""
    return RemoteReply(
        remote_id=mention["id"],
        author_handle=f"@{mention.get('username', '?')}",
        text=mention.get("text", ""),
        at=moment(mention["timestamp"]),
        url=mention.get("permalink"),
        parent_remote_id=root or (mention.get("replied_to") or {}).get("id"),
    )


def _told(change: Change) -> Told:
    """A mention names us, a reply the post at its root and whose that is, a deletion the post alone."""
    target, field, value = change
    if field == "mentions":
        return Told(target)
    if field == "delete":
        gone = number(value.get("id")) or target
        return Told(None, (gone,) if gone else ())
    root = next(iter(objects(value.get("root_post"))), {})
    post = number(root.get("id"))
    return Told(number(root.get("owner_id")), (post,) if post else ())
