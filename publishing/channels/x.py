"""X, by version 2 of its API. Reads trail writes there, and a repeat is refused as a duplicate: both mean look."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from publishing.channels.errors import NotFound, NotSent, ReauthRequired, Rejected
from publishing.channels.http import body, expect, failure, send
from publishing.channels.interface import (
    Capabilities,
    Channel,
    Connect,
    Credentials,
    Find,
    Idempotency,
    ImageRule,
    Refresh,
    Sending,
)
from publishing.channels.values import Identity, Metrics, Payload, Published, RemoteReply, ReplyPage
from publishing.counting import TextRule, Unit

DEFAULT_SERVER = "https://api.x.com"
PAGE = 100
MAX_PAGES = 10
"""A thousand posts since our first try; beyond it a miss is not believed."""

MENTION_PAGES = 8
"""X itself goes back no further than 800 mentions."""


class X(Channel):
    """Secrets: `access`, `refresh`, `client_id`, and `client_secret` of a confidential client. Settings: `user`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="x",
        label="X",
        text=TextRule(280, Unit.X_WEIGHT),
        idempotency=Idempotency.NONE,
        find=Find.MARKER,
        find_lag_seconds=60,
        connect=Connect.OAUTH,
        secrets=("access", "refresh"),
        verified_against="a stub whose requests and replies are checked with the models of X's SDK; not the network",
        image=ImageRule(max_bytes=5_000_000),
        delete=True,
        reply=True,
        metrics=True,
        replies=True,
        refresh=Refresh.ROTATING,
    )

    post_links: ClassVar[tuple[str, ...]] = ("x.com/{name}/status/{id}", "twitter.com/{name}/status/{id}")

    def verify(self) -> Identity:
        me = self._call("GET", "/2/users/me")["data"]
        return Identity(f"@{me['username']}", me["name"], {"user": me["id"], "username": me["username"]})

    def refresh(self, now: datetime) -> Credentials:
        """Trade the refresh token for a new pair; each is good once."""
        secrets = self.credentials.secrets
        form = {
            "grant_type": "refresh_token",
            "refresh_token": secrets.get("refresh", ""),
            "client_id": secrets.get("client_id", ""),
        }
        auth = (form["client_id"], secrets["client_secret"]) if secrets.get("client_secret") else None
        response = send(self.client, "POST", f"{self._server}/2/oauth2/token", data=form, auth=auth)
        if response.is_client_error:
            raise failure(ReauthRequired, response)
        token = body(response)
        lifetime = token.get("expires_in")
        self.credentials = replace(
            self.credentials,
            secrets={**secrets, "access": token["access_token"], "refresh": token.get("refresh_token", "")},
            expires_at=now + timedelta(seconds=int(lifetime)) if lifetime else None,
        )
        return self.credentials

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Upload the image with its alt text; it can be attached within a day."""
        if payload.image is None or image is None or sending.handle:
            return sending.handle
        upload = {
            "media": base64.b64encode(image).decode(),
            "media_category": "tweet_image",
        }
        media_id = str(self._call("POST", "/2/media/upload", json=upload)["data"]["id"])
        alt = {"id": media_id, "metadata": {"alt_text": {"text": payload.image.alt[:1000]}}}
        self._call("POST", "/2/media/metadata", json=alt)
        return media_id

    def publish(self, payload: Payload, sending: Sending) -> Published:
        post: dict[str, Any] = {"text": payload.text}
        if sending.handle:
            post["media"] = {"media_ids": [sending.handle]}
        if payload.reply_to:
            post["reply"] = {"in_reply_to_tweet_id": payload.reply_to.remote_id}
        return self._published(self._call("POST", "/2/tweets", json=post)["data"]["id"])

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        """Search our posts since the first try for the marker; X shortens links and keeps what they lead to."""
        params: dict[str, Any] = {"max_results": PAGE, "tweet.fields": "entities", "exclude": "retweets"}
        if sending.since:
            params["start_time"] = sending.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for _ in range(MAX_PAGES):
            page = self._call("GET", f"/2/users/{self._user}/tweets", params=params)
            for post in page.get("data", []):
                if payload.marker in {link.get("expanded_url") for link in _urls(post)}:
                    return self._published(post["id"])
            following = page.get("meta", {}).get("next_token")
            if not following:
                return None
            params["pagination_token"] = following
        raise NotSent("too many posts to search")

    def delete(self, remote: Published) -> None:
        self._call("DELETE", f"/2/tweets/{remote.remote_id}")

    def metrics(self, remote: Published) -> Metrics:
        post = self._call("GET", f"/2/tweets/{remote.remote_id}", params={"tweet.fields": "public_metrics"})
        counts = post["data"]["public_metrics"]
        return Metrics(
            likes=counts.get("like_count"),
            reposts=counts.get("repost_count", counts.get("retweet_count")),
            replies=counts.get("reply_count"),
            quotes=counts.get("quote_count"),
            views=counts.get("impression_count"),
        )

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read mentions that are newer than the post whose id is the cursor; replies to us mention us.

        X lists the newest first: the pages are read to their end, or what came between two fetches would be lost. An
        account that is new here has no past to catch up with.
        """
        fields = "author_id,created_at,referenced_tweets"
        params: dict[str, Any] = {"max_results": PAGE, "tweet.fields": fields, "expansions": "author_id"}
        if cursor:
            params["since_id"] = cursor
        names: dict[str, str] = {}
        posts: list[dict[str, Any]] = []
        for _ in range(MENTION_PAGES if cursor else 1):
            page = self._call("GET", f"/2/users/{self._user}/mentions", params=params)
            names |= {user["id"]: user["username"] for user in page.get("includes", {}).get("users", [])}
            posts += page.get("data", [])
            following = page.get("meta", {}).get("next_token")
            if not following:
                break
            params["pagination_token"] = following
        posts.sort(key=lambda post: int(post["id"]))
        return ReplyPage(tuple(_reply(post, names) for post in posts), posts[-1]["id"] if posts else cursor)

    @property
    def _server(self) -> str:
        return self.credentials.settings.get("server", DEFAULT_SERVER)

    @property
    def _user(self) -> str:
        return self.credentials.settings["user"]

    def _published(self, remote_id: str) -> Published:
        name = self.credentials.settings.get("username", "i")
        return Published(remote_id, f"https://x.com/{name}/status/{remote_id}")

    def _call(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.credentials.secrets['access']}"}
        answer = expect(send(self.client, method, f"{self._server}{path}", headers=headers, **options))
        if "data" not in answer and answer.get("errors"):
            raise _missing(answer["errors"][0])
        return answer


def _urls(post: dict[str, Any]) -> list[dict[str, Any]]:
    urls: list[dict[str, Any]] = post.get("entities", {}).get("urls", [])
    return urls


def _missing(error: dict[str, Any]) -> Exception:
    """X answers 200 with `errors` for a post that is not there."""
    kind = NotFound if "not-found" in error.get("type", "") else Rejected
    return kind(error.get("detail") or error.get("title", "error"))


def _reply(post: dict[str, Any], names: dict[str, str]) -> RemoteReply:
    parents = [other["id"] for other in post.get("referenced_tweets", []) if other["type"] == "replied_to"]
    name = names.get(post["author_id"], post["author_id"])
    return RemoteReply(
        remote_id=post["id"],
        author_handle=f"@{name}",
        text=post["text"],
        at=datetime.fromisoformat(post["created_at"]),
        url=f"https://x.com/{name}/status/{post['id']}",
        parent_remote_id=parents[0] if parents else None,
    )
