"""A wall around the tests: no socket leaves this machine, and unit tests open none at all, nor a database.

CPython's audit events see every connection that Python code makes, whichever library asks for it. libpq is not Python,
so SQLAlchemy's own connect event stands in for it.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

_OUTGOING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

_sealed = False


@contextmanager
def sealed() -> Iterator[None]:
    """Refuse every connection, loopback and databases included, until the block ends."""
    global _sealed
    before, _sealed = _sealed, True
    try:
        yield
    finally:
        _sealed = before


def install() -> None:
    """Raise the wall for the life of this process; an audit hook cannot be taken away again."""
    sys.addaudithook(_watch)
    event.listen(Engine, "do_connect", _watch_engine)


def _watch(name: str, arguments: tuple[Any, ...]) -> None:
    if name in _OUTGOING:
        _judge(name, arguments[1])
    elif name in _LOOK_UPS:
        _judge(name, (arguments[0],))
    elif name == "sqlite3.connect" and _sealed:
        _refuse("a unit test opened a SQLite database")


def _watch_engine(*_arguments: Any) -> None:
    if _sealed:
        _refuse("a unit test connected to a database")


def _judge(name: str, address: Any) -> None:
    if address is None:
        return
    if _sealed:
        _refuse(f"a unit test used the network: {name} {address!r}")
    if not _is_here(address):
        _refuse(f"a test reached out of this machine: {name} {address!r}")


def _is_here(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    host = address[0].decode() if isinstance(address[0], bytes) else address[0]
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(why: str) -> None:
    # pytest's own failure is no Exception, so that no retry loop and no worker under test can swallow it.
    pytest.fail(why)
