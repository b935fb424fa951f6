"""The channel of docs/new-channel.md, run as it stands there, passes the conformance suite."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from publishing.channels.interface import Channel
from tests.channels.conformance import ChannelConformance
from tests.channels.networks import Network, carries
from tests.channels.stubs.server import Answer, Request, Stub

PAGE = Path(__file__).parents[2] / "docs" / "new-channel.md"
(CODE,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
_names: dict[str, Any] = {}
exec(compile(CODE, str(PAGE), "exec"), _names)
Toy: type[Channel] = _names["Toy"]


class NoticeBoard(Stub):
    """Notes by their name; who knows the token may write."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, str] = {}

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != "Bearer rahasia":
            return 401, {"error": "who are you"}
        if request.path == "/board":
            return 200, {"name": "Papan pengumuman"}
        name = request.path.removeprefix("/notes/")
        if request.method == "PUT":
            self.notes[name] = request.fields["text"]
        elif name not in self.notes:
            return 404, {"error": "no such note"}
        elif request.method == "DELETE":
            del self.notes[name]
        return 200, {}


class ToyNetwork(Network):
    channel = Toy
    send = "PUT /notes/"
    secrets = {"token": "rahasia"}  # noqa: RUF012 -- a class of one test

    def __init__(self, board: NoticeBoard) -> None:
        self.board, self.address = board, board.url

    def settings(self, base: str) -> dict[str, str]:
        return {"server": base}

    def visible(self, marker: str) -> list[str]:
        return [text for text in self.board.notes.values() if carries(text, marker)]


class TestToy(ChannelConformance):
    links_here = False

    @pytest.fixture
    def network(self) -> Iterator[Network]:
        with NoticeBoard() as board:
            yield ToyNetwork(board)


def test_the_toy_stays_small() -> None:
    assert len(CODE.splitlines()) < 100
