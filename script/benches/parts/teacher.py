"""A cross-encoder: it reads a message and a debunk together, begun from the weights of the bundled encoder."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from script.benches.parts import e5
from search.types import Document

MESSAGE_TOKENS = 64
DEBUNK_TOKENS = 48
BEGIN, PADDING, END = 0, 1, 2
TAUGHT_LAYERS = 6
"""The upper half; what lies below stays as it is."""
RATE = 1e-4
PASSES = 2
BATCH = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """A message, the debunk that answers it, and debunks that do not."""

    WRONG: ClassVar[int] = 3

    message: str
    right: Document
    wrong: Sequence[Document]


class Teacher:
    """Says how likely each debunk answers a message."""

    def __init__(self) -> None:
        torch.manual_seed(1)
        self.model, self.tokenizer = e5.load()
        for name, weights in self.model.named_parameters():
            layer = name.split(".")[2] if name.startswith("encoder.layer") else "-1"
            weights.requires_grad_(int(layer) >= self.model.config.num_hidden_layers - TAUGHT_LAYERS)
        self.head = torch.nn.Linear(self.model.config.hidden_size, 1)

    def learn(self, pairs: Sequence[Pair]) -> None:
        """Learn to tell the right debunk of each message from the wrong ones."""
        kept = [weights for weights in self.model.parameters() if weights.requires_grad]
        optimiser = torch.optim.AdamW(
            [{"params": kept, "lr": RATE}, {"params": self.head.parameters(), "lr": 10 * RATE}], weight_decay=0.01
        )
        steps = PASSES * -(-len(pairs) // BATCH)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, [RATE, 10 * RATE], total_steps=steps, pct_start=0.1)
        order = random.Random(1)
        self.model.train()
        for _ in range(PASSES):
            mixed = order.sample(list(pairs), len(pairs))
            for start in range(0, len(mixed), BATCH):
                batch = mixed[start : start + BATCH]
                texts = [(one.message, document) for one in batch for document in (one.right, *one.wrong)]
                found = self._scores(texts).view(len(batch), -1)
                told = torch.zeros_like(found)
                told[:, 0] = 1
                apart = cross_entropy(found, told.argmax(1)) + binary_cross_entropy_with_logits(found, told)
                torch.autograd.backward(apart)
                optimiser.step()
                optimiser.zero_grad()
                rate.step()

    @torch.no_grad()
    def read(self, message: str, documents: Sequence[Document]) -> NDArray[np.float64]:
        """Return the belief in each debunk, 0 to 1."""
        self.model.eval()
        scores = self._scores([(message, document) for document in documents])
        return torch.sigmoid(scores).double().numpy()

    def _scores(self, texts: Sequence[tuple[str, Document]]) -> torch.Tensor:
        rows = [self._ids(message, document) for message, document in texts]
        width = max(map(len, rows))
        ids = torch.tensor([row + [PADDING] * (width - len(row)) for row in rows])
        mask = ids != PADDING
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model(ids, attention_mask=mask.long()).last_hidden_state.float()
        pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return self.head(pooled)[:, 0]

    def _ids(self, message: str, document: Document) -> list[int]:
        asked = self.tokenizer.encode(f"query: {message}").ids[:MESSAGE_TOKENS]
        kept = self.tokenizer.encode(f"passage: {document.title}. {document.claim} {document.explanation}"[:600]).ids
        return [BEGIN, *asked, END, *kept[:DEBUNK_TOKENS], END]
