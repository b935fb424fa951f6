"""Every page that a link leads to parses without a single error, in both languages, for visitors and for staff."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask, template_rendered
from werkzeug.exceptions import HTTPException

from accounts.roles import Role
from app import create_app
from app.wiring import Saring
from search.types import Outcome
from tests.factories.cases import make_open_case
from tests.factories.people import make_organisation
from tests.fakes.searcher import FakeSearcher
from tests.html_validate import faults_in
from tests.web.checking_client import CheckingClient
from tests.web.conftest import MakePerson, SignIn
from tests.web.test_public_pages import MESSAGE, hit_on, import_check, publish, report

LINK = re.compile(r'href="(/[^"#]*)')

PUBLIC = {
    "about/index.html",
    "appeals/index.html",
    "browse/archive.html",
    "browse/index.html",
    "browse/topics.html",
    "fact_checks/show.html",
    "home/index.html",
    "record/index.html",
}

STAFF = PUBLIC | {
    "accounts/show.html",
    "appeal_desk/index.html",
    "brakes/index.html",
    "cases/show.html",
    "channel_accounts/index.html",
    "desk/index.html",
    "inbox/index.html",
    "jobs/index.html",
    "people/index.html",
    "people/show.html",
    "publications/index.html",
}
"""Pages that the walk must not miss; it looks at all that it finds."""

# How a page is written does not depend on the database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """An empty folder for pages."""
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


def walk(client: CheckingClient, app: Flask, language: str, folder: Path) -> set[str]:
    """Follow links from the home page, one of each kind, and return the templates that were rendered.

    The pages are kept in `folder`.

    The client raises on the first page that does not parse strictly.
    """
    found: set[str] = set()
    client.set_cookie("lang", language)
    waiting, seen = deque(["/", "/meja", "/akun"]), set[str]()

    def note(_app: Flask, template: object, **_context: object) -> None:
        found.add(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note, app):
        while waiting:
            path = waiting.popleft()
            kind = kind_of(app, path.split("?")[0])
            if kind in seen:
                continue
            answer = client.get(path)
            if answer.status_code in (301, 302, 303, 308):
                waiting.append(answer.location)
                continue
            seen.add(kind)
            assert answer.status_code in (200, 401, 403), f"{path} answers {answer.status_code}"
            if answer.mimetype == "text/html":
                (folder / f"{kind}.html").write_text(answer.text, encoding="utf-8")
                waiting.extend(map(unescape, LINK.findall(answer.text)))
    return found


def kind_of(app: Flask, path: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(path)[0]).replace("static", "home.index")
    except HTTPException:
        raise AssertionError(f"a link leads nowhere: {path}") from None


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_visitor_meets_is_valid(
    client: CheckingClient, app: Flask, saring: Saring, language: str, pages: Path
) -> None:
    publish(saring)
    import_check(saring, number=1)
    assert walk(client, app, language, pages) >= PUBLIC
    assert faults_in(pages) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_staff_meet_is_valid(
    app: Flask, saring: Saring, make: MakePerson, sign_in: SignIn, language: str, pages: Path
) -> None:
    publish(saring)
    with saring.database.write() as session:
        make_open_case(session, text=MESSAGE)
        organisation = make_organisation(session, name="Balai")
    person = make(*Role, organisation=organisation)
    assert walk(sign_in(person, confirmed=True), app, language, pages) >= STAFF
    assert faults_in(pages) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_road_of_a_report_is_valid(
    client: CheckingClient, saring: Saring, searcher: FakeSearcher, language: str, pages: Path
) -> None:
    client.set_cookie("lang", language)
    searcher.hits, searcher.outcome = (hit_on(import_check(saring, number=1)),), Outcome.ANSWERED
    answers = {
        "tracking": client.get(report(client, MESSAGE)),
        "answer": client.post("/periksa", data={"text": MESSAGE}),
        "fragment": client.post("/periksa", data={"text": MESSAGE}, headers={"HX-Request": "true"}),
        "refused": client.post("/periksa", data={"text": ""}),
    }
    assert [answer.status_code for answer in answers.values()] == [200, 200, 200, 422]
    for name, answer in answers.items():
        (pages / f"{name}.html").write_text(answer.text, encoding="utf-8")
    assert faults_in(pages) == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_component_in_every_state_is_valid(saring: Saring, language: str, pages: Path) -> None:
    settings = replace(saring.settings, environment="development")
    app = create_app(settings, replace(saring, settings=settings))
    app.testing = True
    app.test_client_class = CheckingClient
    with app.test_client() as client:
        styleguide = client.get(f"/styleguide?lang={language}")
    assert styleguide.status_code == 200
    (pages / "styleguide.html").write_text(styleguide.text, encoding="utf-8")
    assert faults_in(pages) == []
    app.extensions["limiter"].storage.close()
