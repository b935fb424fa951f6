"""The whole of Saring as its users meet it: web processes and a worker, on a free port, on either database."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from cryptography.fernet import Fernet, MultiFernet

from app.commands.data import upgrade
from kernel.db import Database
from publishing.vault import Vault
from script.lib.serve import ROOT, Process, start_web, start_worker

READY_SECONDS = 60.0
"""Until the web processes answer and their model is warm; generous, because other tests run at the same time."""


PORTS = range(20_000, 32_000)
"""Below the range from which the kernel lends ports: a browser's connection must not take that of a killed server."""


def free_port() -> int:
    """Return a port on which nobody listens."""
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no port is free")


class Site:
    """A running site; processes are known and killed by their own ids only."""

    def __init__(self, database_url: str, data: Path, *, web_workers: int = 2) -> None:
        key = Fernet.generate_key().decode()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.database = Database(database_url)
        self.vault = Vault([key])
        self.seal = MultiFernet([Fernet(key)])
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SARING_")},
            "SARING_SECRET_KEY": "a journey's key of more than thirty-two characters",
            "SARING_VAULT_KEYS": key,
            "SARING_DATA": str(data),
            "SARING_DATABASE_URL": database_url,
            "SARING_PORT": str(port),
            "SARING_WEB_WORKERS": str(web_workers),
            "SARING_WEB_THREADS": "4",
            "SARING_PRIVATE_HOSTS": "127.0.0.1",
        }
        upgrade(database_url)
        self.worker: Process | None = None
        self.web: Process | None = None

    def start(self) -> None:
        """Start what does not run and wait until it answers."""
        self.worker = self.worker or start_worker(self.environment)
        self.web = self.web or start_web(self.environment)
        self.wait_until_ready()

    def wait_until_ready(self, *, within: float = READY_SECONDS) -> None:
        answer = ""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            try:
                # `calibration` may be off for good; the encoder and the indexes must be there.
                answer = httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).text
                if "encoder" not in answer and "lexical" not in answer and "vectors" not in answer:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        ended = None if self.web is None else self.web.exit_code
        raise TimeoutError(f"{self.url} did not get ready; it last said {answer!r}, exit code {ended}")

    def kill_worker(self) -> None:
        """Kill the worker as a power cut would, and start another."""
        assert self.worker is not None
        os.kill(self.worker.pid, signal.SIGKILL)
        self.worker.kill()
        self.worker = start_worker(self.environment)

    def kill_web(self, *, ready_within: float = READY_SECONDS) -> None:
        """Kill the web server with all its processes as a power cut would, and start another."""
        assert self.web is not None
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.kill()
        self.web = start_web(self.environment)
        self.wait_until_ready(within=ready_within)

    def kill_one_web_process(self) -> int:
        """Kill one web process and return its id; the web server starts another one by itself."""
        pid = self.web_processes()[0]
        os.kill(pid, signal.SIGKILL)
        return pid

    def web_processes(self) -> list[int]:
        """Return the ids of the processes that answer requests, without the one that watches over them."""
        assert self.web is not None
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def run(self, *words: str, typed: str = "") -> str:
        """Run one command of the command line and return what it printed."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, input=typed, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout

    def stop_processes(self) -> None:
        """Ask every process to end, and wait for it; `start` starts them again, perhaps with other settings."""
        for process in (self.web, self.worker):
            if process is not None:
                process.stop()
        self.web = self.worker = None

    def stop(self) -> None:
        """End everything."""
        self.stop_processes()
        self.database.dispose()


@contextmanager
def running_site(database_url: str, data: Path) -> Iterator[Site]:
    """A site for as long as a block lasts."""
    site = Site(database_url, data)
    try:
        site.start()
        yield site
    finally:
        site.stop()
