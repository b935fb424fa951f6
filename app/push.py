"""Notifications to browsers: RFC 8030 (push), RFC 8291 (what only the browser can read), RFC 8292 (who we are)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.errors import Invalid, Unavailable

SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""Who carries notifications for the browsers that people have. We post nowhere else, whatever a browser claims."""

KEPT_SECONDS = 7 * 24 * 3600
"""How long the service keeps a notification for a phone that is off."""

TOKEN_HOURS = 12
"""How long a proof of ours holds; RFC 8292 allows 24."""

RETRY_SECONDS = 300
"""Until a push service that does not answer is asked again, where it says nothing else."""

LONGEST_CONTENT = 3_900
"""Bytes: with its header a record stays below the 4,096 that every service takes (RFC 8030, 7.2)."""

_RECORD_SIZE = 4_096
_SECRET_BYTES = 16


class BadPushAddress(Invalid):
    """The browser's address is none of a known push service, or its keys are malformed."""

    code = "bad_push_address"


class PushUnavailable(Unavailable):
    """The push service does not answer or takes nothing now; `status` is what it said."""

    code = "push_unavailable"


class PushRefused(Unavailable):
    """The push service takes no notification of ours; `status` says which fault it sees. People must look."""

    code = "push_refused"


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where a browser listens, and the keys that only it can open (base64url): its public point and a shared secret."""

    endpoint: str
    p256dh: str
    auth: str

    def checked(self, private_hosts: frozenset[str] = frozenset()) -> PushAddress:
        """Return the address when a known service carries it and its keys are sound, else raise BadPushAddress."""
        try:
            parts = urlsplit(self.endpoint)
            host, port = (parts.hostname or "").lower(), parts.port
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(self.p256dh))
            secret = decode(self.auth)
        except (ValueError, binascii.Error) as error:
            raise BadPushAddress(field="endpoint") from error
        own = bool({host, f"{host}:{port}"} & private_hosts)
        known = any(host == name or host.endswith(f".{name}") for name in SERVICES)
        public = known and parts.scheme == "https" and port in (None, 443) and "@" not in parts.netloc
        if not (own or public) or len(secret) != _SECRET_BYTES or len(self.endpoint) > 1_000:
            raise BadPushAddress(field="endpoint")
        return self


class WebPush:
    """Sends notifications under one key pair of the house, by which a push service knows us."""

    def __init__(self, private_key: str, *, subject: str, client: httpx.Client) -> None:
        """`private_key` is base64url of 32 bytes; `subject` an https or mailto address at which we can be reached."""
        self._key = private_key_of(private_key)
        self._subject = subject
        self._client = client
        self.public_key = encode(_point(self._key.public_key()))

    def send(self, address: PushAddress, content: bytes, *, topic: str, now: datetime) -> bool:
        """Hand a notification over; False when the browser is gone for good. A later one of `topic` replaces it.

        Raises PushUnavailable and PushRefused. Twice sent is once shown: the page's worker shows one notification a
        topic.
        """
        headers = {
            "Authorization": f"vapid t={self._proof(address.endpoint, now)}, k={self.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_SECONDS),
            "Topic": encode(hashlib.sha256(topic.encode()).digest())[:32],
            "Urgency": "normal",
        }
        try:
            answer = self._client.post(address.endpoint, content=encrypt(content, address), headers=headers)
        except httpx.HTTPError as error:
            raise PushUnavailable(retry_after_seconds=RETRY_SECONDS, status=type(error).__name__) from error
        if answer.status_code in (404, 410):
            return False
        if answer.status_code == 429 or answer.status_code >= 500:
            raise PushUnavailable(retry_after_seconds=_asked_wait(answer), status=answer.status_code)
        if not answer.is_success:
            raise PushRefused(retry_after_seconds=RETRY_SECONDS, status=answer.status_code)
        return True

    def _proof(self, endpoint: str, now: datetime) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + timedelta(hours=TOKEN_HOURS)).timestamp()),
            "sub": self._subject,
        }
        words = ".".join(encode(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self._key.sign(words.encode(), ec.ECDSA(hashes.SHA256())))
        return f"{words}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def encrypt(
    content: bytes,
    address: PushAddress,
    *,
    ephemeral: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return `content` (at most LONGEST_CONTENT bytes) as one aes128gcm record that only the browser can open.

    `ephemeral` and `salt` are drawn anew each time; giving them is for the example of RFC 8291, appendix A.
    """
    if len(content) > LONGEST_CONTENT:
        raise ValueError("a notification is short")
    ephemeral = ephemeral or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    theirs, ours = decode(address.p256dh), _point(ephemeral.public_key())
    shared = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    secret = _derive(shared, salt=decode(address.auth), info=b"WebPush: info\0" + theirs + ours, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    header = salt + _RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, content + b"\x02", None)


def private_key_of(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the key behind base64url of its 32 bytes. Raises ValueError."""
    raw = decode(text)
    if len(raw) != 32:
        raise ValueError("must be 32 bytes in base64url")
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def new_private_key() -> str:
    """Return a fresh key for the environment."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encode(number.to_bytes(32, "big"))


def encode(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Return what base64url, with or without padding, holds. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _asked_wait(answer: httpx.Response) -> int:
    asked = answer.headers.get("Retry-After", "")
    return min(int(asked), 3_600) if asked.isdigit() else RETRY_SECONDS
