"""Every page of the application as a test can ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from app.access import Access, access_of

ABSENT_NUMBER = 987_654_321
ABSENT_WORD = "tidak-ada-0000"


@dataclass(frozen=True, slots=True)
class Route:
    """One way to ask for one view: `path` is filled with numbers and words that name nothing."""

    endpoint: str
    method: str
    path: str
    access: Access

    @property
    def is_for_networks(self) -> bool:
        """Whether networks call it: without their signature the view itself refuses, with 403."""
        return self.endpoint.startswith("callbacks.")

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"


def routes_of(app: Flask) -> list[Route]:
    """Return every route but the static files, with each method it answers to (HEAD and OPTIONS follow GET)."""
    found = []
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions[rule.endpoint])
        if rule.endpoint == "static":
            continue
        assert access is not None, f"{rule.endpoint} declares no access"
        found += [
            Route(rule.endpoint, method, path_of(app, rule), access)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return found


def path_of(app: Flask, rule: Rule) -> str:
    values = {name: _value(converter) for name, converter in rule._converters.items()}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def _value(converter: BaseConverter) -> int | str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return ABSENT_NUMBER if isinstance(converter, IntegerConverter) else ABSENT_WORD
