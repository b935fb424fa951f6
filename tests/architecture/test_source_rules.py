"""The rules of the house that a reader of code would otherwise have to remember."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source import ROOMS, ROOT, Source, sources

LONGEST_FILE = 300
LONGEST_VIEW = 15

LONG_FOR_A_REASON = {"verification/rules/consensus.py": "one rule, whose parts are read together"}
"""Files over the limit, each with the reason why it reads better whole."""

CATCHES_EVERYTHING = {
    "app/worker.py": "the worker's edge: whatever a handler throws ends as a visible state",
    "publishing/connections.py": "the channel boundary: a network's library may throw anything",
}

OPENS_TRANSACTIONS = {
    "kernel/db.py": "defines them",
    "publishing/outbox.py": "the publisher's loop: one short transaction before and after each call to a network",
    "publishing/tokens.py": "fresh tokens must be in the database before the next call to a network",
    "publishing/engagement.py": "asks the networks for counts between its short transactions",
    "search/indexes.py": "folds documents again after an upgrade, in short transactions between requests",
    "search/vectors/pgvector_index.py": "the index itself lives in the database and catches up between requests",
    "search/evaluation/run.py": "fills a temporary database of its own",
    "search/encoding.py": "the encoder's loop: vectors are stored in batches, outside of which the model works",
}
"""Files below `app` that are edges themselves, each with what drives them."""

COMMITS = {"search/lexical/index.py": "an index of Tantivy, which has its own word for saving"}

ASKS_ITSELF = {"app/web/health.py": "whether the database lives is the question of that page"}

VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}

KERNEL = {"__init__.py", "clock.py", "db.py", "errors.py", "outbox.py"}

everywhere = pytest.mark.parametrize("source", sources(*ROOMS, "migrations", "script"), ids=lambda source: source.name)


@everywhere
def test_files_are_short(source: Source) -> None:
    if source.path.parent.name == "versions":
        return  # a migration is as long as what it changes
    length = len(source.text.splitlines())
    assert length <= LONGEST_FILE or source.name in LONG_FOR_A_REASON, f"{length} lines"


@everywhere
def test_names_say_something(source: Source) -> None:
    assert VAGUE.isdisjoint(source.path.relative_to(ROOT).with_suffix("").parts)


@everywhere
def test_only_edges_catch_everything(source: Source) -> None:
    if source.name in CATCHES_EVERYTHING:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            broad = [kind for kind in kinds if kind is None or ast.unparse(kind) in ("Exception", "BaseException")]
            assert not broad, f"line {node.lineno}"


@pytest.mark.parametrize("source", sources(*ROOMS), ids=lambda source: source.name)
def test_nobody_commits_by_hand(source: Source) -> None:
    calls = [node.func for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    commits = [call.lineno for call in calls if isinstance(call, ast.Attribute) and call.attr == "commit"]
    assert not commits or source.name in COMMITS


@pytest.mark.parametrize("source", sources(*ROOMS[:-1]), ids=lambda source: source.name)
def test_only_edges_open_transactions(source: Source) -> None:
    opened = re.findall(r"^.*database\.write\(\).*$", source.text, re.MULTILINE)
    assert not opened or source.name in OPENS_TRANSACTIONS


@pytest.mark.parametrize("source", sources(*ROOMS[:-1]), ids=lambda source: source.name)
def test_the_session_comes_first(source: Source) -> None:
    for function in source.functions():
        names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
        if names and names[0] in ("self", "cls"):
            names = names[1:]
        assert "session" not in names[1:], f"{function.name} (line {function.lineno})"


@pytest.mark.parametrize("source", sources("app/web"), ids=lambda source: source.name)
def test_views_are_short_and_ask_no_database(source: Source) -> None:
    for function in source.functions():
        if not _is_view(function):
            continue
        body = function.body[1:] if ast.get_docstring(function) else function.body
        lines = (function.end_lineno or 0) - body[0].lineno + 1
        assert lines <= LONGEST_VIEW, f"{function.name}: {lines} lines"
        text = ast.unparse(function)
        asked = re.search(r"\bsession\.(add|execute|scalars?|get)\(|\bselect\(", text)
        assert not asked or source.name in ASKS_ITSELF, f"{function.name}: a query"


def test_the_kernel_has_four_files() -> None:
    assert {source.path.name for source in sources("kernel")} == KERNEL


def test_tables_are_declared_where_migrations_look() -> None:
    strays = [
        source.name
        for source in sources(*ROOMS)
        if re.search(r"^    __tablename__", source.text, re.MULTILINE)
        and "models" not in source.path.relative_to(ROOT).with_suffix("").parts
        and source.name != "kernel/outbox.py"
    ]
    assert strays == []


def test_migrations_import_no_model() -> None:
    strays = {source.name: source.imported() & set(ROOMS) for source in sources("migrations/versions")}
    assert {name: rooms for name, rooms in strays.items() if rooms} == {}


def _is_view(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    routes = ("get", "post", "route", "put", "delete")
    decorators = [d.func for d in function.decorator_list if isinstance(d, ast.Call)]
    return any(isinstance(d, ast.Attribute) and d.attr in routes for d in decorators)
