"""Bluesky: posts are records with a name that we choose, so a repeated write is the same post."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import httpx

from publishing.channels.errors import Ambiguous, NotFound, ReauthRequired, Rejected
from publishing.channels.http import body, failure, send
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

DEFAULT_SERVER = "https://bsky.social"
APP = "https://bsky.app"
POST = "app.bsky.feed.post"

_TOKEN_ERRORS = frozenset({"InvalidToken", "ExpiredToken", "AuthMissing", "AuthenticationRequired"})
_MISSING_ERRORS = frozenset({"RecordNotFound", "NotFound"})
_URL = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_TAG = re.compile(r"(?<![\w/#])#(\w*[^\W\d]\w*)")
_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"
_REASONS = ("reply", "mention", "quote")
_PAGE = 100
_MAX_PAGES = 10
"""How far a fetch goes back at most: 1,000 notifications since the last one."""


class Bluesky(Channel):
    """Secrets: `app_password`, and `access` and `refresh` once connected. Settings: `server`, `handle`, `did`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="bluesky",
        label="Bluesky",
        text=TextRule(300, Unit.GRAPHEMES, byte_limit=3000),
        idempotency=Idempotency.NATURAL,
        find=Find.EXACT,
        connect=Connect.SECRETS,
        secrets=("app_password",),
        settings=("server", "handle"),
        verified_against="the reference PDS 0.4.217 and PLC directory, run by the tests; "
        "its whole network, counts and replies too, by `script/test network`",
        image=ImageRule(max_bytes=1_000_000),
        delete=True,
        reply=True,
        metrics=True,
        replies=True,
        refresh=Refresh.ROTATING,
    )

    post_links: ClassVar[tuple[str, ...]] = ("bsky.app/profile/{handle}/post/{id}", "bsky.app/profile/{did}/post/{id}")

    def verify(self) -> Identity:
        session = self._call("GET", "com.atproto.server.getSession")
        handle, did = session["handle"], session["did"]
        return Identity(handle=f"@{handle}", name=handle, settings={"handle": handle, "did": did})

    def refresh(self, now: datetime) -> Credentials:
        """Rotate the token pair; where the pair is dead, open a session with the app password instead."""
        old = self.credentials
        token = old.secrets.get("refresh")
        if token:
            try:
                return self._keep(self._call("POST", "com.atproto.server.refreshSession", token=token), now)
            except ReauthRequired:
                if "app_password" not in old.secrets:
                    raise
        login = {"identifier": old.settings["handle"], "password": old.secrets.get("app_password", "")}
        return self._keep(self._call("POST", "com.atproto.server.createSession", token=None, json=login), now)

    def prepare(self, payload: Payload, image: bytes | None, sending: Sending) -> str | None:
        """Upload the image. Blobs are named by their content, so a second upload is the same blob."""
        if payload.image is None or image is None or sending.handle:
            return sending.handle
        headers = {"Content-Type": payload.image.media_type}
        uploaded = self._call("POST", "com.atproto.repo.uploadBlob", content=image, headers=headers)
        return json.dumps(uploaded["blob"], sort_keys=True)

    def publish(self, payload: Payload, sending: Sending) -> Published:
        """Put the record under its own name; `createRecord` answers 500 to a repeat (bluesky-social/atproto#3718)."""
        record = self._record(payload, sending.handle)
        written = self._call(
            "POST", "com.atproto.repo.putRecord", json={**self._name(payload, sending.key), "record": record}
        )
        return self._published(written)

    def find(self, payload: Payload, sending: Sending) -> Published | None:
        try:
            return self._published(
                self._call("GET", "com.atproto.repo.getRecord", params=self._name(payload, sending.key))
            )
        except NotFound:
            return None

    def delete(self, remote: Published) -> None:
        """Delete the record; deleting it again answers as if it had been there."""
        name = {"repo": self._did, "collection": POST, "rkey": _rkey(remote.remote_id)}
        self._call("POST", "com.atproto.repo.deleteRecord", json=name)

    def metrics(self, remote: Published) -> Metrics:
        found = self._call("GET", "app.bsky.feed.getPosts", params={"uris": remote.remote_id})["posts"]
        if not found:
            raise NotFound("no such post")
        post = found[0]
        return Metrics(
            likes=post.get("likeCount"),
            reposts=post.get("repostCount"),
            replies=post.get("replyCount"),
            quotes=post.get("quoteCount"),
        )

    def replies(self, cursor: str | None) -> ReplyPage:
        """Read back to the last one seen; the cursor is its moment, as the network wrote it."""
        found: list[dict[str, Any]] = []
        page: dict[str, Any] = {}
        for _ in range(_MAX_PAGES if cursor else 1):
            params = {"limit": _PAGE, "reasons": _REASONS, **({"cursor": page["cursor"]} if page else {})}
            page = self._call("GET", "app.bsky.notification.listNotifications", params=params)
            # Two may share a moment, so that of the cursor is read once more: the inbox keeps each one once.
            fresh = [n for n in page["notifications"] if not cursor or n["indexedAt"] >= cursor]
            found += fresh
            if len(fresh) < len(page["notifications"]) or not page.get("cursor"):
                break
        found.reverse()  # the later of two that share a moment came first
        found.sort(key=lambda n: str(n["indexedAt"]))
        return ReplyPage(
            replies=tuple(_reply(n) for n in found if n["reason"] in _REASONS),
            cursor=found[-1]["indexedAt"] if found else cursor,
        )

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        rkey = super().own_post(url, handle=handle, key=key)
        return f"at://{self._did}/{POST}/{rkey}" if rkey else None

    @property
    def _did(self) -> str:
        return self.credentials.settings["did"]

    def _name(self, payload: Payload, key: str) -> dict[str, str]:
        return {"repo": self._did, "collection": POST, "rkey": record_key(payload.created_at, key)}

    def _record(self, payload: Payload, handle: str | None) -> dict[str, Any]:
        moment = payload.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record: dict[str, Any] = {
            "$type": POST,
            "text": payload.text,
            "createdAt": moment,
            "langs": [payload.language],
            "facets": facets(payload.text),
        }
        if payload.image and handle:
            image = {
                "image": json.loads(handle),
                "alt": payload.image.alt,
                "aspectRatio": {"width": payload.image.width, "height": payload.image.height},
            }
            record["embed"] = {"$type": "app.bsky.embed.images", "images": [image]}
        if payload.reply_to:
            parent = {"uri": payload.reply_to.remote_id, "cid": payload.reply_to.version}
            record["reply"] = {"root": self._root(payload.reply_to) or parent, "parent": parent}
        return record

    def _root(self, parent: Published) -> dict[str, str] | None:
        """Return the root of the thread that `parent` stands in; None where it is the root itself."""
        did, collection, rkey = parent.remote_id.removeprefix("at://").split("/")
        if did != self._did:
            found = self._call("GET", "app.bsky.feed.getPosts", params={"uris": parent.remote_id})["posts"]
            record = found[0]["record"] if found else {}
        else:
            name = {"repo": did, "collection": collection, "rkey": rkey}
            record = self._call("GET", "com.atproto.repo.getRecord", params=name)["value"]
        root: dict[str, str] | None = record.get("reply", {}).get("root")
        return root

    def _published(self, written: dict[str, Any]) -> Published:
        uri = written["uri"]
        url = f"{APP}/profile/{self.credentials.settings['handle']}/post/{_rkey(uri)}"
        return Published(remote_id=uri, url=url, version=written["cid"])

    def _keep(self, session: dict[str, Any], now: datetime) -> Credentials:
        secrets = {**self.credentials.secrets, "access": session["accessJwt"], "refresh": session["refreshJwt"]}
        settings = {**self.credentials.settings, "handle": session["handle"], "did": session["did"]}
        del now
        fresh = replace(
            self.credentials, settings=settings, secrets=secrets, expires_at=token_expiry(session["accessJwt"])
        )
        self.credentials = fresh
        return fresh

    def _call(self, method: str, name: str, *, token: str | None = "", **options: Any) -> Any:
        """Call one XRPC method. `token` empty means the access token, None means none at all."""
        if token == "":
            token = self.credentials.secrets.get("access")
            if not token:
                raise ReauthRequired("no session yet")
        headers = {**options.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        server = self.credentials.settings.get("server", DEFAULT_SERVER)
        response = send(self.client, method, f"{server}/xrpc/{name}", headers=headers, **options)
        if response.status_code < httpx.codes.BAD_REQUEST:
            return body(response)
        # A dead token is answered with 400 here, so the name of the error decides, not the status.
        code = _error_code(response)
        if code in _TOKEN_ERRORS or response.status_code == httpx.codes.UNAUTHORIZED:
            raise failure(ReauthRequired, response)
        if code in _MISSING_ERRORS:
            raise failure(NotFound, response)
        raise failure(Rejected, response)


def record_key(created_at: datetime, key: str) -> str:
    """Return the TID that names the record: 53 bits of microseconds and 10 bits of the key's hash.

    The same outbox row always names the same record, which is what makes a repeat harmless.
    """
    micros = int(created_at.timestamp()) * 1_000_000 + created_at.microsecond
    clock = int.from_bytes(hashlib.sha256(key.encode()).digest()[:2], "big") & 0x3FF
    number, letters = (micros << 10) | clock, []
    for _ in range(13):
        number, digit = divmod(number, 32)
        letters.append(_BASE32[digit])
    return "".join(reversed(letters))


def facets(text: str) -> list[dict[str, Any]]:
    """Return the links and hashtags of `text` with their places in UTF-8 bytes, not in characters."""
    links = list(_URL.finditer(text))
    tags = [tag for tag in _TAG.finditer(text) if not any(link.start() < tag.start() < link.end() for link in links)]
    features = [(link, {"$type": "app.bsky.richtext.facet#link", "uri": link.group()}) for link in links]
    features += [(tag, {"$type": "app.bsky.richtext.facet#tag", "tag": tag.group(1)}) for tag in tags]
    features.sort(key=lambda item: item[0].start())
    return [{"index": _byte_span(text, match), "features": [feature]} for match, feature in features]


def token_expiry(jwt: str) -> datetime | None:
    """Return when a session token ends, as it says itself; None where it does not say."""
    try:
        middle = jwt.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (IndexError, KeyError, TypeError, ValueError):
        return None


def _byte_span(text: str, match: re.Match[str]) -> dict[str, int]:
    return {"byteStart": len(text[: match.start()].encode()), "byteEnd": len(text[: match.end()].encode())}


def _rkey(uri: str) -> str:
    return uri.rsplit("/", 1)[-1]


def _error_code(response: httpx.Response) -> str:
    try:
        return str(body(response).get("error", ""))
    except (Ambiguous, AttributeError):
        return ""


def _reply(notification: dict[str, Any]) -> RemoteReply:
    record, author = notification["record"], notification["author"]
    return RemoteReply(
        remote_id=notification["uri"],
        author_handle=f"@{author['handle']}",
        text=record.get("text", ""),
        at=datetime.fromisoformat(notification["indexedAt"]),
        url=f"{APP}/profile/{author['handle']}/post/{_rkey(notification['uri'])}",
        # What of ours it is about: the post that was quoted or, however deep in the thread, replied to.
        parent_remote_id=notification.get("reasonSubject") or record.get("reply", {}).get("parent", {}).get("uri"),
        version=notification["cid"],
    )
