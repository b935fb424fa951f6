"""What every test stands on: both databases, a clock that stands still, and a wall around this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import URL, make_url

from kernel.db import Database
from tests import databases, network
from tests.standing_clock import StandingClock

for name in [name for name in os.environ if name.startswith("SARING_")]:
    del os.environ[name]
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")
network.install()
# How fast a shared machine draws examples says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")

_at_end = ExitStack()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start the one PostgreSQL in the process that outlives the workers, and tell each worker where it is."""
    if not hasattr(node.config, "saring_postgresql"):
        node.config.saring_postgresql = _at_end.enter_context(databases.postgresql_server())
    node.workerinput["postgresql"] = node.config.saring_postgresql.render_as_string(hide_password=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest test first: what waits behind it is taken over by the other process."""
    items.sort(key=lambda item: item.get_closest_marker("corpus") is None)


def pytest_unconfigure() -> None:
    _at_end.close()


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest) -> URL:
    """The URL of the running server's `postgres` database; the server is started at the first use without xdist."""
    given = getattr(request.config, "workerinput", {}).get("postgresql")
    return make_url(given) if given else _at_end.enter_context(databases.postgresql_server())


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1`, … under xdist, else `main`."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


class CleanDatabases:
    """Hands out databases with every table, one after the other, quickly: SQLite as a copy, PostgreSQL emptied."""

    def __init__(self, postgresql: Callable[[], URL], worker_name: str, folder: Path) -> None:
        self._postgresql = postgresql
        self._worker_name = worker_name
        self._folder = folder
        self._postgresql_url: str | None = None

    def sqlite(self, folder: Path, *, with_noise: bool) -> str:
        template = self._folder / f"template-{with_noise}.sqlite"
        if not template.exists():
            databases.create_tables(f"sqlite:///{template}")
            if with_noise:
                databases.make_noise(f"sqlite:///{template}")
        copy = folder / "saring.sqlite"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def postgresql(self, *, with_noise: bool) -> str:
        if self._postgresql_url is None:
            blank = databases.blank_postgresql(self._postgresql(), f"saring_{self._worker_name}")
            self._postgresql_url = _at_end.enter_context(blank)
            databases.create_tables(self._postgresql_url)
        else:
            databases.empty(self._postgresql_url)
        if with_noise:
            databases.make_noise(self._postgresql_url)
        return self._postgresql_url


@pytest.fixture(scope="session")
def clean_databases(
    request: pytest.FixtureRequest, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> CleanDatabases:
    def server() -> URL:
        return request.getfixturevalue("postgresql")

    return CleanDatabases(server, worker_name, tmp_path_factory.mktemp("templates"))


def _clean(dialect: str, clean_databases: CleanDatabases, folder: Path, *, with_noise: bool) -> Iterator[Database]:
    if dialect == "sqlite":
        url = clean_databases.sqlite(folder, with_noise=with_noise)
    else:
        url = clean_databases.postgresql(with_noise=with_noise)
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, clean_databases: CleanDatabases, tmp_path: Path) -> Iterator[Database]:
    """A database with every table and only noise in it; each test runs on SQLite and again on PostgreSQL."""
    yield from _clean(request.param, clean_databases, tmp_path, with_noise=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def silent_database(
    request: pytest.FixtureRequest, clean_databases: CleanDatabases, tmp_path: Path
) -> Iterator[Database]:
    """A database with every table and no row at all, as a new house has it."""
    yield from _clean(request.param, clean_databases, tmp_path, with_noise=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database_url(request: pytest.FixtureRequest, worker_name: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables: what migrations and servers start from."""
    yield from blank_database(request, f"blank_{worker_name}", tmp_path)


def blank_database(request: pytest.FixtureRequest, name: str, folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database of the kind that `request.param` says."""
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'blank.sqlite'}"
        return
    with databases.blank_postgresql(request.getfixturevalue("postgresql"), name) as url:
        yield url


@pytest.fixture
def clock() -> StandingClock:
    """A clock that shows 24 November 2026, 09:00 UTC, until the test moves it."""
    return StandingClock()
