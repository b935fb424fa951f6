"""A subscriber's server as docs/channels.md tells people to write one: checks the signature, drops what it has seen."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from publishing.channels.webhook import DELIVERY_HEADER, SIGNATURE_HEADER, verify_signature


class WebhookReceiver:
    """Keeps one story for each delivery; `refused` counts what had no good signature."""

    def __init__(self, secret: str = "rahasia bersama") -> None:
        self.secret = secret
        self.refused = 0
        self._deliveries: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"receiver": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def take(self, delivery: str, body: bytes, signature: str) -> int:
        if not verify_signature(body, signature, secret=self.secret, now=datetime.now(UTC)):
            self.refused += 1
            return 401
        with self._lock:
            self._deliveries.setdefault(delivery, json.loads(body))
        return 204

    def received(self) -> list[dict[str, Any]]:
        """Return every delivery once, in the order of arrival."""
        with self._lock:
            return list(self._deliveries.values())

    def stories(self) -> list[dict[str, Any]]:
        """Return what a reader of the subscriber's page sees: corrections in place, retractions gone."""
        shown: dict[str, dict[str, Any]] = {}
        with self._lock:
            for delivery, value in self._deliveries.items():
                if value["event"] == "retracted":
                    shown.pop(value["replaces"], None)
                elif value["event"] != "ping":
                    shown[value.get("replaces", delivery)] = value
        return list(shown.values())

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: WebhookReceiver
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        status = self.receiver.take(self.headers.get(DELIVERY_HEADER, ""), body, self.headers.get(SIGNATURE_HEADER, ""))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()
