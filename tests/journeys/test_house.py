"""The house stands, and gets up again when its processes are shot."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from script.lib import serve
from tests.journeys.house import House, wait_until


def test_the_home_page_opens(page: Page) -> None:
    response = page.goto("/")
    assert response is not None
    assert response.status == 200
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_home_page_needs_no_scripts(plain_page: Page) -> None:
    plain_page.goto("/")
    expect(plain_page.get_by_role("textbox").first).to_be_visible()


def test_a_killed_web_process_is_replaced(house: House) -> None:
    killed = house.kill_one_web_process()
    wait_until(lambda: killed not in house.web_processes() and len(house.web_processes()) == 2, what="a new process")
    wait_until(lambda: serve.answers(house.address), what="an answer")


def test_the_web_server_starts_again_on_the_same_port(house: House) -> None:
    house.kill_web()
    assert not serve.answers(house.address)
    house.start_web()
