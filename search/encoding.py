"""Giving vectors to the texts that lack them: after an import, after a new debunk, after a change of model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from kernel.clock import Clock
from kernel.db import Database
from search import embedding
from search.documents import FOLDED_CHARACTERS
from search.embedding import Model
from search.encoder.port import Encoder, EncoderSettings, LoadEncoder, ModelMissing
from search.encoder.thread import LOADING_ERRORS
from search.folding import clean

BATCH = 64
"""Texts encoded between two transactions: about two seconds' work, all that a kill can cost."""

READ_AHEAD = 8 * BATCH
"""Texts read at once. The newest are read first, so a fresh debunk waits for so many at most."""

Progress = Callable[[int, int], None]
"""Told (texts done, texts in all) after each batch."""

_log = logging.getLogger(__name__)


class PendingEncoder:
    """Encodes what is pending, for the serving model and for the one that is coming. One thread at a time."""

    def __init__(self, database: Database, settings: EncoderSettings, load: LoadEncoder, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._load_encoder = load
        self._clock = clock
        self._loaded: dict[str, Encoder] = {}

    def run(self, progress: Progress | None = None) -> int:
        """Encode until nothing is pending, then let the wanted model serve. Returns how many vectors were stored.

        While another model still serves, new documents get its vector first. Raises `ModelMissing`.
        """
        wanted = self._load(self._settings.model)
        if wanted is None:
            raise ModelMissing(model=self._settings.model)
        with self._database.write() as session:
            model = embedding.enrol(session, wanted, now=self._clock.now())
            embedding.drop_retired(session, now=self._clock.now())
        stored, switched = 0, False
        total = self._count(model)
        while not switched:
            stored += self._serve(model)
            encoded = self._encode_some(model, wanted, limit=READ_AHEAD, progress=progress, done=stored, total=total)
            stored += encoded
            if not encoded:
                with self._database.write() as session:
                    embedding.switch(session, model, now=self._clock.now())
                    switched = not embedding.pending(session, model.id, limit=1)
        return stored

    def _serve(self, wanted: Model) -> int:
        """Keep the serving model complete while another one is being filled, if it can still be loaded."""
        with self._database.read() as session:
            serving = embedding.active(session)
        if serving is None or serving.id == wanted.id:
            return 0
        encoder = self._load(serving.name)
        if encoder is None or not serving.made(encoder):
            return 0
        return self._encode_some(serving, encoder, limit=READ_AHEAD, progress=None, done=0, total=0)

    def _encode_some(
        self, model: Model, encoder: Encoder, *, limit: int, progress: Progress | None, done: int, total: int
    ) -> int:
        with self._database.read() as session:
            texts = embedding.pending(session, model.id, limit=limit)
        stored = 0
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            vectors = encoder.encode_documents([clean(text.text[:FOLDED_CHARACTERS]) for text in batch])
            with self._database.write() as session:
                stored += embedding.store(session, model, batch, vectors)
            if progress:
                progress(done + stored, max(total, done + stored))
        return stored

    def _count(self, model: Model) -> int:
        with self._database.read() as session:
            return embedding.count_pending(session, model.id)

    def _load(self, name: str) -> Encoder | None:
        if name not in self._loaded:
            try:
                self._loaded[name] = self._load_encoder(replace(self._settings, model=name))
            except LOADING_ERRORS:
                _log.exception("the encoder %r could not be loaded", name)
                return None
        return self._loaded[name]
