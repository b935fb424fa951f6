"""Encoding for whole collections: the same vectors as one encoder makes, and each text encoded once ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from search.encoder.remembering import Crew, RememberingEncoder
from tests.fakes.encoder import BagOfWords

TEXTS = ["satu", "dua kata", "satu", "tiga kata panjang", "half \ud800", ""]


def test_a_crew_returns_the_rows_in_the_order_of_the_texts() -> None:
    crew = Crew([BagOfWords(), BagOfWords(), BagOfWords()])
    assert np.array_equal(crew.encode_documents(TEXTS), BagOfWords().encode_documents(TEXTS))
    assert crew.encode_queries([]).shape == (0, 32)
    assert (crew.name, crew.revision, crew.dim) == ("bag", "1", 32)


def test_a_text_is_encoded_once_and_remembered_by_the_next_process(tmp_path: Path) -> None:
    first = BagOfWords()
    vectors = RememberingEncoder(first, tmp_path / "vectors.sqlite3").encode_documents(TEXTS)
    assert first.encoded == list(dict.fromkeys(TEXTS))
    assert np.array_equal(vectors, BagOfWords().encode_documents(TEXTS))
    second = BagOfWords()
    again = RememberingEncoder(second, tmp_path / "vectors.sqlite3")
    assert np.array_equal(again.encode_documents(TEXTS), vectors)
    assert second.encoded == []
    again.encode_queries(["satu"])  # a query is another text than a document
    assert second.encoded == ["satu"]


def test_vectors_of_another_revision_are_not_taken(tmp_path: Path) -> None:
    RememberingEncoder(BagOfWords(), tmp_path / "vectors.sqlite3").encode_documents(["satu"])
    other = BagOfWords(revision="2")
    RememberingEncoder(other, tmp_path / "vectors.sqlite3").encode_documents(["satu"])
    assert other.encoded == ["satu"]


def test_no_text_is_kept(tmp_path: Path) -> None:
    RememberingEncoder(BagOfWords(), tmp_path / "vectors.sqlite3").encode_documents(["rahasia sekali"])
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"rahasia" not in kept
