"""Unit tests open no database and no socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import network


@pytest.fixture(autouse=True)
def _no_world() -> Iterator[None]:
    with network.sealed():
        yield
