"""The adapter: unit vectors out, the same file the same name, and a transform that training makes better."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search.adapter import Adapter
from search.adapter.training import Corpus, Negatives, train


def made(seed: int = 0, dim: int = 8) -> Adapter:
    random = np.random.default_rng(seed)
    parts = [random.normal(size=shape).astype(np.float32) for shape in ((dim,), (dim, dim), (dim,), (dim, dim))]
    return Adapter("model", *parts)


def test_rows_come_out_at_unit_length_and_shapes_are_kept() -> None:
    adapter = made()
    vectors = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
    assert np.allclose(np.linalg.norm(adapter.document(vectors), axis=1), 1, atol=1e-5)
    assert adapter.query(vectors[0]).shape == (8,)
    assert np.allclose(adapter.query(vectors)[2], adapter.query(vectors[2]), atol=1e-5)


def test_a_saved_adapter_is_the_same_adapter(tmp_path: Path) -> None:
    adapter = made()
    adapter.save(tmp_path / "adapter.npz")
    loaded = Adapter.load(tmp_path / "adapter.npz")
    assert (loaded.fingerprint, loaded.model_id) == (adapter.fingerprint, "model")
    assert made(seed=2).fingerprint != adapter.fingerprint


def test_what_is_no_adapter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "adapter.npz").write_bytes(b"not an archive")
    with pytest.raises((OSError, ValueError)):
        Adapter.load(tmp_path / "adapter.npz")


def test_training_learns_which_direction_matters() -> None:
    """Half of each vector is the topic, half is noise that differs between a message and its debunk."""
    random = np.random.default_rng(3)
    topics = random.normal(size=(200, 8))

    def noisy() -> np.ndarray:
        rows = np.hstack([topics, 2 * random.normal(size=(200, 8))]).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    messages, vectors = noisy(), noisy()
    answers = [np.array([row]) for row in range(200)]

    def right(left: np.ndarray, other: np.ndarray) -> float:
        return float(((left @ other.T).argmax(axis=1) == np.arange(200)).mean())

    trained = train([Corpus(messages, vectors, answers)] * 20, model_id="model", seed=1)
    assert right(trained.query(messages), trained.document(vectors)) > right(messages, vectors)


def test_the_hardest_wrong_debunk_of_each_message_is_held_against_it() -> None:
    """Each message has a lure that is like it in all but the topic; no lure answers another message."""
    random = np.random.default_rng(5)
    topics, looks = random.normal(size=(2, 100, 8)).astype(np.float32)
    others, lures = random.normal(size=(2, 100, 8)).astype(np.float32)
    messages = np.hstack([topics, looks])
    vectors = np.concatenate([np.hstack([topics, others]), np.hstack([lures, looks])])
    corpus = Corpus(messages, vectors, [np.array([row]) for row in range(100)])

    def right(negatives: Negatives) -> float:
        trained = train([corpus] * 60, model_id="model", seed=1, negatives=negatives)
        nearest = (trained.query(messages) @ trained.document(vectors).T).argmax(axis=1)
        return float((nearest == np.arange(100)).mean())

    assert right(Negatives(drawn=0, hardest=2)) > right(Negatives(drawn=0)) + 0.1
