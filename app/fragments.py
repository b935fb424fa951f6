"""One address, two answers: the whole page, or the part of it that htmx asked for."""

from __future__ import annotations

from flask import Response, make_response, render_template, request


def wants_fragment() -> bool:
    """Tell whether htmx asks, which puts the answer into a page that stands already."""
    return request.headers.get("HX-Request") == "true"


def page_or_fragment(page_template: str, fragment_template: str, **values: object) -> Response:
    """Render the fragment for a request of htmx and the page for everybody else; caches keep the two apart."""
    response = make_response(render_template(fragment_template if wants_fragment() else page_template, **values))
    response.vary.add("HX-Request")
    return response
