"""A whole Saring as people run it: real worker, real gunicorn, real database, on a free port and a folder of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet

from kernel.db import Database
from script.lib import serve

PATIENCE_SECONDS = 30.0
"""How long `wait_until` waits on a busy machine; what is promised in less is measured by script/bench."""


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], object], *, what: str) -> None:
    """Look again and again until `condition` is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


class House:
    """The running processes and the handles by which a test stops, kills and restarts them."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "SARING_SECRET_KEY": "a secret of this test and of no other",
            "SARING_VAULT_KEYS": Fernet.generate_key().decode(),
            "SARING_DATA": str(folder),
            "SARING_DATABASE_URL": database_url,
            "SARING_PORT": str(port),
            **settings,
        }
        self.database = Database(database_url)
        self._worker: serve.Process | None = None
        self._web: serve.Process | None = None

    def open(self, *, seeded: bool = True) -> None:
        """Migrate, seed and start everything, as `script/server` does."""
        serve.run_once(self.environment, "migrate")
        if seeded:
            serve.run_once(self.environment, "seed")
        self.start_worker()
        self.start_web()

    def close(self) -> None:
        """Stop what still runs, by its own id."""
        for process in (self._web, self._worker):
            if process is not None and process.exit_code is None:
                process.stop()
        self.database.dispose()

    def start_worker(self) -> None:
        self._worker = serve.start_worker(self.environment)

    def stop_worker(self) -> None:
        """Let it finish what it has in hand."""
        assert self._worker is not None
        self._worker.stop()

    def kill_worker(self) -> None:
        """End it as a power cut would (kill -9)."""
        assert self._worker is not None
        self._worker.kill()

    def start_web(self) -> None:
        self._web = serve.start_web(self.environment)
        wait_until(lambda: serve.answers(self.address), what="the web server")

    def kill_web(self) -> None:
        """End the web server and each of its processes at once (kill -9)."""
        assert self._web is not None
        children = self.web_processes()
        self._web.kill()
        for pid in children:
            _kill(pid)

    def kill_one_web_process(self) -> int:
        """End one web process (kill -9) and return its id; gunicorn starts another one."""
        pid = self.web_processes()[0]
        _kill(pid)
        return pid

    def web_processes(self) -> list[int]:
        """Return the ids of gunicorn's workers."""
        assert self._web is not None
        children = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def run(self, *words: str, typed: str = "") -> str:
        """Run one command of the command line and return what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(
            command, cwd=serve.ROOT, env=self.environment, input=typed, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return
    wait_until(lambda: not _is_running(pid), what=f"process {pid} to end")


def _is_running(pid: int) -> bool:
    try:
        # The third field of a process's line; Z is one that has ended and whose parent has not looked yet.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
