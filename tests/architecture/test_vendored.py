"""What is vendored is, byte for byte, what static/vendor/vendor.toml says, and nothing else is there."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

VENDOR = Path(__file__).parents[2] / "static" / "vendor"
FILES: list[dict[str, Any]] = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["path"])
def test_a_vendored_file_is_the_recorded_one(file: dict[str, Any]) -> None:
    content = (VENDOR / file["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert file["npm"] in (VENDOR / "LICENSES.md").read_text(encoding="utf-8")
    if file["path"].endswith(".js"):
        assert f'version:"{file["version"]}"'.encode() in content, "another version than the recorded one"


def test_every_vendored_file_is_recorded() -> None:
    packed = (".br", ".gz")  # a start of the server leaves them beside each file; git ignores them
    there = {path.name for path in VENDOR.iterdir() if path.is_file() and path.suffix not in packed}
    assert there == {file["path"] for file in FILES} | {"vendor.toml", "LICENSES.md"}
