"""The ranking: trees equal to LightGBM's, reasons with every hit, and no answer claimed beside another adapter."""

from __future__ import annotations

import logging
from dataclasses import replace

import lightgbm
import numpy as np
import pytest

from search import weights
from search.adapter import Adapter
from search.folding import fold
from search.ranking import Ranker
from search.ranking.decision import CONTEXT, context
from search.ranking.features import FEATURES, retrieval_features
from search.ranking.frequencies import Background, NoFrequencies, weigh
from search.ranking.model import RankingModel
from search.ranking.ranker import describe
from search.ranking.texts import read_document
from search.ranking.trees import Forest, from_lightgbm
from search.types import Candidate, Document, Folded, Outcome, Retriever

QUERY = "AWAS!! Vaksin polio berbahaya untuk bayi, sebarkan ke semua grup"


def candidate(key: str, title: str, strength: float, explanation: str = "") -> Candidate:
    return Candidate(
        Document(key, title, explanation),
        Folded(fold(title), "", fold(explanation)),
        dense=0.7 + 0.2 * strength,
        adapted=strength,
        words=20 * strength or None,
        grams=60 * strength or None,
    )


RIGHT = candidate("right", "Vaksin Polio Berbahaya untuk Bayi", 0.9)
OTHERS = [
    candidate("near", "Polio Mewabah Lagi di Aceh", 0.3),
    candidate("far", "Gempa Guncang Pacitan", 0.0),
    candidate("farther", "Lowongan Kerja Kereta Api", 0.1),
]


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker.bundled()


def test_the_answer_comes_first_with_its_reasons(ranker: Ranker) -> None:
    hits = ranker.rank(QUERY, [*OTHERS, RIGHT], limit=10)
    assert [hits[0].document.key, len(hits)] == ["right", 4]
    assert hits[0].outcome is Outcome.ANSWERED
    assert hits[0].passage.startswith("Vaksin polio berbahaya")
    assert set(hits[0].terms) == {"vaksin", "polio", "berbahaya", "bayi"}
    assert hits[0].retrievers == tuple(Retriever)
    assert Retriever.WORDS not in next(hit for hit in hits if hit.document.key == "far").retrievers
    assert [hit.probability for hit in hits] == sorted((hit.probability for hit in hits), reverse=True)


def test_a_difference_takes_the_answer_back(ranker: Ranker) -> None:
    hits = ranker.rank(QUERY.replace("berbahaya", "tidak berbahaya"), [*OTHERS, RIGHT], limit=1)
    assert hits[0].outcome is Outcome.SUGGESTED
    assert [difference.kind for difference in hits[0].differences] == ["negation"]


def test_thresholds_of_another_adapter_claim_nothing_and_say_so(caplog: pytest.LogCaptureFixture) -> None:
    other = replace(Adapter.bundled(), model_id="another")
    with caplog.at_level(logging.ERROR):
        ranker = Ranker.load(weights.RANKING, other)
    assert not ranker.calibrated
    assert "nothing will be called answered" in caplog.text
    assert ranker.rank(QUERY, [*OTHERS, RIGHT], limit=1)[0].outcome is Outcome.SUGGESTED


@pytest.mark.parametrize("text", ["", "🔥", "x", "москва", "a" * 10_000])
def test_any_text_has_an_order(ranker: Ranker, text: str) -> None:
    assert len(ranker.rank(text, [RIGHT, *OTHERS], limit=2)) == 2
    assert ranker.rank(text, [], limit=2) == ()
    assert ranker.rank(text, [RIGHT], limit=0) == ()


def test_words_alone_are_enough_to_rank(ranker: Ranker) -> None:
    without = [replace(one, dense=None, adapted=None) for one in (RIGHT, *OTHERS)]
    assert ranker.rank(QUERY, without, limit=1)[0].document.key == "right"


def test_those_who_ask_for_more_than_the_short_list_get_it(ranker: Ranker) -> None:
    many = [candidate(str(number), f"Judul nomor {number}", number / 200) for number in range(150)]
    hits = ranker.rank(QUERY, many, limit=100)
    assert len({hit.document.key for hit in hits}) == 100


def test_the_order_of_the_candidates_does_not_matter(ranker: Ranker) -> None:
    one = ranker.rank(QUERY, [RIGHT, *OTHERS], limit=4)
    other = ranker.rank(QUERY, [*reversed(OTHERS), RIGHT], limit=4)
    assert [hit.document.key for hit in one] == [hit.document.key for hit in other]
    assert [hit.probability for hit in one] == pytest.approx([hit.probability for hit in other], abs=1e-3)


def test_every_feature_has_a_name_and_is_a_number() -> None:
    rows = describe(QUERY, [RIGHT, *OTHERS], Background(0, {}), NoFrequencies()).rows
    assert rows.shape == (4, len(FEATURES))
    assert np.isfinite(rows).all()
    assert retrieval_features([]).shape[0] == 0


def test_a_rare_word_weighs_more_and_an_unknown_one_most() -> None:
    background = Background(100, {weights.hash_of("polio"): 2, weights.hash_of("video"): 60})
    found = weigh(["polio", "video", "unheard"], background, NoFrequencies())
    assert found["unheard"] == pytest.approx(1.0)
    assert found["video"] < found["polio"] < found["unheard"]


def test_a_debunk_of_the_same_hoax_is_no_rival() -> None:
    twins = [
        read_document(Folded(title)) for title in ("vaksin polio mandul", "vaksin polio mandul bayi", "gempa palu")
    ]
    rows = context(np.array([2.0, 1.9, 0.5]), twins)
    lead, over_others = (rows[0, CONTEXT.index(name)] for name in ("lead", "lead_over_others"))
    assert (lead, over_others) == pytest.approx((0.1, 1.5), abs=1e-5)


def test_the_trees_say_what_lightgbm_says() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(500, 6)).astype(np.float32)
    target = rows[:, 0] * rows[:, 1] + (rows[:, 2] > 0.3)
    settings = {"verbosity": -1, "num_leaves": 9, "num_threads": 1, "bagging_fraction": 0.6, "bagging_freq": 1}
    boosters = [
        lightgbm.train(
            {**settings, "seed": seed, "bagging_fraction": 0.6, "bagging_freq": 1}, lightgbm.Dataset(rows, target), 20
        )
        for seed in (1, 2)
    ]
    forest = from_lightgbm([booster.dump_model() for booster in boosters])
    expected = np.mean([booster.predict(rows) for booster in boosters], axis=0)
    assert forest.score(rows) == pytest.approx(expected, abs=1e-9)
    stored = Forest.from_arrays(forest.arrays())
    assert stored.score(rows) == pytest.approx(expected, abs=1e-5)
    assert forest.score(rows[:0]).shape == (0,)


def test_the_shipped_model_belongs_to_the_shipped_adapter_and_to_this_code() -> None:
    model = RankingModel.load(weights.RANKING)
    assert model.fits(Adapter.bundled().fingerprint)
    assert not model.fits("another")
    assert 0.2 <= model.decision.suggested_from < model.decision.answered_from < 1
