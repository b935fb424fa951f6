"""Any model that sentence-transformers can load, by hub id or local folder. This imports torch: seconds, 400 MB."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from search.encoder.port import ENCODED_CHARACTERS, Matrix

E5_PROMPTS = {"query": "query: ", "document": "passage: "}
"""What the e5 family was trained with, and does not always say in its configuration."""

HASHED_BYTES = 1 << 20
"""Of each file of a local model so many bytes at either end name its revision, with its length."""


class SentenceEncoder:
    """A sentence-transformers model with its own prompts."""

    def __init__(self, name: str, *, threads: int = 1, model: SentenceTransformer | None = None) -> None:
        torch.set_num_threads(threads)
        self._model = model or SentenceTransformer(name, device="cpu")
        self.name = name
        if not any(self._model.prompts.values()) and "e5" in Path(name).name.lower().replace("_", "-").split("-"):
            self._model.prompts = dict(E5_PROMPTS)
        self.revision = _revision(name, self._model)
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode_queries(self, texts: Sequence[str]) -> Matrix:
        return self._unit(self._model.encode_query(self._readable(texts), show_progress_bar=False))

    def encode_documents(self, texts: Sequence[str]) -> Matrix:
        return self._unit(self._model.encode_document(self._readable(texts), show_progress_bar=False))

    def _unit(self, vectors: object) -> Matrix:
        found = np.asarray(vectors, np.float32).reshape(-1, self.dim)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        unit: Matrix = np.divide(found, length, out=np.zeros_like(found), where=length > 0)
        return unit

    def _readable(self, texts: Sequence[str]) -> list[str]:
        return [text[:ENCODED_CHARACTERS].encode("utf-8", "ignore").decode("utf-8") for text in texts]


def _revision(name: str, model: SentenceTransformer) -> str:
    """Return what tells one state of a model from the next: the hub's commit, or a digest of a local folder."""
    folder = Path(name)
    if folder.is_dir():
        return _digest(folder)
    commit = getattr(getattr(model[0], "config", None), "_commit_hash", None)
    return str(commit or "unknown")


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder)}:{size}:".encode())
            digest.update(file.read(HASHED_BYTES))
            file.seek(max(0, size - HASHED_BYTES))
            digest.update(file.read(HASHED_BYTES))
    return digest.hexdigest()[:16]
