"""A proxy between a channel and its server that fails where it hurts: after the effect, before the reply."""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
from dataclasses import dataclass
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

SLOW_SECONDS = 4.5
"""Longer than the read time-out of the tests' client, shorter than anybody's patience."""

_HOP_BY_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


class Fault(Enum):
    """What happens to one request."""

    REPLY_DROPPED = "the server acts, its reply is lost"
    CUT_BEFORE = "the connection breaks before the request reaches the server"
    ERROR_AFTER = "the server acts, and 500 comes back"
    SLOW_REPLY = "the server acts, its reply comes too late"
    LIMITED = "429 comes back, the server never hears of it"
    REFUSED_AFTER = "the server acts, and 422 comes back"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came by, its fault, and what the server answered where it was asked."""

    method: str
    path: str
    status: int | None
    fault: Fault | None


class LossyProxy:
    """Forwards to a server on loopback. `fail_next` is used up by the first request that it matches."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream)
        self.seen: list[Seen] = []
        self._faults: list[tuple[re.Pattern[str], Fault]] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def fail_next(self, pattern: str, fault: Fault) -> None:
        """Arm a fault for the next request whose `METHOD /path` matches."""
        with self._lock:
            self._faults.append((re.compile(pattern), fault))

    def take_fault(self, line: str) -> Fault | None:
        with self._lock:
            for index, (pattern, fault) in enumerate(self._faults):
                if pattern.search(line):
                    del self._faults[index]
                    return fault
        return None

    def calm(self) -> None:
        """Forget the faults that nothing met."""
        with self._lock:
            self._faults.clear()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that were killed hang up; that is what they are for."""


class _Handler(BaseHTTPRequestHandler):
    proxy: LossyProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""

    def handle_any(self) -> None:
        body = self._body()
        fault = self.proxy.take_fault(f"{self.command} {self.path}")
        if fault is Fault.CUT_BEFORE:
            return self._hang_up(fault, None)
        if fault is Fault.LIMITED:
            self._log(fault, None)
            return self._reply(429, [("RateLimit-Reset", str(int(time.time()) + 30))], b'{"error":"RateLimitExceeded"}')
        status, headers, content = self._forward(body)
        if fault is Fault.REPLY_DROPPED:
            return self._hang_up(fault, status)
        if fault is Fault.SLOW_REPLY:
            time.sleep(SLOW_SECONDS)
        self._log(fault, status)
        if fault is Fault.ERROR_AFTER:
            return self._reply(500, [], b'{"error":"InternalServerError"}')
        if fault is Fault.REFUSED_AFTER:
            return self._reply(422, [], b'{"error":"already attached"}')
        return self._reply(status, headers, content)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815 -- the names http.server calls

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = self.proxy.upstream
        connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        if body or self.command in {"POST", "PUT", "PATCH"}:
            headers["Content-Length"] = str(len(body))
        try:
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            kept = [(name, value) for name, value in response.getheaders() if name.lower() not in _HOP_BY_HOP]
            return response.status, kept, response.read()
        finally:
            connection.close()

    def _reply(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self, fault: Fault, status: int | None) -> None:
        self._log(fault, status)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _log(self, fault: Fault | None, status: int | None) -> None:
        self.proxy.seen.append(Seen(self.command, self.path, status, fault))
