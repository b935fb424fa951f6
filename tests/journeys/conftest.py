"""Whole sites on both databases, and browsers that visit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.channels.conftest import pds, receiver  # noqa: F401 - the networks' servers are needed here too
from tests.conftest import blank_database
from tests.journeys import browsing
from tests.journeys.site import Site, running_site

NewPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process; each page belongs to somebody new."""
    with sync_playwright() as playwright:
        browser = browsing.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def site(blank_database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A running site without a single debunk; each test runs on SQLite and again on PostgreSQL."""
    with running_site(blank_database_url, tmp_path / "data") as site:
        yield site


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lasting_site(
    request: pytest.FixtureRequest, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running site for all tests of a file that leave it as good as they found it; starting one is dear."""
    folder = tmp_path_factory.mktemp("lasting")
    for url in blank_database(request, f"lasting_{worker_name}", folder):
        with running_site(url, folder / "data") as site:
            yield site


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[NewPage]:
    """`new_page(javascript=False, width=1280)` opens the browser of somebody new, by default a phone's."""
    with ExitStack() as visitors:

        def open_page(*, javascript: bool = True, width: int = browsing.PHONE["width"]) -> Page:
            viewport = {**browsing.PHONE, "width": width}
            visit = browsing.visit(browser, site.url, java_script_enabled=javascript, viewport=viewport)
            return visitors.enter_context(visit).new_page()

        yield open_page
