"""Run Saring on this machine: migrate, seed, start the worker and the web server, say where, and end them together.

`script/server` runs it in the environment that it has prepared. The journeys in `tests/` start the same processes.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.exc import OperationalError

from app.commands.data import is_empty, upgrade
from app.settings import BadSettings, Settings
from kernel.db import Database

ROOT = Path(__file__).resolve().parents[2]

START_SECONDS = 60.0
"""How long the web server may take until it answers."""

STOP_SECONDS = 15.0
"""How long a process may take to finish what it has in hand; gunicorn allows its workers 10 seconds of these."""


class Process:
    """A process that we started, known by its own id."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name = name
        # Should this supervisor be killed outright, the kernel ends the process too (Linux only).
        leash = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        # A group of its own, so that Ctrl-C reaches the supervisor alone and everything ends in order.
        self._popen = subprocess.Popen([*leash, *command], cwd=ROOT, env=dict(environment), process_group=0)

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll()

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        self._popen.terminate()
        try:
            self._popen.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._popen.kill()
        self._popen.wait()


def run_once(environment: Mapping[str, str], *words: str) -> None:
    """Run one command of the command line to its end."""
    subprocess.run(_flask(*words), cwd=ROOT, env=dict(environment), check=True)


def start_worker(environment: Mapping[str, str]) -> Process:
    return Process("worker", _flask("worker"), environment)


def start_web(environment: Mapping[str, str]) -> Process:
    return Process("web server", [sys.executable, "-m", "gunicorn", "wsgi:app"], environment)


def _flask(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def answers(address: str) -> bool:
    """Say whether the web server at `address` is up."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def is_free(host: str, port: int) -> bool:
    """Say whether nobody listens there yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def serve(environment: Mapping[str, str], stopping: threading.Event) -> int:
    """Run everything until `stopping` is set or a process ends by itself; return the exit code."""
    settings = Settings.from_env(environment)
    if not is_free(settings.bind, settings.port):
        return _complain(f"port {settings.port} is taken; choose another one with SARING_PORT")
    _prepare_database(settings, environment)
    processes: list[Process] = []
    try:
        processes = [start_worker(environment), start_web(environment)]
        return _watch(processes, settings, stopping)
    finally:
        for process in reversed(processes):
            process.stop()


def _prepare_database(settings: Settings, environment: Mapping[str, str]) -> None:
    upgrade(settings.database)
    database = Database(settings.database)
    empty = is_empty(database)
    database.dispose()
    if empty:
        run_once(environment, "seed")


def _watch(processes: list[Process], settings: Settings, stopping: threading.Event) -> int:
    here = "127.0.0.1" if settings.bind == "0.0.0.0" else settings.bind  # noqa: S104 - compared, not bound
    deadline = time.monotonic() + START_SECONDS
    is_up = False
    while not stopping.wait(0.2):
        for process in processes:
            if process.exit_code is not None:
                return _complain(f"the {process.name} ended by itself with code {process.exit_code}; stopping the rest")
        if not is_up and answers(f"http://{here}:{settings.port}"):
            is_up = True
            print(f"Saring is at {settings.public_url}", flush=True)
        if not is_up and time.monotonic() > deadline:
            return _complain(f"the web server did not answer within {START_SECONDS:.0f} seconds")
    return 0


def _complain(sentence: str) -> int:
    print(f"script/server: {sentence}", file=sys.stderr, flush=True)
    return 1


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        return serve(os.environ, stopping)
    except BadSettings as error:
        return _complain("; ".join(error.faults))
    except OperationalError as error:
        return _complain(f"the database does not answer: {error.orig}")
    except subprocess.CalledProcessError as error:
        return _complain(f"{' '.join(error.cmd[2:])} failed with code {error.returncode}")


if __name__ == "__main__":
    sys.exit(main())
