"""What web processes take in memory with 9,076 debunks: `script/bench memory`.

One web process, then two, each asked until its model and indexes are in use. PSS shares out what processes have in
common, so the figure of the second says what one more process costs the machine. The master is counted apart.
"""

from __future__ import annotations

import os
import secrets
import socket
import tempfile
import time
from pathlib import Path

import httpx
from cryptography.fernet import Fernet

from app.commands.data import upgrade
from kernel.db import Database
from script.benches.parts.corpus import QUERY_WORDS, Corpus, write
from script.lib.serve import Process, start_web
from search.encoder.nano import NanoEncoder

DEBUNKS = 9_076
"""As many as the development corpus has."""

ASKED = 60
"""Searches before the memory is read; enough for every process to get its share."""

FIRST_LIMIT_MIB = 650
MORE_LIMIT_MIB = 300
"""What one web process may take, and what a second one may add (issue 2)."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="saring-bench-") as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        upgrade(url)
        corpus = Corpus(DEBUNKS, NanoEncoder().dim)
        database = Database(url)
        encoder = NanoEncoder()
        for start, titles, vectors in corpus.batches():
            write(database, encoder, start, titles, vectors)
        database.dispose()
        del encoder
        queries = corpus.titles(ASKED, seed=7, words=QUERY_WORDS)
        one, two = (_measured(url, Path(folder), queries, workers) for workers in (1, 2))
    print(f"one web process: {one[0]:.0f} MiB PSS (limit {FIRST_LIMIT_MIB}), master {one[1]:.0f} MiB")
    more = sum(two) - sum(one)
    print(f"a second one adds {more:.0f} MiB PSS (limit {MORE_LIMIT_MIB})")
    if one[0] >= FIRST_LIMIT_MIB or more >= MORE_LIMIT_MIB:
        raise SystemExit("over the limit")


def _measured(url: str, folder: Path, queries: list[str], workers: int) -> tuple[float, float]:
    """Return MiB of PSS: all web processes together, and their master."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "SARING_SECRET_KEY": secrets.token_hex(32),
        "SARING_VAULT_KEYS": Fernet.generate_key().decode(),
        "SARING_DATA": str(folder),
        "SARING_DATABASE_URL": url,
        "SARING_PORT": str(port),
        "SARING_WEB_WORKERS": str(workers),
    }
    web = start_web(environment)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz")
        for query in queries:
            httpx.get(f"http://127.0.0.1:{port}/cari", params={"q": query}, timeout=30).raise_for_status()
        return sum(map(_pss, _children(web))), _pss(web.pid)
    finally:
        web.stop()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if "encoder" not in httpx.get(address, timeout=5).text:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise TimeoutError(f"{address} is not ready")


def _children(web: Process) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()]


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
