"""What web processes take in memory: `script/bench memory [SIZE…]`, by default 9076 debunks, as the corpus has.

One web process, then two and four, each asked until its model and indexes are in use. PSS shares out what processes
have in common, so the figures say what one more process costs the machine, and, less those of a house without a debunk,
what the debunks cost it. The master is counted apart. A size of 1000000 takes half an hour and 5 GB of disk.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import sys
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
from search.encoder.port import EncoderSettings
from search.service import Search
from search.serving import serving

SIZES = [9_076]
"""As many as the development corpus has."""

ASKED = 60
"""Searches before the memory is read; enough for every process to get its share."""

PROCESSES = (1, 2, 4)
FIRST_LIMIT_MIB = 650
MORE_LIMIT_MIB = 300
"""What one web process may take, and what a second one may add, with as many debunks as the corpus has."""

DEBUNKS_LIMIT_MIB = 1.2e9 / 2**20
"""What a million debunks may cost a host, however many web processes it has."""

WAIT_SECONDS = 3_600.0


def main(sizes: list[int]) -> None:
    empty = _figures(0)
    over = False
    for size in sizes:
        figures = _figures(size)
        print(f"\n{size:,} debunks")
        for processes in PROCESSES:
            total, master = figures[processes]
            print(
                f"  {processes} web processes: {total:6.0f} MiB PSS, master {master:.0f} MiB; "
                f"of it for the debunks {total - empty[processes][0]:6.0f} MiB (limit {DEBUNKS_LIMIT_MIB:.0f})"
            )
            over |= total - empty[processes][0] >= DEBUNKS_LIMIT_MIB
        more = sum(figures[2]) - sum(figures[1])
        print(f"  a second one adds {more:.0f} MiB PSS", flush=True)
        if size <= max(SIZES):
            print(f"  limits here: {FIRST_LIMIT_MIB} MiB for the first, {MORE_LIMIT_MIB} MiB for one more")
            over |= figures[1][0] >= FIRST_LIMIT_MIB or more >= MORE_LIMIT_MIB
    if over:
        raise SystemExit("over the limit")


def _figures(size: int) -> dict[int, tuple[float, float]]:
    """Return MiB of PSS by number of web processes: all of them together, and their master."""
    with tempfile.TemporaryDirectory(prefix="saring-bench-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/bench.sqlite"
        corpus = _fill(url, folder, size)
        queries = corpus.titles(ASKED, seed=7, words=QUERY_WORDS)
        return {processes: _measured(url, folder, queries, processes) for processes in PROCESSES}


def _fill(url: str, folder: Path, size: int) -> Corpus:
    """Write the debunks and build their indexes, in a process of their own whose memory is not counted."""
    upgrade(url)
    corpus = Corpus(size, NanoEncoder().dim)
    builder = multiprocessing.get_context("spawn").Process(target=_build, args=(url, folder, corpus))
    builder.start()
    builder.join()
    if builder.exitcode:
        raise SystemExit("the debunks could not be written")
    return corpus


def _build(url: str, folder: Path, corpus: Corpus) -> None:
    database = Database(url)
    encoder = NanoEncoder()
    for start, titles, vectors in corpus.batches():
        write(database, encoder, start, titles, vectors)
    served = serving(folder / "weights")
    search = Search(database, folder, EncoderSettings(), served.ranker, adapter=served.adapter)
    search.catch_up()
    search.close()
    database.dispose()


def _measured(url: str, folder: Path, queries: list[str], workers: int) -> tuple[float, float]:
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
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(address, timeout=5).text
            if not any(part in answer for part in ("encoder", "lexical", "vectors")):
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
    main([int(size) for size in sys.argv[1:]] or SIZES)
