"""Signed webhook: a subscriber's server is told of each publication, correction and retraction.

The signature is HMAC-SHA256 over `timestamp.body`; `verify_signature` is what a receiver runs, and docs/channels.md
shows it. The receiver drops a `Saring-Delivery` that it has seen: a repeat carries the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from publishing.channels.http import expect, send
from publishing.channels.interface import Capabilities, Channel, Connect, Find, Idempotency, Sending
from publishing.channels.values import Identity, Payload, Published
from publishing.counting import TextRule, Unit

REPLAY_WINDOW_SECONDS = 300
"""A receiver refuses a signature older than this, and one from as far in the future."""

SIGNATURE_HEADER = "Saring-Signature"
DELIVERY_HEADER = "Saring-Delivery"


class Webhook(Channel):
    """Secrets: `signing_secret`. Settings: `url`, `name`."""

    capabilities: ClassVar[Capabilities] = Capabilities(
        kind="webhook",
        label="Webhook",
        text=TextRule(20_000, Unit.CODE_POINTS),
        idempotency=Idempotency.KEY,
        find=Find.NONE,
        connect=Connect.SECRETS,
        secrets=("signing_secret",),
        settings=("url", "name"),
        verified_against="a receiver that checks every signature, run by the tests",
        edit=True,
        delete=True,
        notice=False,
    )

    def verify(self) -> Identity:
        """Send a signed `ping`; a receiver that refuses it is not connected."""
        moment = datetime.now(UTC)
        self._deliver({"event": "ping", "sent_at": moment.isoformat()}, delivery=f"ping-{moment.timestamp():.0f}")
        url = self.credentials.settings["url"]
        return Identity(handle=url, name=self.credentials.settings.get("name", url))

    def publish(self, payload: Payload, sending: Sending) -> Published:
        self._deliver(document(payload), delivery=sending.key)
        return Published(remote_id=sending.key, url=payload.marker, version=str(payload.version))

    def edit(self, remote: Published, payload: Payload) -> Published:
        """Tell the receiver of the correction; the remote id stays that of the first delivery."""
        value = {**document(payload), "replaces": remote.remote_id}
        self._deliver(value, delivery=f"{remote.remote_id}-v{payload.version}")
        return Published(remote_id=remote.remote_id, url=payload.marker, version=str(payload.version))

    def delete(self, remote: Published) -> None:
        notice = {"event": "retracted", "replaces": remote.remote_id, "url": remote.url}
        self._deliver(notice, delivery=f"{remote.remote_id}-retracted")

    def own_post(self, url: str, *, handle: str, key: str) -> str | None:
        """Whatever the receiver shows on its own site is our delivery, which has our key for a name."""
        try:
            shown = urlsplit(url)
        except ValueError:
            return None
        receiver = urlsplit(self.credentials.settings["url"])
        return key if shown.scheme in {"http", "https"} and shown.netloc == receiver.netloc else None

    def _deliver(self, value: dict[str, Any], *, delivery: str) -> None:
        content = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        signature = sign(content, secret=self.credentials.secrets["signing_secret"], at=datetime.now(UTC))
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature, DELIVERY_HEADER: delivery}
        response = send(self.client, "POST", self.credentials.settings["url"], content=content, headers=headers)
        if not response.is_success:
            expect(response)


def document(payload: Payload) -> dict[str, Any]:
    """Return what a subscriber receives about a publication."""
    value = payload.to_json()
    return {
        "event": value["event"],
        "counter_narrative_id": value["counter_narrative_id"],
        "version": value["version"],
        "verdict": value["verdict"],
        "language": value["language"],
        "title": value["title"],
        "text": value["text"],
        "url": value["marker"],
        "approved_at": value["created_at"],
        "image": value["image"],
    }


def sign(content: bytes, *, secret: str, at: datetime) -> str:
    """Return the header value `t=<epoch seconds>,v1=<hex>` for a body."""
    stamp = int(at.timestamp())
    return f"t={stamp},v1={_digest(content, secret, stamp)}"


def verify_signature(content: bytes, header: str, *, secret: str, now: datetime) -> bool:
    """Return whether a body is from us and fresh. Compares in constant time; never raises on a malformed header."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    stamp = parts.get("t", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        return False
    if abs(now.timestamp() - int(stamp)) > REPLAY_WINDOW_SECONDS:
        return False
    return hmac.compare_digest(_digest(content, secret, int(stamp)).encode(), parts.get("v1", "").encode())


def _digest(content: bytes, secret: str, stamp: int) -> str:
    return hmac.new(secret.encode(), f"{stamp}.".encode() + content, hashlib.sha256).hexdigest()
