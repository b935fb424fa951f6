"""One address, two answers: the whole page, or the part of it that htmx asked for."""

from __future__ import annotations

from flask import Response, make_response, render_template, request


def page_or_fragment(page_template: str, fragment_template: str, **values: object) -> Response:
    """Render the fragment for a request of htmx and the page for everybody else; caches keep the two apart."""
    wants_fragment = request.headers.get("HX-Request") == "true"
    response = make_response(render_template(fragment_template if wants_fragment else page_template, **values))
    response.vary.add("HX-Request")
    return response
