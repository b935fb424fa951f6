"""The fixtures that other tests trust."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import create_engine, inspect, select

from kernel import outbox
from kernel.db import Database
from tests.noise import LONG_AGO


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_only_noise(database: Database, turn: int) -> None:
    with database.write() as session:
        kinds = session.scalars(select(outbox.AuditEvent.kind)).all()
        assert "noise_was_made" in kinds
        assert "test_ran" not in kinds
        outbox.record(session, "test_ran", actor=outbox.SYSTEM, subject=("test", turn), now=LONG_AGO)


def test_noise_leaves_no_work_behind(database: Database) -> None:
    with database.write() as session:
        assert outbox.fan_out(session, {"noise_was_made": ("noise",)}) == 0
        assert outbox.seal(session) == 0
        assert outbox.claim(session, ("noise",)) is None


@pytest.mark.parametrize("turn", [1, 2])
def test_silence_has_no_rows(silent_database: Database, turn: int) -> None:
    with silent_database.write() as session:
        assert session.scalars(select(outbox.OutboxEvent.id)).all() == []
        outbox.record(session, "test_ran", actor=outbox.SYSTEM, subject=("test", turn), now=LONG_AGO)


def test_a_blank_database_has_no_tables(blank_database_url: str) -> None:
    engine = create_engine(blank_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_no_socket_leaves_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(pytest.fail.Exception, match="reached out"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(pytest.fail.Exception, match="reached out"):
        socket.getaddrinfo("example.org", 443)
