"""The site stands, with and without JavaScript, and gets up again when its processes are shot."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from script.lib import serve
from tests.journeys.conftest import NewPage
from tests.journeys.site import Site

PATIENCE_SECONDS = 30.0


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_the_home_page_stands(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    response = page.goto(site.url)
    assert response is not None
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("textbox").first).to_be_visible()


def test_a_killed_web_process_is_replaced(site: Site) -> None:
    killed = site.kill_one_web_process()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while killed in site.web_processes() or len(site.web_processes()) < 2:
        assert time.monotonic() < deadline, "no other process took its place"
        time.sleep(0.1)
    assert serve.answers(site.url)
    site.kill_web()
    assert serve.answers(site.url)
