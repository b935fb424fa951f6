"""A real browser that notices what a person would not: requests that leave the site, and errors on the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, Route

CHROMIUM = "/usr/bin/chromium"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
"""As root Chromium needs the first; the rest keep it from looking for hosts of its maker."""

EACH_ONCE = pytest.mark.parametrize(
    ("javascript", "blank_database_url"),
    [(True, "postgresql"), (False, "sqlite")],
    ids=["javascript-postgresql", "plain-sqlite"],
    indirect=["blank_database_url"],
)
"""With JavaScript and without, on one database and on the other; of what the one decides the other knows nothing."""

PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


@contextmanager
def visit(browser: Browser, address: str, **options: Any) -> Iterator[BrowserContext]:
    """Yield a fresh visitor of the house at `address`; when the block ends, complain about what went on unseen.

    `options` are Playwright's (`viewport`, `java_script_enabled`, `color_scheme`, …). A refusal that the test provokes
    is no complaint; an exception in a script, a violation of the policy or a request to another host is.
    """
    complaints: list[str] = []
    options = {"base_url": address, "locale": "id-ID", "timezone_id": "Asia/Jakarta", "viewport": PHONE, **options}
    context = browser.new_context(**options)

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            complaints.append(f"asked another host: {route.request.url}")
            route.abort()

    def listen(message: Any) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    context.route("**/*", judge)
    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    context.set_default_timeout(20_000)
    try:
        yield context
    finally:
        context.close()
    assert complaints == []
