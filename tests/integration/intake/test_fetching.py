"""The guarded GET against a hostile web. Names are looked up in a dictionary, servers stand on 127.0.0.1."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpcore
import pytest

from intake.errors import LinkRefused, LinkUnreachable
from intake.fetching import Fetched, Fetcher, connect_to

LOOPBACK = "127.0.0.1"
PAGE = b"<!doctype html><title>Lemon</title><p>Air lemon tidak menyembuhkan kanker.</p>"


def response(
    body: bytes = PAGE, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Server:
    """Answers each connection with what `answer` says, and remembers the requests."""

    def __init__(self, answer: Callable[[socket.socket, bytes], None]) -> None:
        self._answer = answer
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[bytes] = []

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65_536)
            self.requests.append(request)
            try:
                self._answer(connection, request)
            except OSError:  # the client hung up, as it should on a hostile answer
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def serving(answer: Callable[[socket.socket, bytes], None] | bytes) -> Iterator[Server]:
    def say(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(answer)  # type: ignore[arg-type]

    server = Server(say if isinstance(answer, bytes) else answer)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


class Names:
    """A name server whose successive answers are listed; numeric hosts are read as the C library reads them."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(sequence) for name, sequence in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> list[str]:
        self.asked.append(host)
        if host in self.answers:
            sequence = self.answers[host]
            return sequence.pop(0) if len(sequence) > 1 else sequence[0]
        if ":" in host:
            return [host]
        return [socket.inet_ntoa(socket.inet_aton(host))]


def refuse_to_connect(address: str, port: int, _timeout_seconds: float) -> httpcore.NetworkStream:
    raise AssertionError(f"a connection to {address}:{port} was opened")


def fetcher(server: Server, names: Names | None = None, **settings: object) -> Fetcher:
    """A fetcher for which `berita.id` is the local server, and only that."""

    def connect(address: str, _port: int, timeout_seconds: float) -> httpcore.NetworkStream:
        return connect_to(LOOPBACK, server.port, timeout_seconds)

    names = names or Names(berita_id=[["93.184.215.14"]])
    return Fetcher(resolve=names, connect=connect, **settings)  # type: ignore[arg-type]


HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://192.0.0.192/",
    "http://100.100.100.200/",
    "http://10.0.0.5/",
    "http://192.168.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７．０．０．１/",
    "http://berita.id@127.0.0.1/",
    "http://user:secret@berita.id/",
    "http://berita.id:22/",
    "http://berita.id:8080/",
    "ftp://berita.id/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/_x",
    "http://berita.id\r\nX-Injected: 1/",
    "http:///etc/passwd",
    "http://dalam.id/",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_no_connection_is_opened_to_a_hostile_address(url: str) -> None:
    names = Names(berita_id=[["93.184.215.14"]], dalam_id=[["93.184.215.14", "10.0.0.1"]], localhost=[[LOOPBACK]])
    with pytest.raises(LinkRefused) as refused:
        Fetcher(resolve=names, connect=refuse_to_connect).get(url)
    assert refused.value.field == "url"


def test_a_page_is_fetched_from_the_checked_address() -> None:
    names = Names(berita_id=[["93.184.215.14"], [LOOPBACK]])
    with serving(response()) as server:
        page = fetcher(server, names).get("http://berita.id/a b?q=é#x".replace(" ", "%20"))
        assert page == Fetched("http://berita.id/a%20b?q=é#x", "text/html", PAGE)
        assert server.requests[0].startswith(b"GET /a%20b?q=%C3%A9 HTTP/1.1\r\nHost: berita.id\r\n")
    assert names.asked == ["berita.id"]


def test_an_exception_is_made_only_for_the_address_and_port_named() -> None:
    with serving(response()) as server:
        own = Fetcher(ports=frozenset({server.port}), exceptions=frozenset({LOOPBACK}), resolve=Names())
        assert own.get(f"http://127.0.0.1:{server.port}/").body == PAGE
        with pytest.raises(LinkRefused, match="address"):
            own.get(f"http://127.0.0.2:{server.port}/")


def test_a_second_answer_of_the_name_server_is_refused_after_a_redirect() -> None:
    names = Names(berita_id=[["93.184.215.14"], [LOOPBACK]])
    with (
        serving(response(b"", "Location: http://berita.id/2", status="302 Found")) as server,
        pytest.raises(LinkRefused, match="address"),
    ):
        fetcher(server, names).get("http://berita.id/")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "address"),
        ("http://[::ffff:169.254.169.254]/", "address"),
        ("//127.0.0.1/", "address"),
        ("file:///etc/passwd", "host"),
        ("http://berita.id:22/", "port"),
        ("http://a:b@berita.id/", "userinfo"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(location: str, reason: str) -> None:
    with (
        serving(response(b"", f"Location: {location}", status="301 Moved")) as server,
        pytest.raises(LinkRefused) as refused,
    ):
        fetcher(server).get("http://berita.id/")
    assert refused.value.facts["reason"] == reason
    assert len(server.requests) == 1


def test_three_redirects_are_followed_and_no_more() -> None:
    def step(connection: socket.socket, request: bytes) -> None:
        number = int(request.split(b" ")[1][1:])
        done = response(str(number).encode())
        connection.sendall(done if number == 9 else response(b"", f"Location: /{number + 1}", status="307 There"))

    with serving(step) as server:
        assert fetcher(server).get("http://berita.id/6").url == "http://berita.id/9"
        with pytest.raises(LinkRefused, match="redirects"):
            fetcher(server).get("http://berita.id/5")
        assert len(server.requests) == 8


def test_a_compressed_page_is_unpacked() -> None:
    with serving(response(gzip.compress(PAGE), "Content-Encoding: gzip")) as server:
        assert fetcher(server).get("http://berita.id/").body == PAGE


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(300_000_000), compresslevel=1)
    with serving(response(bomb, "Content-Encoding: gzip")) as server, pytest.raises(LinkRefused, match="size"):
        fetcher(server).get("http://berita.id/")


def test_a_body_without_end_is_refused() -> None:
    def pour(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            connection.sendall(b"a" * 65_536)

    with serving(pour) as server, pytest.raises(LinkRefused, match="size"):
        fetcher(server).get("http://berita.id/")


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"])
def test_a_drip_ends_with_the_deadline(head: bytes) -> None:
    done = threading.Event()

    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(head)
        while not done.wait(0.05):
            connection.sendall(b"H")

    with serving(drip) as server:
        started = time.monotonic()
        with pytest.raises(LinkUnreachable) as late:
            fetcher(server, deadline_seconds=0.5).get("http://berita.id/")
        done.set()
    assert late.value.facts["reason"] == "deadline"
    assert time.monotonic() - started < 5


def test_a_name_server_that_does_not_answer_ends_with_the_deadline() -> None:
    answered = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        answered.wait(30)
        return [LOOPBACK]

    with pytest.raises(LinkUnreachable) as late:
        Fetcher(resolve=hang, connect=refuse_to_connect, deadline_seconds=0.2).get("http://berita.id/")
    answered.set()
    assert late.value.facts["reason"] == "deadline"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (response(kind="application/zip"), LinkRefused, "kind"),
        (response(PAGE, "Content-Encoding: br"), LinkRefused, "kind"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", LinkRefused, "kind"),
        (response(status="404 Gone"), LinkRefused, "status"),
        (response(status="503 Later"), LinkUnreachable, "status"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", LinkUnreachable, "protocol"),
        (response(b"not gzip", "Content-Encoding: gzip"), LinkUnreachable, "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n\r\nshort", LinkUnreachable, "protocol"),
    ],
)
def test_a_useless_answer_is_named(answer: bytes, kind: type[Exception], reason: str) -> None:
    with serving(answer) as server, pytest.raises(kind) as refused:
        fetcher(server).get("http://berita.id/")
    assert refused.value.facts["reason"] == reason  # type: ignore[attr-defined]


def test_an_unknown_name_and_a_closed_port_are_told_apart() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror

    with pytest.raises(LinkUnreachable) as nameless:
        Fetcher(resolve=unknown).get("http://berita.id/")
    assert nameless.value.facts["reason"] == "name"
    with serving(response()) as server:
        port = server.port
    closed = Fetcher(ports=frozenset({port}), exceptions=frozenset({LOOPBACK}), resolve=Names())
    with pytest.raises(LinkUnreachable) as silent:
        closed.get(f"http://127.0.0.1:{port}/")
    assert silent.value.facts["reason"] == "connection"


def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(response()) as server:
        assert fetcher(server).get("http://berita.id/").body == PAGE
