"""The only GET that Saring makes for a stranger: to public addresses, briefly, and for a bounded amount of text.

A name is looked up once and the connection goes to the very address that was checked, so that a second answer of the
name server (rebinding) has no one to deceive. httpcore reads no environment, keeps no cookies and follows no redirects.
"""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookUpTimeout
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore

from intake.addresses import is_public_address
from intake.errors import BadUrl, LinkRefused, LinkUnreachable
from intake.links import parse_url

DEADLINE_SECONDS = 10.0
"""From the first look-up to the last byte, redirects included."""

LARGEST_BODY = 2_000_000
"""Bytes after decompression (Mastodon stops at one million; news pages with inlined pictures need more)."""

MOST_REDIRECTS = 3
PAGE_KINDS = ("text/html", "application/xhtml+xml", "text/plain")
PICTURE_KINDS = ("image/jpeg", "image/png", "image/webp")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_LATER = frozenset({408, 425, 429})
_DECOMPRESSED_AT_ONCE = 65_536

Resolve = Callable[[str, int], Sequence[str]]
"""Looks a name up and returns numeric addresses; raises `OSError`."""

Connect = Callable[[str, int, float], httpcore.NetworkStream]
"""Opens a connection to a numeric address and port within so many seconds."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. `url` is where the redirects ended, `kind` the media type without parameters."""

    url: str
    kind: str
    body: bytes


def look_up(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of `host` from the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def connect_to(address: str, port: int, timeout_seconds: float) -> httpcore.NetworkStream:
    """Open a TCP connection to a numeric address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout_seconds)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pages under guard. `exceptions` are addresses reached though not public, and `ports` the ports allowed;
    both are for tests and for an archive of one's own.
    """

    user_agent: str = "Saring (reads a reported page once)"
    resolve: Resolve = look_up
    connect: Connect = connect_to
    ports: frozenset[int] = frozenset({80, 443})
    exceptions: frozenset[str] = frozenset()
    deadline_seconds: float = DEADLINE_SECONDS
    largest_body: int = LARGEST_BODY
    ssl_context: ssl.SSLContext | None = None

    def get(self, url: str, *, kinds: Sequence[str] = PAGE_KINDS) -> Fetched:
        """Return the page at `url`. Raises `BadUrl`, `LinkRefused` and `LinkUnreachable`."""
        deadline = time.monotonic() + self.deadline_seconds
        for _ in range(MOST_REDIRECTS + 1):
            url = self._checked(url)
            try:
                answer = self._get_once(url, kinds, deadline)
            except httpcore.TimeoutException:
                raise LinkUnreachable(reason="deadline", url=url) from None
            except (httpcore.NetworkError, OSError):
                raise LinkUnreachable(reason="connection", url=url) from None
            except (httpcore.ProtocolError, httpcore.UnsupportedProtocol, zlib.error):
                raise LinkUnreachable(reason="protocol", url=url) from None
            if isinstance(answer, Fetched):
                return answer
            url = answer
        raise LinkRefused(field="url", reason="redirects", url=url)

    def _checked(self, url: str) -> str:
        try:
            url = parse_url(url)
        except BadUrl:
            raise LinkRefused(field="url", reason="host", url=url) from None
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise LinkRefused(field="url", reason="userinfo", url=url)
        if (parts.port or (443 if parts.scheme == "https" else 80)) not in self.ports:
            raise LinkRefused(field="url", reason="port", url=url)
        return url

    def _get_once(self, url: str, kinds: Sequence[str], deadline: float) -> Fetched | str:
        """Return the page, or the address to which the server sends us on."""
        parts = urlsplit(url)
        host = _ascii_host(parts.hostname or "")
        netloc = f"[{host}]" if ":" in host else host
        target = httpcore.URL(
            scheme=parts.scheme.encode(),
            host=netloc.encode(),
            port=parts.port,
            target=_target(parts.path, parts.query),
        )
        headers = [
            ("Host", netloc if parts.port is None else f"{netloc}:{parts.port}"),
            ("User-Agent", self.user_agent),
            ("Accept", ", ".join(kinds)),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
        ]
        guard = _Guard(self, deadline)
        with (
            httpcore.ConnectionPool(network_backend=guard, ssl_context=self.ssl_context) as pool,
            pool.stream("GET", target, headers=headers) as response,
        ):
            received = {name.lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in _REDIRECTS and b"location" in received:
                return urljoin(url, received[b"location"].strip())
            _check_status(response.status, url)
            kind = received.get(b"content-type", "").partition(";")[0].strip().lower()
            if kind not in kinds:
                raise LinkRefused(field="url", reason="kind", url=url, kind=kind)
            chunks = _decoded(
                response.iter_stream(), received.get(b"content-encoding", "identity").strip().lower(), url
            )
            return Fetched(url, kind, self._collected(chunks, url))

    def _collected(self, chunks: Iterator[bytes], url: str) -> bytes:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > self.largest_body:
                raise LinkRefused(field="url", reason="size", url=url)
        return bytes(body)


class _Guard(httpcore.NetworkBackend):
    """Opens the connection, after a look at every address of the name, and holds it to the deadline."""

    def __init__(self, fetcher: Fetcher, deadline: float) -> None:
        self._fetcher = fetcher
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host.strip("[]"), port)
        refused = [address for address in addresses if not self._may_reach(address)]
        if refused or not addresses:
            raise LinkRefused(field="url", reason="address", host=host)
        for address in addresses[:-1]:
            try:
                return self._open(address, port)
            except httpcore.ConnectError:
                continue
        return self._open(addresses[-1], port)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        # getaddrinfo knows no time limit, so it runs beside us; what it says too late is not heard.
        look_up_pool = ThreadPoolExecutor(max_workers=1)
        try:
            return look_up_pool.submit(self._fetcher.resolve, host, port).result(_left(self._deadline))
        except LookUpTimeout:
            raise httpcore.ConnectTimeout from None
        except (OSError, UnicodeError):
            raise LinkUnreachable(reason="name", host=host) from None
        finally:
            look_up_pool.shutdown(wait=False)

    def _may_reach(self, address: str) -> bool:
        return is_public_address(address) or address in self._fetcher.exceptions

    def _open(self, address: str, port: int) -> httpcore.NetworkStream:
        return _TimedStream(self._fetcher.connect(address, port, _left(self._deadline)), self._deadline)


class _TimedStream(httpcore.NetworkStream):
    """A connection of which every wait ends with the one deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    """Return the seconds that are left. Raises when none are."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise httpcore.ReadTimeout
    return seconds


def _ascii_host(host: str) -> str:
    """Return the name as it goes over the wire; this also turns circled and fullwidth digits into plain ones."""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _target(path: str, query: str) -> bytes:
    target = f"{path or '/'}?{query}" if query else path or "/"
    return b"".join(bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in target.encode())


def _check_status(status: int, url: str) -> None:
    if status >= 500 or status in _TRY_LATER:
        raise LinkUnreachable(reason="status", status=status, url=url)
    if not 200 <= status < 300:
        raise LinkRefused(field="url", reason="status", status=status, url=url)


def _decoded(chunks: Iterable[bytes], encoding: str, url: str) -> Iterator[bytes]:
    """Yield the body in the clear, in pieces small enough that a bomb is seen before it goes off."""
    if encoding in {"", "identity"}:
        yield from chunks
        return
    if encoding not in {"gzip", "x-gzip"}:
        raise LinkRefused(field="url", reason="kind", url=url, kind=encoding)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    for chunk in chunks:
        packed = chunk
        while packed:
            yield unpacker.decompress(packed, _DECOMPRESSED_AT_ONCE)
            packed = unpacker.unconsumed_tail
