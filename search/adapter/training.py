"""Training the adapter: every message is to lie nearer to its debunk than to any other. Needs torch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from search.adapter.linear import Adapter, Vectors, unit

EPOCHS = 6
BATCH = 256
LEARNING_RATE = 1e-3
"""Falls to nothing on a half cosine after `_WARM_UP` steps."""
TEMPERATURE = 1 / 20
"""At the start; learned with the rest."""
HOLD = 1.0
"""How strongly the matrices are held to where they began. On held-back folds 1 and 3 were best, .1 over-fitted."""
_WARM_UP = 20


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """One body of debunks with its messages. `answers[i]` are the rows of `vectors` that answer message i."""

    messages: Vectors
    vectors: Vectors
    answers: Sequence[NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Negatives:
    """What a batch of messages is held against beside the answers of all of them, chosen anew for each.

    `drawn` debunks' vectors by lot (a smaller corpus is taken whole), and the `hardest` wrong ones of each message, the
    nearest under the matrices of the moment. Of so many by lot the hardest are nearly always among them.
    """

    drawn: int = 8_000
    hardest: int = 0


MANY = Negatives()
"""What ships."""

Watch = Callable[[Adapter], float]
"""Tells how good an adapter is on held-back messages; higher is better."""


def train(
    corpora: Sequence[Corpus],
    *,
    model_id: str,
    seed: int,
    epochs: int = EPOCHS,
    start: Adapter | None = None,
    negatives: Negatives = MANY,
) -> Adapter:
    """Return the adapter after `epochs` of the course of `EPOCHS`, begun at `start` or at the identity.

    Batches are of one corpus, so that a debunk in another language is not what a message is told apart from.
    """
    trainer = _Trainer(corpora, model_id, seed, start, negatives)
    for _ in range(epochs):
        trainer.run_epoch()
    return trainer.adapter()


def best_epochs(
    corpora: Sequence[Corpus],
    watch: Watch,
    *,
    model_id: str,
    seed: int,
    start: Adapter | None = None,
    negatives: Negatives = MANY,
) -> int:
    """Return after how many epochs `watch` likes the adapter best; 0 where it is best left alone."""
    trainer = _Trainer(corpora, model_id, seed, start, negatives)
    scores = [watch(trainer.adapter())]
    for _ in range(EPOCHS):
        trainer.run_epoch()
        scores.append(watch(trainer.adapter()))
    return int(np.argmax(scores))


class _Trainer:
    def __init__(
        self, corpora: Sequence[Corpus], model_id: str, seed: int, start: Adapter | None, negatives: Negatives
    ) -> None:
        torch.manual_seed(seed)
        self.negatives = negatives
        self.corpora = corpora
        self.model_id = model_id
        self.random = np.random.default_rng(seed)
        self.query_mean = start.query_mean if start else _mean([corpus.messages for corpus in corpora])
        self.document_mean = start.document_mean if start else _mean([corpus.vectors for corpus in corpora])
        self.messages = [torch.from_numpy(unit(corpus.messages - self.query_mean)) for corpus in corpora]
        self.vectors = [torch.from_numpy(unit(corpus.vectors - self.document_mean)) for corpus in corpora]
        identity = np.eye(corpora[0].messages.shape[1], dtype=np.float32)
        sides = (start.query_matrix, start.document_matrix) if start else (identity, identity)
        self.held = [torch.from_numpy(side.copy()) for side in sides]
        self.left, self.right = (side.clone().requires_grad_() for side in self.held)
        self.scale = torch.tensor(-math.log(TEMPERATURE), requires_grad=True)
        self.optimiser = torch.optim.AdamW([self.left, self.right, self.scale], lr=LEARNING_RATE, weight_decay=0.0)
        self.steps = EPOCHS * sum(math.ceil(len(corpus.messages) / BATCH) for corpus in corpora)
        self.step = 0

    def adapter(self) -> Adapter:
        left, right = (cast("Vectors", matrix.detach().numpy().copy()) for matrix in (self.left, self.right))
        return Adapter(self.model_id, self.query_mean, left, self.document_mean, right)

    def run_epoch(self) -> None:
        batches = [
            (place, order[start : start + BATCH])
            for place, corpus in enumerate(self.corpora)
            for order in [self.random.permutation(len(corpus.messages))]
            for start in range(0, len(order), BATCH)
        ]
        for number in self.random.permutation(len(batches)):
            self.run_batch(*batches[number])

    def run_batch(self, place: int, rows: NDArray[np.int64]) -> None:
        warm = min(1.0, (self.step + 1) / _WARM_UP)
        rate = LEARNING_RATE * warm * (0.5 + 0.5 * math.cos(math.pi * self.step / self.steps))
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.step += 1
        loss = self.loss(place, rows)
        self.optimiser.zero_grad()
        torch.autograd.backward(loss)
        self.optimiser.step()

    def loss(self, place: int, rows: NDArray[np.int64]) -> torch.Tensor:
        answers = [self.corpora[place].answers[row] for row in rows]
        kept = self.against(place, rows, answers)
        where = np.full(len(self.vectors[place]), -1)
        where[kept] = np.arange(len(kept))
        right = torch.zeros((len(rows), len(kept)), dtype=torch.bool)
        for row, found in enumerate(answers):
            right[row, where[found]] = True
        left = normalize(self.messages[place][rows] @ self.left, dim=1)
        scores = left @ normalize(self.vectors[place][kept] @ self.right, dim=1).T * self.scale.exp()
        likely = torch.logsumexp(scores.masked_fill(~right, -math.inf), 1) - torch.logsumexp(scores, 1)
        strayed = ((self.left - self.held[0]) ** 2).sum() + ((self.right - self.held[1]) ** 2).sum()
        return HOLD * strayed / len(self.left) - likely.mean()

    def against(self, place: int, rows: NDArray[np.int64], answers: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
        total = len(self.vectors[place])
        if total <= self.negatives.drawn:
            return np.arange(total)
        drawn = self.random.choice(total, self.negatives.drawn, replace=False)
        return cast("NDArray[np.int64]", np.unique(np.concatenate([drawn, *self.hardest(place, rows), *answers])))

    @torch.no_grad()
    def hardest(self, place: int, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        if not self.negatives.hardest:
            return []
        left = normalize(self.messages[place][rows] @ self.left, dim=1)
        scores = left @ normalize(self.vectors[place] @ self.right, dim=1).T
        for row, message in enumerate(rows):
            scores[row, self.corpora[place].answers[message]] = -math.inf
        return [scores.topk(self.negatives.hardest, dim=1).indices.flatten().numpy()]


def _mean(sides: Sequence[Vectors]) -> Vectors:
    """Return the mean of the corpora's means, so that a large corpus is not the middle of everything."""
    return cast("Vectors", np.mean([side.mean(axis=0) for side in sides], axis=0, dtype=np.float32))
