"""Every refusal has its sentence, in both languages, with or without the facts that sharpen it."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import force_locale

from app.errors import SENTENCES, sentence_for, status_of
from kernel.errors import SaringError

ROOMS = ("kernel", "accounts", "intake", "verification", "search", "publishing")


def import_every_module() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "error" in module.name or room in ("accounts", "verification", "publishing"):
                importlib.import_module(module.name)


def leaves(kind: type[SaringError]) -> Iterator[type[SaringError]]:
    below = kind.__subclasses__()
    if not below and kind.__module__ != "kernel.errors":
        yield kind
    for one in below:
        yield from leaves(one)


import_every_module()
LEAVES = sorted(set(leaves(SaringError)), key=lambda leaf: leaf.code)


def test_no_two_errors_share_a_code() -> None:
    times = Counter(leaf.code for leaf in LEAVES)
    assert len(times) > 30
    assert [code for code, count in times.items() if count > 1] == []


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.code)
def test_every_error_is_said(database_free_app: Flask, leaf: type[SaringError]) -> None:
    assert leaf.code in SENTENCES
    with database_free_app.test_request_context():
        said = {}
        for language in ("id", "en"):
            with force_locale(language):
                said[language] = sentence_for(leaf())
    assert said["id"] != said["en"]
    assert all(text.endswith((".", "?", ")")) or ": " in text for text in said.values()), said
    assert 400 <= status_of(leaf()) < 600


@pytest.fixture(scope="module")
def database_free_app() -> Flask:
    from app import i18n

    app = Flask("sentences", static_folder=None)
    i18n.install(app)
    return app
