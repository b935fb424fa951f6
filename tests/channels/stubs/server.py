"""A server on loopback that stands for a network which nobody can run here. Each stub checks what it is sent."""

from __future__ import annotations

import email.parser
import email.policy
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a stub reads it: fields of a form or of JSON, files by their bytes."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    fields: Mapping[str, Any]


class Stub:
    """One network. `violations` names every request or reply that the network's published models do not allow."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.violations: list[str] = []
        self.requests: list[Request] = []
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: Request) -> Answer:
        """Act and return status and JSON. One request at a time."""
        raise NotImplementedError

    def take(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            try:
                return self.answer(request)
            except (AssertionError, ValueError, KeyError, TypeError) as error:
                self.violations.append(f"{request.method} {request.path}: {error}")
                return 400, {"error": {"message": "the stub does not understand", "code": 100}}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that were killed hang up; that is what they are for."""


class _Handler(BaseHTTPRequestHandler):
    stub: Stub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_arguments: Any) -> None:
        """Stay silent."""

    def handle_any(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        address = urlsplit(self.path)
        request = Request(
            self.command,
            address.path,
            dict(parse_qsl(address.query)),
            {name.lower(): value for name, value in self.headers.items()},
            _fields(self.headers.get("content-type", ""), raw),
        )
        status, value = self.stub.take(request)
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 -- the names http.server calls


def _fields(content_type: str, raw: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        value: dict[str, Any] = json.loads(raw or b"{}")
        return value
    if content_type.startswith("multipart/form-data"):
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + raw)
        parts = {}
        for part in message.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            parts[name] = content if part.get_filename() else bytes(content or b"").decode()  # type: ignore[arg-type]
        return parts
    return dict(parse_qsl(raw.decode(), keep_blank_values=True))
