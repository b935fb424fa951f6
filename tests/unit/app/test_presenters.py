"""What pages say: borders of likeness, the road of a report, cuts at words, verdicts that are on no scale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app import i18n
from app.presenters.hits import LIKENESS_LEVELS, LIKENESS_STEPS, hit_view, likeness_view
from app.presenters.tracking import is_settled, road, state_words
from app.presenters.verdicts import verdict_view, verdict_views
from app.presenters.words import excerpt
from app.web.language import without_language
from search.types import Document, Hit, Outcome, Retriever
from verification.rules.lifecycle import CaseState
from verification.rules.scale import Veracity

HIT = Hit(Document("1", "Telur plastik"), 0.9, Outcome.SUGGESTED, "", (), (Retriever.DENSE, Retriever.WORDS))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("words")
    i18n.install(app)
    with app.test_request_context("/?lang=en"):
        yield


def test_likeness_changes_at_its_borders_and_nowhere_else() -> None:
    assert [likeness_view(step).level for step in (0.0, *LIKENESS_STEPS, 1.0)] == [1, 2, 3, 4, 5, LIKENESS_LEVELS]
    assert [likeness_view(step - 0.001).level for step in LIKENESS_STEPS] == [1, 2, 3, 4]
    assert len({likeness_view(level / 5 + 0.1).word for level in range(5)}) == LIKENESS_LEVELS


def test_of_what_is_hardly_alike_nobody_is_told_that_it_means_the_same() -> None:
    found = {
        probability: hit_view(replace(HIT, probability=probability)).means for probability in (0.1, 0.39, 0.4, 0.9)
    }
    assert [sentence for sentence in found.values() if "means the same" in sentence] == [found[0.4], found[0.9]]
    by_meaning = hit_view(replace(HIT, probability=0.1, retrievers=(Retriever.DENSE,))).means
    assert by_meaning == "It is about something like it."


@pytest.mark.parametrize("state", CaseState)
def test_every_state_has_words_and_one_place_on_the_road(state: CaseState) -> None:
    heading, explanation = state_words(state)
    assert heading
    assert explanation
    stages = [step.stage for step in road(state)]
    assert stages == sorted(stages, key=["done", "now", "ahead"].index)
    assert stages.count("now") == (0 if is_settled(state) else 1)
    if is_settled(state):
        assert set(stages) == {"done"}


def test_the_scale_is_shown_whole_and_told_apart_without_colour() -> None:
    views = verdict_views()
    assert {view.id for view in views} == set(Veracity)
    assert len({view.icon for view in views}) == len({view.word for view in views}) == len(views)


@pytest.mark.parametrize(("label", "word"), [("Klarifikasi", "KLARIFIKASI"), ("", "SEE EXPLANATION")])
def test_a_label_from_another_scale_keeps_its_word(label: str, word: str) -> None:
    view = verdict_view("", label=label)
    assert (view.id, view.word) == ("", word)


@given(st.text(), st.integers(min_value=10, max_value=200))
def test_an_excerpt_is_never_longer_than_asked_and_begins_the_text(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert len(cut) <= limit + 1
    assert " ".join(text.split()).startswith(cut.removesuffix("…"))


@pytest.mark.parametrize(
    ("path", "without"),
    [("/cari?lang=en", "/cari"), ("/cari?q=a+b&lang=en", "/cari?q=a+b"), ("/", "/"), ("/cari?q=lang", "/cari?q=lang")],
)
def test_a_language_in_the_address_is_dropped(path: str, without: str) -> None:
    assert without_language(path) == without
