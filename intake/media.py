"""The folder in which pictures lie: sealed, under random names, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from intake.errors import MediaUnavailable

_NAME = re.compile(r"[0-9a-f]{32}\Z")


class Cipher(Protocol):
    """What seals files, so that a stolen disk shows nobody's chats (`cryptography.fernet.MultiFernet`)."""

    def encrypt(self, msg: bytes) -> bytes:
        """Return `msg` sealed."""
        ...

    def decrypt(self, msg: bytes) -> bytes:
        """Return what was sealed."""
        ...


class MediaStore:
    """Files by name. The rows of the database say which name is whose; a file without a row means nothing."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self._folder = folder
        self._cipher = cipher

    def put(self, data: bytes) -> str:
        """Keep `data` and return its name, 32 hexadecimal digits. Raises `MediaUnavailable` when the disk is full."""
        name = secrets.token_hex(16)
        path = self._path(name)
        half = path.with_suffix(".half")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(self._cipher.encrypt(data))
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError as error:
            with suppress(OSError):  # where no folder can be made there is no half file either
                half.unlink()
            raise MediaUnavailable from error
        return name

    def get(self, name: str) -> bytes | None:
        """Return what was kept under `name`, or None when it is gone."""
        try:
            return self._cipher.decrypt(self._path(name).read_bytes())
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        """Forget a file, or the half of one; what is gone already stays so."""
        self._path(name).unlink(missing_ok=True)
        self._path(name).with_suffix(".half").unlink(missing_ok=True)

    def names_on(self, shelf: int, *, older_than: timedelta) -> set[str]:
        """Return the names on one of the 256 shelves (`shelf` modulo 256) that were written before `older_than` ago."""
        latest = time.time() - older_than.total_seconds()
        folder = self._folder / f"{shelf % 256:02x}"
        files = folder.iterdir() if folder.is_dir() else ()
        # A process that was killed while it wrote left a half file, which has the name too.
        return {file.stem for file in files if _NAME.fullmatch(file.stem) and file.stat().st_mtime < latest}

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a kept file")
        return self._folder / name[:2] / name
