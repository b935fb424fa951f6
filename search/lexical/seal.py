"""Checksums of an index's segment files: a flipped bit would otherwise be searched in silence.

Segment files are written once and never changed, so each is hashed once; tantivy's own lists are JSON that it checks.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

SEAL = "seal.json"
_CHANGING = {"meta.json", ".managed.json", SEAL}


def write(folder: Path) -> None:
    """Hash the segment files that are new since the last seal, and replace the seal in one step."""
    known = _read(folder)
    seal = {path.name: known.get(path.name) or sha256(path) for path in _segment_files(folder)}
    temporary = folder / f"{SEAL}.new"
    temporary.write_text(json.dumps(seal), "utf-8")
    temporary.replace(folder / SEAL)


def is_broken(folder: Path) -> bool:
    """True if a sealed file lost its checksum. Files that are gone or not sealed yet are tantivy's to judge."""
    seal = _read(folder)
    return any(path.name in seal and sha256(path) != seal[path.name] for path in _segment_files(folder))


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex, or an empty text where it is gone meanwhile."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def _segment_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.name not in _CHANGING and path.suffix not in {".lock", ".new"}
    )


def _read(folder: Path) -> dict[str, str]:
    try:
        seal: dict[str, str] = json.loads((folder / SEAL).read_text("utf-8"))
        return seal
    except (FileNotFoundError, ValueError):
        return {}
