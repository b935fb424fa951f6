"""`script/server` says where it is, once, and takes every process that it started along when it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.lib import serve
from tests.journeys.site import Site

END_SECONDS = 40


class Server:
    """A supervisor under test, with what it printed so far."""

    def __init__(self, environment: dict[str, str]) -> None:
        command = [sys.executable, "-m", "script.lib.serve"]
        pipe = subprocess.PIPE
        self.popen = subprocess.Popen(command, cwd=serve.ROOT, env=environment, text=True, stdout=pipe, stderr=pipe)

    def wait_for_address(self) -> str:
        """Return the line with the address."""
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            if "http://" in line:
                return line
        raise AssertionError("it ended without an address")

    def children(self) -> list[int]:
        pid = self.popen.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def end(self) -> tuple[str, str]:
        """Return what else it printed on its way out."""
        return self.popen.communicate(timeout=END_SECONDS)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A site's settings, with one debunk in the database so that the seed is left out."""
    site = Site(f"sqlite:///{tmp_path / 'saring.db'}", tmp_path)
    one = tmp_path / "one.jsonl"
    one.write_text((serve.ROOT / "seed/debunks.jsonl").read_text().partition("\n")[0] + "\n")
    site.run("import", "debunks", str(one))
    site.database.dispose()
    return site.environment


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[Server]:
    server = Server(environment)
    yield server
    server.popen.kill()
    server.popen.wait()


def test_ctrl_c_ends_everything(server: Server, environment: dict[str, str]) -> None:
    assert environment["SARING_PORT"] in server.wait_for_address()
    children = server.children()
    assert len(children) == 2
    server.popen.send_signal(signal.SIGINT)
    rest, _ = server.end()
    assert "http://" not in rest
    assert server.popen.returncode == 0
    assert [pid for pid in children if _lives(pid)] == []


def test_a_dead_worker_ends_the_rest_with_a_sentence(server: Server) -> None:
    server.wait_for_address()
    worker, web = server.children()
    os.kill(worker, signal.SIGKILL)
    _, complaint = server.end()
    assert "the worker ended by itself" in complaint
    assert server.popen.returncode == 1
    assert not _lives(web)


def test_a_taken_port_is_named(environment: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["SARING_PORT"])))
        other.listen()
        server = Server(environment)
        _, complaint = server.end()
    assert f"port {environment['SARING_PORT']} is taken" in complaint
    assert server.popen.returncode == 1


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
