"""Snapshots: whole or not believed, safe against crashes, full disks and each other; and the bases they hold."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from search.vectors import building, faiss_index
from search.vectors.base import ListedBase
from search.vectors.faiss_index import FaissIndex
from search.vectors.port import Identity, Keys, Space, Vectors
from search.vectors.snapshot import MANIFEST, Snapshots
from tests.factories.vectors import DIM, Ledger, keys_of, turned, unit_rows
from tests.full_disk import files_of_at_most

TRANSFORMS = {Space.DENSE: lambda vectors: vectors, Space.ADAPTED: turned}
IDENTITY = Identity(database="d", model="m", revision="1", dim=DIM, adapter="turned")


@pytest.fixture(params=["flat", "listed"])
def snapshots(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Snapshots:
    """Snapshots of a small index, exact ones and then such as a large index has."""
    if request.param == "listed":
        monkeypatch.setattr(building, "FLAT_UP_TO", 100)
    return Snapshots(tmp_path, IDENTITY, TRANSFORMS)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="search.vectors")


def ledger_of(count: int, *, seed: int = 1) -> Ledger:
    ledger = Ledger()
    ledger.put(keys_of(*range(1, count + 1)), clustered(count, seed=seed))
    return ledger


def clustered(count: int, *, seed: int) -> Vectors:
    """Vectors as real ones lie: in heaps."""
    chance = np.random.default_rng(seed)
    centres = unit_rows(max(1, count // 15), seed=77)
    rows = centres[chance.integers(0, len(centres), count)] + 0.4 * unit_rows(count, seed=seed + 1)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def only_folder(folder: Path) -> Path:
    (found,) = folder.glob("snapshot-*")
    return found


def test_what_was_written_is_read_back(snapshots: Snapshots, tmp_path: Path) -> None:
    ledger = ledger_of(2_000)
    written = snapshots.rebuild(ledger)
    read = Snapshots(tmp_path, IDENTITY, TRANSFORMS).newest()
    assert written is not None
    assert read is not None
    assert read.change_id == 2_000
    np.testing.assert_array_equal(read.base.keys, sorted(ledger.rows))
    query = clustered(1, seed=5)
    np.testing.assert_array_equal(
        read.base.search(Space.ADAPTED, query, 10).keys, written.base.search(Space.ADAPTED, query, 10).keys
    )


def test_lists_find_what_an_exact_scan_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FLAT_UP_TO", 100)
    ledger = ledger_of(6_000)
    snapshot = Snapshots(tmp_path, IDENTITY, TRANSFORMS).rebuild(ledger)
    assert snapshot is not None
    assert isinstance(snapshot.base, ListedBase)
    keys = np.array(sorted(ledger.rows))
    rows = np.stack([ledger.rows[key] for key in keys])
    for space, carry in TRANSFORMS.items():
        hits = []
        for query in clustered(50, seed=9):
            true = keys[np.argsort(-(carry(rows) @ query))[:10]]
            found = snapshot.base.search(space, query[np.newaxis], 10)
            hits.append(np.isin(true, found.keys).mean())
            assert (found.keys > 0).all()
            np.testing.assert_allclose(found.scores, carry(rows)[np.searchsorted(keys, found.keys)] @ query, atol=2e-3)
        assert np.mean(hits) >= 0.98


@pytest.mark.parametrize("harm", ["flip", "cut", "lose"])
def test_a_harmed_file_is_never_believed_and_healed_without_hands(
    snapshots: Snapshots, tmp_path: Path, harm: str
) -> None:
    ledger = ledger_of(2_000)
    for name in sorted(path.name for path in _folder_after(snapshots, ledger, tmp_path).iterdir()):
        victim = only_folder(tmp_path) / name
        whole = victim.read_bytes()
        middle = len(whole) // 2
        if harm == "flip":
            victim.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        elif harm == "cut":
            victim.write_bytes(whole[:middle])
        else:
            victim.unlink()
        index = FaissIndex(DIM, TRANSFORMS, snapshots)
        index.catch_up(ledger)
        assert len(index) == 2_000, f"{harm} {name}"
        assert index.search(Space.DENSE, ledger.rows[int(keys_of(7)[0])], limit=1).keys == keys_of(7)
        snapshots.rebuild(ledger)


def _folder_after(snapshots: Snapshots, ledger: Ledger, folder: Path) -> Path:
    snapshots.rebuild(ledger)
    return only_folder(folder)


@pytest.mark.parametrize(
    "other", [{"database": "x"}, {"model": "x"}, {"revision": "2"}, {"dim": DIM * 2}, {"adapter": ""}]
)
def test_a_snapshot_of_something_else_is_not_taken(
    snapshots: Snapshots, tmp_path: Path, other: dict[str, object]
) -> None:
    snapshots.rebuild(ledger_of(300))
    assert Snapshots(tmp_path, replace(IDENTITY, **other), TRANSFORMS).newest() is None


def test_a_snapshot_from_the_future_of_this_database_is_not_taken(snapshots: Snapshots) -> None:
    snapshots.rebuild(ledger_of(300))
    restored = ledger_of(200)  # a backup from before
    index = FaissIndex(DIM, TRANSFORMS, snapshots)
    index.catch_up(restored)
    assert (index.change_id, len(index)) == (200, 200)


def test_a_full_disk_keeps_the_old_snapshot_and_search_goes_on(
    snapshots: Snapshots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_index, "DELTA_MOST", 100)
    ledger = ledger_of(400)
    index = FaissIndex(DIM, TRANSFORMS, snapshots)
    index.catch_up(ledger)
    old = only_folder(tmp_path)
    ledger.put(keys_of(*range(401, 551)), clustered(150, seed=3))
    with files_of_at_most(2_000):
        index.catch_up(ledger)
    assert only_folder(tmp_path) == old
    assert not list(tmp_path.glob(".building-*"))
    assert (len(index), index.change_id) == (550, 550)
    monkeypatch.setattr(faiss_index, "RETRY_SECONDS", 0.0)
    roomy = FaissIndex(DIM, TRANSFORMS, snapshots)
    roomy.catch_up(ledger)
    assert only_folder(tmp_path) != old


@dataclass
class DyingLedger(Ledger):
    """Its process is killed while it is read."""

    def everything(self) -> Iterator[tuple[Keys, Vectors]]:
        for page in super().everything():
            yield page
            os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_rebuild_leaves_nothing_that_the_next_one_minds(snapshots: Snapshots, tmp_path: Path) -> None:
    healthy = ledger_of(300)
    snapshots.rebuild(healthy)
    old = only_folder(tmp_path)
    doomed = DyingLedger(rows=healthy.rows, log=healthy.log)
    process = multiprocessing.get_context("fork").Process(target=snapshots.rebuild, args=(doomed,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert list(tmp_path.glob(".building-*"))
    assert only_folder(tmp_path) == old
    assert snapshots.rebuild(healthy) is not None
    assert not list(tmp_path.glob(".building-*"))


@dataclass
class SlowLedger(Ledger):
    """It is read only after it was allowed to."""

    def __post_init__(self) -> None:
        self.begun, self.allowed = threading.Event(), threading.Event()

    def everything(self) -> Iterator[tuple[Keys, Vectors]]:
        self.begun.set()
        assert self.allowed.wait(20)
        yield from super().everything()


def test_of_two_that_rebuild_at_once_one_does_and_the_other_goes_on(snapshots: Snapshots, tmp_path: Path) -> None:
    healthy = ledger_of(300)
    slow = SlowLedger(rows=healthy.rows, log=healthy.log)
    first = threading.Thread(target=snapshots.rebuild, args=(slow,))
    first.start()
    assert slow.begun.wait(10)
    assert Snapshots(tmp_path, IDENTITY, TRANSFORMS).rebuild(healthy) is None
    slow.allowed.set()
    first.join(20)
    assert snapshots.newest() is not None


def test_a_rebuild_in_the_background_is_taken_over_with_what_was_written_meanwhile(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faiss_index, "DELTA_MOST", 100)
    healthy = ledger_of(300)
    slow = SlowLedger(rows=healthy.rows, log=healthy.log)
    index = FaissIndex(DIM, TRANSFORMS, snapshots, background=True)
    index.catch_up(slow)
    assert slow.begun.wait(10)
    slow.put(keys_of(900), clustered(1, seed=8))
    slow.allowed.set()
    index.close()
    assert (len(index), index.change_id) == (301, 301)


def test_the_manifest_says_what_was_measured(snapshots: Snapshots, tmp_path: Path) -> None:
    text = (_folder_after(snapshots, ledger_of(2_000), tmp_path) / MANIFEST).read_text("utf-8")
    assert '"count": 2000' in text
    assert ('"recall": {"adapted": ' in text) == ('"listed": true' in text)
