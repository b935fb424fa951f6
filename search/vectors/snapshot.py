"""Snapshots: the files of a base in a folder that is complete and checked, or is not believed.

A folder is named by the change up to which it is true and by the SHA-256 of its manifest; the manifest names the
database, the model and the adapter, and the SHA-256 of each file. FAISS reads a flipped bit without a word.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from search.lexical.seal import sha256
from search.locking import exclusive
from search.vectors.base import Base, map_flat, map_listed
from search.vectors.building import Built, build
from search.vectors.port import Identity, Space, Transform, VectorSource

MANIFEST = "manifest.json"
_PREFIX = "snapshot-"
_BUILDING = ".building-"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A base and the change up to which it is true."""

    change_id: int
    base: Base


class Snapshots:
    """The snapshots of one index in one folder. Several processes may use it at once."""

    def __init__(self, folder: Path, identity: Identity, transforms: Mapping[Space, Transform]) -> None:
        self._folder = folder
        self._identity = identity
        self._transforms = transforms

    def newest(self, *, after: int = 0) -> Snapshot | None:
        """Return the newest whole snapshot that is true beyond change `after`; damaged ones are deleted on sight."""
        for folder in sorted(self._folder.glob(f"{_PREFIX}*"), reverse=True):
            if _change_of(folder) <= after:
                return None
            snapshot = self._open(folder)
            if snapshot is not None:
                return snapshot
            _log.warning("the vector snapshot %s is damaged or of something else; it is built anew", folder.name)
            shutil.rmtree(folder, ignore_errors=True)
        return None

    def rebuild(self, source: VectorSource) -> Snapshot | None:
        """Write and return a snapshot of all there is now, or None while another process is writing one.

        Raises `OSError` when the disk is full; older snapshots then stay what they were.
        """
        with exclusive(self._folder / "rebuild.lock") as mine:
            if not mine:
                return None
            for left_behind in self._folder.glob(f"{_BUILDING}*"):  # by a process that was killed: we hold its lock
                shutil.rmtree(left_behind, ignore_errors=True)
            change_id = source.latest()
            building = self._folder / f"{_BUILDING}{secrets.token_hex(8)}"
            building.mkdir()
            try:
                built = build(building, source, self._transforms, self._identity.dim)
                folder = self._publish(building, change_id, built)
            finally:
                shutil.rmtree(building, ignore_errors=True)
            self._forget_before(folder)
            return self._open(folder)

    def _publish(self, building: Path, change_id: int, built: Built) -> Path:
        """Make the folder whole and give it its name, in one step that a power cut cannot halve."""
        files = {path.name: sha256(path) for path in sorted(building.iterdir())}
        manifest = {"identity": asdict(self._identity), "change_id": change_id, "built": asdict(built), "files": files}
        text = json.dumps(manifest, sort_keys=True)
        (building / MANIFEST).write_text(text, "utf-8")
        for path in (*building.iterdir(), building):
            _to_disk(path)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        folder = self._folder / f"{_PREFIX}{change_id:015d}-{digest}"
        if not folder.exists():
            building.rename(folder)
        _to_disk(self._folder)
        return folder

    def _open(self, folder: Path) -> Snapshot | None:
        """Map a snapshot, or return None unless every byte is what it was and it is of this very index."""
        try:
            text = (folder / MANIFEST).read_text("utf-8")
            manifest = json.loads(text)
            whole = (
                folder.name.endswith(hashlib.sha256(text.encode()).hexdigest()[:16])
                and manifest["identity"] == asdict(self._identity)
                and all(sha256(folder / name) == digest for name, digest in manifest["files"].items())
            )
            return Snapshot(manifest["change_id"], self._map(folder, manifest["built"])) if whole else None
        except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # the last is FAISS's
            return None

    def _map(self, folder: Path, built: dict[str, object]) -> Base:
        dim = self._identity.dim
        return (map_listed if built["listed"] else map_flat)(folder, self._transforms, dim)

    def _forget_before(self, newest: Path) -> None:
        """Delete older snapshots. Who has one mapped keeps its pages until it lets go."""
        for folder in self._folder.glob(f"{_PREFIX}*"):
            if folder.name < newest.name:
                shutil.rmtree(folder, ignore_errors=True)


def _change_of(folder: Path) -> int:
    middle = folder.name.removeprefix(_PREFIX).partition("-")[0]
    return int(middle) if middle.isdigit() else -1


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
