"""Files under random names: sealed, whole, gone when deleted."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from intake.errors import MediaUnavailable
from intake.media import MediaStore


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media", Fernet(Fernet.generate_key()))


def test_what_is_put_comes_back_and_is_sealed_on_disk(store: MediaStore, tmp_path: Path) -> None:
    name = store.put(b"gambar rahasia")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert b"rahasia" not in file.read_bytes()
    assert store.get(name) == b"gambar rahasia"
    store.delete(name)
    store.delete(name)
    assert store.get(name) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "/etc/passwd"])
def test_only_names_that_it_gave_are_names(store: MediaStore, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        store.get(name)


def test_a_disk_that_takes_nothing_is_said_and_leaves_no_half_file(tmp_path: Path) -> None:
    blocked = tmp_path / "media"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(MediaUnavailable):
        MediaStore(blocked, Fernet(Fernet.generate_key())).put(b"x")


def test_only_old_files_are_counted_as_left_behind(store: MediaStore, tmp_path: Path) -> None:
    old, new = store.put(b"old"), store.put(b"new")
    past = time.time() - 7_200
    os.utime(tmp_path / "media" / old[:2] / old, (past, past))
    hour = timedelta(hours=1)
    assert store.names_on(int(old[:2], 16), older_than=hour) == {old}
    old_half = tmp_path / "media" / new[:2] / f"{new[:2]}{'0' * 30}.half"
    old_half.write_bytes(b"half")
    os.utime(old_half, (past, past))
    assert store.names_on(int(new[:2], 16), older_than=hour) - {old} == {old_half.stem}
    store.delete(old_half.stem)
    assert not old_half.exists()
    assert new not in store.names_on(int(new[:2], 16), older_than=hour)
