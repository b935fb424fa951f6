"""A fake has the methods, and the signatures, of what it stands for."""

from __future__ import annotations

import inspect

import pytest

from app.wiring import Searcher
from search.service import Search
from tests.fakes.searcher import FakeSearcher

METHODS = [name for name, _function in inspect.getmembers(Searcher, inspect.isfunction) if not name.startswith("_")]


def parameters(owner: type, name: str) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(getattr(owner, name)).parameters)


def test_there_is_something_to_compare() -> None:
    assert {"start", "search", "encode_pending", "status", "close"} <= set(METHODS)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("owner", [Search, FakeSearcher])
def test_a_searcher_is_called_as_the_face_calls_it(owner: type, name: str) -> None:
    asked, offered = parameters(Searcher, name), parameters(owner, name)
    assert asked.keys() <= offered.keys()
    for parameter, wanted in asked.items():
        given = offered[parameter]
        assert (given.kind, given.default) == (wanted.kind, wanted.default), parameter
    more = [offered[parameter] for parameter in offered.keys() - asked.keys()]
    assert all(parameter.default is not inspect.Parameter.empty for parameter in more)
