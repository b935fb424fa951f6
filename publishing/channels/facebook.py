"""A Facebook Page: posts that can be edited in sight of all, and found again among the Page's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from publishing.channels.calls import changes, number
from publishing.channels.errors import NotFound
from publishing.channels.graph import GraphChannel, horizon, moment
from publishing.channels.interface import Capabilities, Connect, Find, Idempotency, ImageRule, Sending
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage, Told
from publishing.counting import TextRule, Unit

PAGE = 100
POSTS = 25
"""Posts at once, each with its first page of comments."""

_COMMENT = "id,message,from,created_time,permalink_url"


class Facebook(GraphChannel):
    """Secrets: `access` (of the Page). Settings: `page`."""

    server: ClassVar[str] = "https://graph.facebook.com/v24.0"
    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="facebook",
        label="Facebook",
        text=TextRule(63_206, Unit.CODE_POINTS),
        idempotency=Idempotency.NONE,
        find=Find.MARKER,
        find_lag_seconds=60,
        connect=Connect.OAUTH,
        secrets=("access",),
        settings=("page",),
        verified_against="a stub of our own, shaped after Meta's documentation; not the network",
        image=ImageRule(max_bytes=4_000_000),
        edit=True,
        delete=True,
        reply=True,
        metrics=True,
        replies=True,
        webhooks=("feed",),
    )
    owner_setting: ClassVar[str] = "page"

    post_links: ClassVar[tuple[str, ...]] = (
        "facebook.com/{page}_{id}",
        "facebook.com/{page}/posts/{id}",
        "facebook.com/{name}/posts/{id}",
    )

    def verify(self) -> Identity:
        page = self.call("GET", "/me", params={"fields": "id,name,username"})
        return Identity(f"@{page.get('username') or page['id']}", page["name"], {"page": page["id"]})

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Upload the picture unpublished, to be attached to the post."""
        if payload.image is None or image is None or sending.handle:
            return sending.handle
        files = {"source": ("card.png", image, payload.image.media_type)}
        fields = {"published": "false", "alt_text_custom": payload.image.alt}
        return str(self.call("POST", f"/{self._page}/photos", data=fields, files=files)["id"])

    def publish(self, payload: Payload, sending: Sending) -> Published:
        if payload.reply_to:
            comment = self.call("POST", f"/{payload.reply_to.remote_id}/comments", data={"message": payload.text})
            return _published(comment["id"])
        fields = {"message": payload.text}
        if sending.handle:
            fields["attached_media[0]"] = f'{{"media_fbid":"{sending.handle}"}}'
        else:
            fields["link"] = payload.marker
        return _published(self.call("POST", f"/{self._page}/feed", data=fields)["id"])

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search the Page's own posts, or the comments under the post that we replied to."""
        if payload.reply_to:
            path, fields = f"/{payload.reply_to.remote_id}/comments", "id,message,from"
        else:
            path, fields = f"/{self._page}/published_posts", "id,message"
        for post in self.list(path, fields, since=sending.since):
            if payload.marker in post.get("message", "").split():
                return _published(post["id"])
        return None

    def edit(self, remote: Published, payload: Payload) -> Published:
        self.call("POST", f"/{remote.remote_id}", data={"message": payload.text})
        return remote

    def delete(self, remote: Published) -> None:
        self.call("DELETE", f"/{remote.remote_id}")

    def metrics(self, remote: Published) -> Metrics:
        fields = "reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0),shares"
        post = self.call("GET", f"/{remote.remote_id}", params={"fields": fields})
        return Metrics(
            likes=_total(post.get("reactions")),
            reposts=post.get("shares", {}).get("count", 0),
            replies=_total(post.get("comments")),
        )

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read comments, and answers to them, under the posts of a month; the cursor is the time of the newest seen.

        The newest first and page by page, or what a busy post got between two fetches would be lost.
        """
        since, posted_since = horizon(cursor)
        order = {"order": "reverse_chronological", "filter": "stream"}
        within = "".join(f".{name}({value})" for name, value in order.items())
        fields = f"id,created_time,comments{within}.limit({PAGE}){{{_COMMENT}}}"
        read = partial(self.newest, time="created_time")
        found = [
            (comment, post["id"])
            for post in read(f"/{self._page}/published_posts", fields, since=posted_since, limit=POSTS)
            for comment in read(
                f"/{post['id']}/comments",
                _COMMENT,
                since=since,
                first=post.get("comments", {"data": []}),
                limit=PAGE,
                **order,
            )
            if not self._is_ours(comment)
        ]
        found.sort(key=lambda item: moment(item[0]["created_time"]))
        newest = found[-1][0]["created_time"] if found else cursor
        return ReplyPage(tuple(_reply(comment, parent) for comment, parent in found), newest)

    @classmethod
    def told(cls, call: Mapping[str, Any]) -> tuple[Told, ...]:
        """Comments, reactions and shares name their post, and so do posts that were edited, hidden or deleted."""
        about = [(page, number(value.get("post_id"))) for page, field, value in changes(call) if field == "feed"]
        return tuple(Told(page, (post,) if post else ()) for page, post in about)

    def ask_for_calls(self) -> None:
        fields = ",".join(self.capabilities.webhooks)
        self.call("POST", f"/{self._page}/subscribed_apps", data={"subscribed_fields": fields})

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """The newer names of posts, pfbid…, say nothing to the API: there Saring looks for itself."""
        number = super().own_post(url, handle=handle, key=key)
        return f"{self._page}_{number}" if number and number.replace("_", "").isdigit() else None

    def _is_ours(self, comment: dict[str, Any]) -> bool:
        return bool(comment.get("from", {}).get("id") == self._page)

    @property
    def _page(self) -> str:
        page = self.credentials.settings.get("page")
        if not page:
            raise NotFound("the page is not known yet")
        return page


def _published(remote_id: str) -> Published:
    return Published(remote_id, f"https://www.facebook.com/{remote_id}")


def _total(edge: dict[str, Any] | None) -> int | None:
    return edge.get("summary", {}).get("total_count") if edge else None


def _reply(comment: dict[str, Any], parent: str) -> RemoteReply:
    author = comment.get("from") or {}
    return RemoteReply(
        remote_id=comment["id"],
        author_handle=author.get("name", "?"),
        text=comment.get("message", ""),
        at=moment(comment["created_time"]),
        url=comment.get("permalink_url"),
        parent_remote_id=parent,
    )
