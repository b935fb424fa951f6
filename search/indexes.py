"""The indexes and the encoder of one process, kept in step with the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from kernel.clock import Clock
from kernel.db import Database
from search import changes, documents, embedding, feed
from search.dense import Adapter, Asked, Dense, transforms
from search.embedding import Model
from search.encoder.port import EncoderSettings, LoadEncoder, ModelMissing
from search.encoder.thread import EncodeThread
from search.folding import FOLDING_VERSION
from search.keeper import Keeper
from search.lexical.index import LexicalHits, LexicalIndex
from search.vectors.faiss_index import FaissIndex
from search.vectors.pgvector_index import PgVectorIndex
from search.vectors.port import Identity, VectorIndex
from search.vectors.snapshot import Snapshots

FRESH_WITHIN_SECONDS = 0.8
"""How long a search waits for its indexes to take in what was just committed; then it answers from what they have."""


@dataclass(frozen=True, slots=True)
class _Latest:
    """What the database holds at this moment."""

    token: str
    document: int
    vector: int
    model: Model | None


class VectorStore(StrEnum):
    """Where vectors are searched: files of this host, or the PostgreSQL database that all hosts share."""

    FAISS = "faiss"
    PGVECTOR = "pgvector"


class Indexes:
    """Words, vectors and encoder behind one door. A part that is not there is named, and the others answer."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        settings: EncoderSettings,
        adapter: Adapter | None,
        *,
        store: VectorStore,
        load_encoder: LoadEncoder,
        clock: Clock,
    ) -> None:
        if store is VectorStore.PGVECTOR and database.dialect != "postgresql":
            raise ValueError("vectors can be searched by pgvector only where the database is PostgreSQL")
        self._clock = clock
        self._store = store
        self._load_encoder = load_encoder
        self._database = database
        self._folder = folder
        self._settings = settings
        self._adapter = adapter
        self._encoders: dict[str, EncodeThread] = {}
        self._lexical: LexicalIndex | None = None
        self._dense: Dense | None = None
        self._next: Dense | None = None
        self._keeper = Keeper(self.catch_up)
        self._started = False

    def start(self, *, wait_seconds: float) -> bool:
        """Start the threads; True if encoder and indexes are ready within the wait."""
        self._started = True
        self._keeper.start()
        encoder = self._encoder(self._settings.model)
        ready = encoder.wait(wait_seconds) if wait_seconds else False
        return ready and not self.freshen(wait_seconds=wait_seconds)

    def close(self) -> None:
        """Stop the threads."""
        self._keeper.close()
        for encoder in self._encoders.values():
            encoder.close()

    def freshen(self, *, wait_seconds: float = FRESH_WITHIN_SECONDS) -> tuple[str, ...]:
        """Have what was committed taken in, and name the indexes that are still behind after the wait."""
        latest = self._latest()
        if self._behind(latest):
            if self._started:
                self._keeper.ask(lambda: not self._behind(latest), wait_seconds=wait_seconds)
            else:
                self.catch_up()
        return self._behind(latest)

    def catch_up(self) -> None:
        """Take in what was committed, in this thread."""
        self._refold()
        latest = self._latest()
        if latest.token:
            self._catch_up_words(latest)
            self._catch_up_vectors(latest)

    def ask(self, texts: tuple[str, ...]) -> Callable[[], Asked]:
        """Put texts before the encoder of the serving model; call the answer to wait for it.

        Raises `ModelMissing` or `EncoderBusy` at once, the answer `EncoderBusy` after the wait.
        """
        dense = self._dense  # read once: another thread may switch to the next model at any moment
        if dense is not None and not dense.is_ready():
            raise ModelMissing(model=dense.model.name)
        answer = (dense.encoder if dense else self._encoder(self._settings.model)).ask(texts)
        return lambda: Asked(answer(), dense)

    def find_words(self, folded: str) -> LexicalHits:
        """Return the best documents by words and by grams."""
        return self._lexical.search(folded) if self._lexical else LexicalHits({}, {})

    def alike(self, document: int) -> list[int]:
        """Return the documents nearest to one by its own vectors, itself among them, best first."""
        dense = self._dense
        return dense.alike(self._database, document) if dense else []

    def encoder_state(self) -> str:
        """`ready`, `loading` or `missing`."""
        dense = self._dense
        encoder = dense.encoder if dense else self._encoder(self._settings.model)
        if dense is not None and encoder.encoder is not None and not dense.is_ready():
            return "missing"  # another revision than the one that made the vectors
        return encoder.state

    def encoder_degraded(self) -> tuple[str, ...]:
        """`("encoder",)` while searches are answered by words alone."""
        return () if self.encoder_state() == "ready" else ("encoder",)

    def _latest(self) -> _Latest:
        with self._database.read() as session:
            model = embedding.active(session)
            return _Latest(
                token=changes.token(session),
                document=changes.latest_document(session),
                vector=changes.latest_vector(session, model.id) if model else 0,
                model=model,
            )

    def _behind(self, latest: _Latest) -> tuple[str, ...]:
        behind = []
        if latest.document and (self._lexical is None or self._lexical.change_id < latest.document):
            behind.append("lexical")
        if latest.model and (self._dense is None or self._dense.index.change_id < self._vectors_until(latest)):
            behind.append("vectors")
        return tuple(behind)

    def _vectors_until(self, latest: _Latest) -> int:
        serving = self._dense.model if self._dense else None
        if serving == latest.model:
            return max(latest.document, latest.vector)
        return 0  # the replaced model serves on until the next one is ready; nothing new is written for it

    def _refold(self) -> None:
        """After an upgrade that folds differently, bring every document up to it, whichever process is first."""
        with self._database.read() as session:
            outdated = documents.has_outdated(session)
        while outdated:
            with self._database.write() as session:
                outdated = documents.refold(session, now=self._clock.now()) > 0

    def _catch_up_words(self, latest: _Latest) -> None:
        name = f"words-{latest.token}-{FOLDING_VERSION}"
        if self._lexical is None or self._lexical.name != name:
            self._lexical = LexicalIndex(self._folder / name)
        if self._lexical.change_id > latest.document and self._lexical.change_id > self._latest().document:
            self._lexical.begin_anew()  # a backup was restored: what the index knows has never happened
        self._lexical.catch_up(lambda since: feed.lexical_changes(self._database, since), latest=latest.document)

    def _catch_up_vectors(self, latest: _Latest) -> None:
        if latest.model is None:
            return
        serving = (
            self._dense
            if self._dense and self._dense.model == latest.model
            else self._prepare(latest.model, latest.token)
        )
        serving.catch_up(self._database)
        if self._dense is None or serving.is_ready():
            self._dense, self._next = serving, None

    def _prepare(self, model: Model, token: str) -> Dense:
        """Return what is to serve next; the model that serves goes on until this one is ready."""
        if self._next is None or self._next.model != model:
            adapter = self._adapter if self._adapter and self._adapter.model_id == model.name else None
            index = self._index(model, token, adapter)
            self._next = Dense(model, self._encoder(model.name), index, adapter)
        return self._next

    def _index(self, model: Model, token: str, adapter: Adapter | None) -> VectorIndex:
        spaces = transforms(adapter)
        fingerprint = adapter.fingerprint if adapter else ""
        if self._store is VectorStore.PGVECTOR:
            return PgVectorIndex(self._database, f"{model.id}_{fingerprint[:16]}", model.dim, spaces)
        identity = Identity(token, model.name, model.revision, model.dim, fingerprint)
        folder = self._folder / f"vectors-{token}-{model.id}-{fingerprint[:16]}"
        return FaissIndex(model.dim, spaces, Snapshots(folder, identity, spaces), background=self._started)

    def _encoder(self, name: str) -> EncodeThread:
        if name not in self._encoders:
            settings = replace(self._settings, model=name)
            self._encoders[name] = EncodeThread(lambda: self._load_encoder(settings), settings)
            if self._started:
                self._encoders[name].start()
        return self._encoders[name]
