"""A push service on loopback and the browser behind it, which opens what it is sent as RFC 8291 has it."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CURVE = ec.SECP256R1()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """Takes notifications for one browser. `statuses` are answered to the next ones instead of taking them."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(CURVE)
        self._secret = b"sixteen bytes!!!"
        self.statuses: list[int] = []
        self.shown: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"house": self}))

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def address(self) -> dict[str, str]:
        """What the browser tells a page about itself."""
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return {"endpoint": f"http://{self.host}/browser", "p256dh": b64(point), "auth": b64(self._secret)}

    def take(self, headers: dict[str, str], content: bytes) -> int:
        status = self.statuses.pop(0) if self.statuses else 201
        if status == 201:
            self.headers.append(headers)
            self.shown.append(json.loads(self.opened(content)))
        return status

    def opened(self, record: bytes) -> bytes:
        """Open a record by RFC 8188 and 8291, written from the text of both and not from our code."""
        salt, size, length = record[:16], int.from_bytes(record[16:20], "big"), record[20]
        theirs = record[21 : 21 + length]
        sealed = record[21 + length :]
        assert len(record) <= size
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        mine = unb64(self.address["p256dh"])
        prk_key = _hmac(self._secret, shared)
        ikm = _hmac(prk_key, b"WebPush: info\x00" + mine + theirs + b"\x01")
        prk = _hmac(salt, ikm)
        key = _hmac(prk, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = _hmac(prk, b"Content-Encoding: nonce\x00\x01")[:12]
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
        assert padded[-1] == 2, "not the last record"
        return padded[:-1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def claims_of(authorization: str) -> dict[str, Any]:
    """Return what the sender says about itself, after checking that its key signed it."""
    scheme, _space, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    words, _dot, signature = parts["t"].rpartition(".")
    raw = unb64(signature)
    assert len(raw) == 64
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(parts["k"]))
    key.verify(der, words.encode(), ec.ECDSA(hashes.SHA256()))
    head, claims = (json.loads(unb64(part)) for part in words.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    value: dict[str, Any] = claims
    return value


def _hmac(key: bytes, content: bytes) -> bytes:
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(content)
    return mac.finalize()


class _Handler(BaseHTTPRequestHandler):
    house: PushService
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length") or 0))
        status = self.house.take({name.lower(): value for name, value in self.headers.items()}, content)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
