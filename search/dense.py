"""The dense half of a search: the serving model's encoder, its index, and the adapter that fits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kernel.db import Database
from search import feed
from search.embedding import Model
from search.encoder.port import Matrix
from search.encoder.thread import EncodeThread
from search.types import FIRST_STAGE_DEPTH
from search.vectors.port import Neighbours, Space, Transform, VectorIndex, Vectors, document_ids

VECTORS_A_DOCUMENT = 3
"""At most: title, claim, explanation. So many more vectors are asked for than documents are wanted."""


ALIKE_DEPTH = 30
"""Vectors looked at around each of a document's own: a handful of documents is wanted, with three vectors each."""


class Adapter(Protocol):
    """The learned pair of transforms (search.adapter). Both return unit rows, so an inner product is a cosine."""

    @property
    def fingerprint(self) -> str:
        """Names the weights."""
        ...

    @property
    def model_id(self) -> str:
        """Names the encoder that they were trained on."""
        ...

    def query(self, vector: Vectors) -> Vectors:
        """Carry a query's vector, shape (dim,), into the adapted space."""
        ...

    def document(self, vectors: Vectors) -> Vectors:
        """Carry documents' vectors, shape (n, dim), into the adapted space."""
        ...


@dataclass(frozen=True, slots=True)
class DenseHits:
    """Documents' best cosine in each space: the first stage's lists, by document id."""

    dense: dict[int, float]
    adapted: dict[int, float]


NOTHING = DenseHits({}, {})


@dataclass(frozen=True, slots=True)
class Dense:
    """One model at work in this process. Replaced as a whole when another model is switched on."""

    model: Model
    encoder: EncodeThread
    index: VectorIndex
    adapter: Adapter | None

    def is_ready(self) -> bool:
        """Whether the encoder is loaded and is the one that made the vectors."""
        return self.encoder.encoder is not None and self.model.made(self.encoder.encoder)

    def catch_up(self, database: Database) -> None:
        """Bring the index up to what was committed."""
        self.index.catch_up(feed.ModelVectors(database, self.model.id, self.model.dim))

    def search(self, vectors: Matrix) -> DenseHits:
        """Return the best documents for the passages of a query, shape (n, dim); each scores by its best passage."""
        return DenseHits(self._nearest(Space.DENSE, vectors), self._nearest(Space.ADAPTED, vectors))

    def complete(self, hits: DenseHits, documents: Sequence[int], vectors: Matrix) -> DenseHits:
        """Return the hits with the exact cosines of all `documents` that have vectors."""
        return DenseHits(
            hits.dense | self._exact(Space.DENSE, [one for one in documents if one not in hits.dense], vectors),
            hits.adapted | self._exact(Space.ADAPTED, [one for one in documents if one not in hits.adapted], vectors),
        )

    def alike(self, database: Database, document: int) -> list[int]:
        """Return the documents nearest to one, itself among them, best first: documents are compared as documents."""
        vectors = feed.ModelVectors(database, self.model.id, self.model.dim).of(document)
        space = Space.ADAPTED if self.adapter else Space.DENSE
        carried = transforms(self.adapter)[space](vectors) if len(vectors) else vectors
        best: dict[int, float] = {}
        for vector in carried:
            _keep_best(best, self.index.search(space, vector, limit=ALIKE_DEPTH))
        return sorted(best, key=lambda one: (-best[one], one))

    def _nearest(self, space: Space, vectors: Matrix) -> dict[int, float]:
        best: dict[int, float] = {}
        for query in self._queries(space, vectors):
            found = self.index.search(space, query, limit=FIRST_STAGE_DEPTH * VECTORS_A_DOCUMENT)
            _keep_best(best, found)
        return dict(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:FIRST_STAGE_DEPTH])

    def _exact(self, space: Space, documents: Sequence[int], vectors: Matrix) -> dict[int, float]:
        best: dict[int, float] = {}
        for query in self._queries(space, vectors):
            _keep_best(best, self.index.compare(space, query, np.asarray(documents, np.int64)))
        return best

    def _queries(self, space: Space, vectors: Matrix) -> list[Vectors]:
        if space is Space.DENSE:
            return list(vectors)
        return [self.adapter.query(vector) for vector in vectors] if self.adapter else []


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in the vectors of one model, and that model: it is answered by it alone, whichever serves meanwhile."""

    vectors: Matrix
    _dense: Dense | None

    def nearest(self) -> DenseHits:
        """Return the best documents, none where the model has no index yet."""
        return self._dense.search(self.vectors) if self._dense else NOTHING

    def complete(self, hits: DenseHits, documents: Sequence[int]) -> DenseHits:
        """Return the hits with exact cosines for every one of `documents` that has vectors."""
        return self._dense.complete(hits, documents, self.vectors) if self._dense else hits


def transforms(adapter: Adapter | None) -> dict[Space, Transform]:
    """Return how documents' vectors are carried into each space that there is."""
    spaces: dict[Space, Transform] = {Space.DENSE: lambda vectors: vectors}
    if adapter is not None:
        spaces[Space.ADAPTED] = adapter.document
    return spaces


def _keep_best(best: dict[int, float], found: Neighbours) -> None:
    for identity, score in zip(document_ids(found.keys).tolist(), found.scores.tolist(), strict=True):
        if score > best.get(identity, -2.0):
            best[identity] = score
