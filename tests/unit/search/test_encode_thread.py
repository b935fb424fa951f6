"""The encoder's thread: loads aside, answers in order, refuses what it cannot answer in time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from search.encoder import thread
from search.encoder.port import EncoderBusy, EncoderSettings, ModelMissing
from search.encoder.thread import EncodeThread
from tests.fakes.encoder import BagOfWords, Shelf, shelf

SETTINGS = EncoderSettings(model="bag", queue_length=2, wait_seconds=5.0)
IMPATIENT = EncoderSettings(model="bag", queue_length=2, wait_seconds=0.05)


@contextmanager
def running(encoders: Shelf, settings: EncoderSettings = SETTINGS) -> Iterator[EncodeThread]:
    encoder = EncodeThread(lambda: encoders.load(settings), settings)
    encoder.start()
    try:
        yield encoder
    finally:
        for one in encoders.encoders.values():
            one.gate.set()
        encoder.close()


def test_it_answers_with_the_encoder_s_vectors() -> None:
    with running(shelf("bag")) as encoder:
        assert encoder.wait(5)
        np.testing.assert_array_equal(
            encoder.ask(("bumi datar", "vaksin"))(), BagOfWords().encode_documents(["bumi datar", "vaksin"])
        )


def test_before_it_is_loaded_it_refuses_at_once() -> None:
    encoder = EncodeThread(lambda: shelf("bag").load(SETTINGS), SETTINGS)
    assert encoder.state == "loading"
    with pytest.raises(ModelMissing):
        encoder.ask(("bumi datar",))
    encoder.close()


def test_a_burst_is_refused_beyond_the_queue_and_what_waits_is_answered() -> None:
    encoders = shelf("bag")
    with running(encoders) as encoder:
        assert encoder.wait(5)
        bag = encoders.encoders["bag"]
        bag.gate.clear()
        bag.entered.clear()
        first = encoder.ask(("pertama",))
        assert bag.entered.wait(5)
        waiting = [encoder.ask((f"antre {number}",)) for number in range(2)]
        with pytest.raises(EncoderBusy):
            encoder.ask(("terlalu banyak",))
        bag.gate.set()
        assert first().shape == (1, 32)
        assert [answer().shape for answer in waiting] == [(1, 32)] * 2


def test_who_waited_too_long_is_refused_and_never_encoded() -> None:
    encoders = shelf("bag")
    with running(encoders, IMPATIENT) as encoder:
        assert encoder.wait(5)
        bag = encoders.encoders["bag"]
        bag.gate.clear()
        bag.entered.clear()
        in_hand = encoder.ask(("lama sekali",))
        assert bag.entered.wait(5)
        behind = encoder.ask(("tidak sempat",))
        with pytest.raises(EncoderBusy):
            behind()
        with pytest.raises(EncoderBusy):
            in_hand()
        bag.gate.set()
    assert "tidak sempat" not in bag.encoded


def test_a_model_that_comes_back_is_found_without_a_restart(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(thread, "RETRY_SECONDS", 0.01)
    encoders = Shelf({})
    caplog.set_level(logging.CRITICAL, logger="search.encoder.thread")
    with running(encoders) as encoder:
        assert not encoder.wait(5)
        assert encoder.state == "missing"
        encoders.encoders["bag"] = BagOfWords()
        ready = threading.Event()
        while not ready.is_set():
            ready.set() if encoder.state == "ready" else ready.wait(0.01)
        assert encoder.ask(("kembali",))().shape == (1, 32)


def test_closing_refuses_what_still_waits() -> None:
    encoders = shelf("bag")
    with running(encoders) as encoder:
        assert encoder.wait(5)
        bag = encoders.encoders["bag"]
        bag.gate.clear()
        bag.entered.clear()
        encoder.ask(("di tangan",))
        assert bag.entered.wait(5)
        waiting = encoder.ask(("menunggu",))
        threading.Timer(0.05, bag.gate.set).start()
        encoder.close()
        with pytest.raises(EncoderBusy):
            waiting()
