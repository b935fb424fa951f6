"""The wall around unit tests stands."""

from __future__ import annotations

import socket
import sqlite3

import pytest
from sqlalchemy import create_engine


def test_loopback_is_refused() -> None:
    with socket.socket() as client, pytest.raises(pytest.fail.Exception, match="used the network"):
        client.connect(("127.0.0.1", 9))


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://nobody@127.0.0.1:9/none"])
def test_databases_are_refused(url: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="connected to a database"):
        create_engine(url).connect()


def test_sqlite_itself_is_refused() -> None:
    with pytest.raises(pytest.fail.Exception, match="SQLite"):
        sqlite3.connect(":memory:")
