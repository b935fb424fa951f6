"""The signature of a webhook, as a receiver checks it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.channels.webhook import REPLAY_WINDOW_SECONDS, sign, verify_signature

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BODY = b'{"event":"published"}'
HEADER = sign(BODY, secret="rahasia", at=NOW)


def test_a_fresh_signature_over_the_same_body_is_good() -> None:
    assert verify_signature(BODY, HEADER, secret="rahasia", now=NOW)


@pytest.mark.parametrize("seconds", [REPLAY_WINDOW_SECONDS + 1, -REPLAY_WINDOW_SECONDS - 1])
def test_a_replay_is_refused(seconds: int) -> None:
    assert not verify_signature(BODY, HEADER, secret="rahasia", now=NOW + timedelta(seconds=seconds))


def test_the_border_of_the_window_is_inside() -> None:
    at_border = NOW + timedelta(seconds=REPLAY_WINDOW_SECONDS)
    assert verify_signature(BODY, HEADER, secret="rahasia", now=at_border)


def test_another_body_secret_or_time_is_refused() -> None:
    assert not verify_signature(BODY + b" ", HEADER, secret="rahasia", now=NOW)
    assert not verify_signature(BODY, HEADER, secret="lain", now=NOW)
    moved = HEADER.replace(f"t={int(NOW.timestamp())}", f"t={int(NOW.timestamp()) + 1}")
    assert not verify_signature(BODY, moved, secret="rahasia", now=NOW)


@given(st.text(max_size=60))
def test_nonsense_is_refused_without_an_error(header: str) -> None:
    assert not verify_signature(BODY, header, secret="rahasia", now=NOW)
