"""A test client that refuses pages no browser should get: broken HTML, doubled ids, anything inline or foreign."""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HTML = "{http://www.w3.org/1999/xhtml}"


class CheckingClient(FlaskClient):
    """Checks every HTML answer that passes through it."""

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        response = super().open(*arguments, **options)
        if response.mimetype == "text/html" and response.data and response.status_code not in (301, 302, 303, 308):
            check(response.text)
        return response


def check(text: str) -> None:
    """Raise AssertionError, or html5lib's ParseError, when the page or fragment is not clean."""
    parser = html5lib.HTMLParser(strict=True)
    whole = text.lstrip().lower().startswith("<!doctype")
    root = parser.parse(text) if whole else parser.parseFragment(text)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    doubled = [name for name, times in ids.items() if times > 1]
    assert not doubled, f"ids that occur twice: {doubled}"
    if whole:
        _check_head(elements)
        _check_references(elements, set(ids))
    for element in elements:
        _check_strict_policy(element)


def _check_head(elements: list[Element]) -> None:
    page = next(element for element in elements if element.tag == f"{HTML}html")
    assert page.get("lang") in ("id", "en"), "a page that does not say its language"
    titles = [element.text for element in elements if element.tag == f"{HTML}title"]
    assert titles, "a page without a title"
    assert (titles[0] or "").strip(), "a page with an empty title"


def _check_references(elements: list[Element], ids: set[str]) -> None:
    for element in elements:
        for attribute in ("for", "aria-labelledby", "aria-describedby"):
            missing = set((element.get(attribute) or "").split()) - ids
            assert not missing, f"{attribute} points nowhere: {missing}"
        href = element.get("href") or ""
        if href.startswith("#") and len(href) > 1:
            assert href[1:] in ids, f"a link leads to no element: {href}"


def _check_strict_policy(element: Element) -> None:
    tag = element.tag.removeprefix(HTML)
    inline = [name for name in element.attrib if name == "style" or name.startswith("on")]
    assert not inline, f"inline attributes the policy forbids: {tag} {inline}"
    assert tag != "style", "an inline style sheet"
    if tag == "script" and element.get("type") != "application/ld+json":
        assert (element.get("src") or "").startswith("/"), "an inline script, or one from elsewhere"
    if tag == "img":
        assert element.get("alt") is not None, "a picture without an alternative"
        assert (element.get("src") or "").startswith(("/", "data:")), "a picture from elsewhere"
    if tag == "form":
        assert (element.get("action") or "/").startswith("/"), "a form that is sent elsewhere"
