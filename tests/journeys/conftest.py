"""Whole houses on both databases, and browsers that visit them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import databases
from tests.journeys import browsing
from tests.journeys.house import House


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process; each test visits as somebody new."""
    with sync_playwright() as playwright:
        browser = browsing.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_name: str
) -> Iterator[House]:
    """A running, seeded house, shared by the tests of one file, which take their steps in order."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        yield from _open(folder, f"sqlite:///{folder / 'saring.db'}")
        return
    with databases.blank_postgresql(request.getfixturevalue("postgresql"), f"house_{worker_name}") as url:
        yield from _open(folder, url)


def _open(folder: Path, url: str) -> Iterator[House]:
    house = House(folder, url)
    try:
        house.open()
        yield house
    finally:
        house.close()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[BrowserContext]:
    """Somebody with a phone."""
    with browsing.visit(browser, house.address) as context:
        yield context


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    """An empty page of that visitor."""
    return visitor.new_page()


@pytest.fixture
def plain_page(browser: Browser, house: House) -> Iterator[Page]:
    """A page of a visitor whose browser runs no JavaScript."""
    with browsing.visit(browser, house.address, java_script_enabled=False) as context:
        yield context.new_page()
