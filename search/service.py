"""The search service of one process: finds candidates, has them ranked, and says what did not take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kernel.clock import Clock, SystemClock
from kernel.db import Database
from search import documents, embedding
from search.dense import NOTHING, Adapter, Asked
from search.encoder import choice
from search.encoder.port import EncoderBusy, EncoderSettings, LoadEncoder, ModelMissing
from search.encoding import PendingEncoder, Progress
from search.folding import fold
from search.indexes import Indexes, VectorStore
from search.lexical.index import LexicalHits
from search.passages import message, passages
from search.types import Candidate, Document, Hit, Outcome, SearchResult

READ_CHARACTERS = 4_000
"""Of a longer query the beginning is read; `search.passages` reads no more either."""


class Ranker(Protocol):
    """Judges candidates (search.ranking, or search.fallback where that has no weights)."""

    @property
    def calibrated(self) -> bool:
        """Whether its probabilities mean something, and *answered* may be said."""
        ...

    @property
    def version(self) -> str:
        """Which thresholds it judges by: the data, the adapter and the seed that they were learned from."""
        ...

    def rank(self, query_text: str, candidates: Sequence[Candidate], *, limit: int) -> tuple[Hit, ...]:
        """Return the best `limit` hits, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The first stage's answer: every candidate, what did not take part, and the query's first vector."""

    candidates: tuple[Candidate, ...]
    degraded: tuple[str, ...]
    vector: tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Status:
    """How far search is with its texts at this moment."""

    encoder: str
    """`loading`, `missing` or `ready`."""
    model: str
    coming_model: str
    documents: int
    vectors: int
    pending: int
    """Texts without a vector of the serving model, or of the coming one while there is one."""
    filled: int
    """Vectors of that same model that are there."""


class Search:
    """What `app.wiring` builds once a process. Nothing is loaded before `start`."""

    def __init__(
        self,
        database: Database,
        data_folder: Path,
        encoder_settings: EncoderSettings,
        ranker: Ranker,
        *,
        adapter: Adapter | None = None,
        vector_store: VectorStore = VectorStore.FAISS,
        load_encoder: LoadEncoder = choice.load,
        clock: Clock | None = None,
    ) -> None:
        clock = clock or SystemClock()
        self._database = database
        self._ranker = ranker
        self._indexes = Indexes(
            database,
            data_folder / "search",
            encoder_settings,
            adapter,
            store=vector_store,
            load_encoder=load_encoder,
            clock=clock,
        )
        self._pending = PendingEncoder(database, encoder_settings, load_encoder, clock)

    def start(self, *, wait_seconds: float = 0.0) -> bool:
        """Load the encoder and open the indexes in threads of their own, after any fork; True if all is ready.

        A web process does not wait: until then searches are answered with what there is, and say so.
        """
        return self._indexes.start(wait_seconds=wait_seconds)

    def search(self, text: str, *, limit: int = 10, language: str | None = None) -> SearchResult:
        """Return the debunks that may answer `text`, best first; of one language only where one is named.

        Any text has an answer; one without a word in it has no hits.
        """
        found = self.candidates(text)
        candidates = found.candidates
        if language is not None:
            candidates = tuple(one for one in candidates if one.document.language in ("", language))
        hits = self._ranker.rank(text[:READ_CHARACTERS], candidates, limit=limit)
        degraded = found.degraded if self._ranker.calibrated else (*found.degraded, "calibration")
        return SearchResult(hits, hits[0].outcome if hits else Outcome.NONE, degraded, found.vector)

    def candidates(self, text: str) -> Retrieved:
        """Return what the retrievers find for `text`: the union of their best, before any ranking."""
        text = text[:READ_CHARACTERS]
        asked = passages(text)
        if not asked:
            return Retrieved((), (), None)
        degraded = list(self._indexes.freshen())
        question = None
        try:
            question = self._indexes.ask(asked)  # encoded in its thread while the words are looked up here
        except (ModelMissing, EncoderBusy):
            degraded.append("encoder")
        lexical = self._indexes.find_words(fold(message(text)))
        query = None
        if question is not None:
            try:
                query = question()
            except EncoderBusy:
                degraded.append("encoder")
        return Retrieved(
            self._assemble(lexical, query),
            tuple(dict.fromkeys(degraded)),
            None if query is None else tuple(query.vectors[0].tolist()),
        )

    def related(self, key: str, *, limit: int) -> tuple[Document, ...]:
        """Return the debunks that are most like the one with this key, best first; none where it has no vectors.

        It encodes nothing: the document's own vectors ask, and its nearest neighbours in the learned space answer.
        """
        self._indexes.freshen(wait_seconds=0.0)
        with self._database.read() as session:
            identity = documents.id_of(session, key)
        alike = [one for one in self._indexes.alike(identity) if one != identity][:limit] if identity else []
        with self._database.read() as session:
            texts = documents.read(session, alike)
        return tuple(texts[one][0] for one in alike if one in texts)

    def catch_up(self) -> None:
        """Take in what was committed meanwhile, in this thread: for commands, which may wait."""
        self._indexes.catch_up()

    def encode_pending(self, progress: Progress | None = None) -> int:
        """Give every text its vector, and switch to the wanted model when it is complete. Raises `ModelMissing`.

        For the worker and for commands: it takes as long as it takes. It may be stopped and begun again at any point.
        """
        return self._pending.run(progress)

    def degraded(self) -> tuple[str, ...]:
        """Return what the next search would leave out. Unlike `status` it counts nothing: machines ask all the time."""
        calibration = () if self._ranker.calibrated else ("calibration",)
        return (*self._indexes.freshen(), *self._indexes.encoder_degraded(), *calibration)

    def status(self) -> Status:
        """Return the state of the encoder and how far the encoding is."""
        with self._database.read() as session:
            serving, coming = embedding.active(session), embedding.coming(session)
            filling = coming or serving
            return Status(
                encoder=self._indexes.encoder_state(),
                model=serving.name if serving else "",
                coming_model=coming.name if coming else "",
                documents=documents.count(session),
                vectors=embedding.count_vectors(session, serving.id) if serving else 0,
                pending=embedding.count_pending(session, filling.id) if filling else 0,
                filled=embedding.count_vectors(session, filling.id) if filling else 0,
            )

    @property
    def threshold_version(self) -> str:
        """Which thresholds outcomes are said by, for the record of what was proposed."""
        return self._ranker.version

    def close(self) -> None:
        """Stop the threads. The service cannot be started again."""
        self._indexes.close()

    def _assemble(self, lexical: LexicalHits, query: Asked | None) -> tuple[Candidate, ...]:
        dense = query.nearest() if query else NOTHING
        found = sorted({*lexical.words, *lexical.grams, *dense.dense, *dense.adapted})
        if query is not None:
            dense = query.complete(dense, found)
        with self._database.read() as session:
            texts = documents.read(session, found)
        return tuple(
            Candidate(
                *texts[identity],
                dense=dense.dense.get(identity),
                adapted=dense.adapted.get(identity),
                words=lexical.words.get(identity),
                grams=lexical.grams.get(identity),
            )
            for identity in found
            if identity in texts
        )
