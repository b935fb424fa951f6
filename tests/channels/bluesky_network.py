"""The whole reference network of Bluesky (@atproto/dev-env) for as long as a block lasts, and the public that uses it.

Beside its packages from npm it wants Redis and a PostgreSQL that has pg_trgm, which the one from pip lacks.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from tests.channels.bluesky_server import BlueskyServer

HARNESS = Path(__file__).parent.parent / "bluesky_network"
POSTGRESQL_FOLDERS = "/usr/lib/postgresql/*/bin"
OWNER = "postgres"
"""Whom PostgreSQL runs as where we are root, whom it refuses."""

READY_SECONDS = 120
"""How long each server may take to answer: the network needs 5 s on a quiet machine."""

INDEXED_SECONDS = 30
"""How long the AppView may take to show what was written: 1 s on a quiet machine."""

Answer = TypeVar("Answer")


class Reader:
    """Somebody on the network who reads us, likes, passes on and answers."""

    def __init__(self, server: BlueskyServer) -> None:
        self.server = server
        self.account = server.register()
        self.token = server.log_in(self.account)["accessJwt"]

    def like(self, post: dict[str, str]) -> None:
        self._create("app.bsky.feed.like", {"subject": post})

    def repost(self, post: dict[str, str]) -> None:
        self._create("app.bsky.feed.repost", {"subject": post})

    def quote(self, post: dict[str, str], text: str) -> dict[str, str]:
        return self._post(text, embed={"$type": "app.bsky.embed.record", "record": post})

    def reply(self, parent: dict[str, str], text: str, *, root: dict[str, str] | None = None) -> dict[str, str]:
        return self._post(text, reply={"root": root or parent, "parent": parent})

    def mention(self, handle: str, did: str, text: str) -> dict[str, str]:
        start = len(text[: text.index(handle)].encode())
        index = {"byteStart": start, "byteEnd": start + len(handle.encode())}
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
        return self._post(text, facets=[{"index": index, "features": [feature]}])

    def thread(self, uri: str) -> dict[str, Any]:
        """Return a post with the answers to it, as this reader's app shows them."""
        asked: dict[str, str | int] = {"uri": uri, "depth": 5}
        headers = {"Authorization": f"Bearer {self.token}"}
        response = self.server.client.get("app.bsky.feed.getPostThread", params=asked, headers=headers)
        response.raise_for_status()
        shown: dict[str, Any] = response.json()["thread"]
        return shown

    def _post(self, text: str, **values: Any) -> dict[str, str]:
        return self._create("app.bsky.feed.post", {"text": text, "langs": ["id"], **values})

    def _create(self, collection: str, record: dict[str, Any]) -> dict[str, str]:
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        value = {"$type": collection, "createdAt": moment, **record}
        body = {"repo": self.account["did"], "collection": collection, "record": value}
        made = self.server.call("com.atproto.repo.createRecord", body, token=self.token)
        return {"uri": made["uri"], "cid": made["cid"]}


@contextmanager
def bluesky_network() -> Iterator[BlueskyServer]:
    """Start the network and stop all of it when the block ends; it also stops when this process dies."""
    programs = _find_programs()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="saring-at-", ignore_cleanup_errors=True)))
        home.chmod(0o755)
        database = stack.enter_context(_postgresql(programs, home / "postgresql"))
        redis = stack.enter_context(_redis(programs))
        process = stack.enter_context(
            _running(
                [programs["node"], "network.cjs"],
                cwd=HARNESS,
                env={**os.environ, "DB_POSTGRES_URL": database, "REDIS_HOST": redis},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        line = process.stdout.readline()
        assert line, "the Bluesky network did not start; what it wrote stands above"
        server = BlueskyServer(json.loads(line)["pds"])
        stack.callback(server.client.close)
        yield server


def until(ask: Callable[[], Answer | None], *, seconds: float = INDEXED_SECONDS) -> Answer:
    """Ask until there is an answer: the AppView shows a moment later what the PDS has taken."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"nothing within {seconds} s"
        time.sleep(0.2)
    return answer


def _find_programs() -> dict[str, str]:
    """Return where the servers are. Raises FileNotFoundError, which names all that is missing and how to get it."""
    folders = [str(folder) for folder in sorted(Path("/").glob(POSTGRESQL_FOLDERS[1:]), reverse=True)]
    path = os.pathsep.join([os.environ["PATH"], *folders])
    names = ("node", "initdb", "postgres", "redis-server", "setpriv")
    found = {name: shutil.which(name, path=path) for name in names}
    missing = [name for name, where in found.items() if where is None]
    if not (HARNESS / "node_modules").is_dir():
        missing.append(f"the packages of {HARNESS.name}")
    if missing:
        raise FileNotFoundError(f"{', '.join(missing)}: not on this machine; `script/test network` installs them")
    return {name: where for name, where in found.items() if where}


@contextmanager
def _postgresql(programs: dict[str, str], data: Path) -> Iterator[str]:
    owner = OWNER if os.geteuid() == 0 else None
    data.mkdir(mode=0o700)
    if owner:
        shutil.chown(data, owner)
    as_owner = ["--reuid", owner, "--clear-groups"] if owner else []
    made = [programs["setpriv"], *as_owner, programs["initdb"], "--auth=trust", "--username=postgres", "--no-sync"]
    subprocess.run([*made, "--encoding=UTF8", "-D", str(data)], check=True, capture_output=True, cwd=data.parent)
    port = _free_port()
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": "", "fsync": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [programs["postgres"], "-D", str(data), *options]
    quiet = {"cwd": data.parent, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with _running(command, *as_owner, **quiet):
        _wait_for(port)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"


@contextmanager
def _redis(programs: dict[str, str]) -> Iterator[str]:
    port = _free_port()
    command = [programs["redis-server"], "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _running(command, stdout=subprocess.DEVNULL):
        _wait_for(port)
        yield f"127.0.0.1:{port}"


@contextmanager
def _running(command: Sequence[str], *privileges: str, **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Run a server that is told to stop when the block ends, and by the kernel when this process dies."""
    process = subprocess.Popen(["setpriv", *privileges, "--pdeathsig", "INT", *command], **options)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # the fast way out for PostgreSQL, and for the others as good as any
        process.communicate(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < end, f"nothing answers on port {port}"
            time.sleep(0.05)
