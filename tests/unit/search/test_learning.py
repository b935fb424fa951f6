"""What is learned from and what it is measured on: split by debunk and time, compared fairly, described in figures."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

import numpy as np
import pytest

from search.learning.comparing import CERTAINTY, WHAT_SERVES, Comparison, NotBetter, reciprocal_rank
from search.learning.links import Body, Link, Question, body_of_links, fingerprint
from search.learning.splits import FOLDS, UNDATED_FOLD, Place, cut, is_later, latest, places
from search.learning.training import held_in_time
from search.ranking.decision import STATED_PRECISION
from search.ranking.model import Memory
from search.ranking.training import RESERVE, safe_threshold, threshold
from search.types import Document

DOCUMENTS = [Document("d1", "Satu"), Document("d2", "Dua")]


def test_messages_are_gathered_from_links_and_rejections_only_deny() -> None:
    links = [
        Link("m", "d1", confirmed=True, decided_on=date(2026, 2, 1)),
        Link("m", "d2", confirmed=True, decided_on=date(2026, 1, 1)),
        Link("other", "d2", confirmed=False),
        Link("m", "unknown", confirmed=True),
    ]
    body = body_of_links("own", links, DOCUMENTS)
    assert body.questions == (Question("m", frozenset({"d1", "d2"}), date(2026, 1, 1)),)


def test_the_fingerprint_names_the_data_whatever_its_order() -> None:
    first, second = Question("a", frozenset({"d1", "d2"}), None), Question("b", frozenset({"d2"}), None)

    def named(*questions: Question) -> str:
        return fingerprint([Body("name", tuple(DOCUMENTS), questions)])

    assert named(first, second) == named(second, first)
    assert named(first, second) != named(first)
    assert named(first) != named(dataclasses.replace(first, answers=frozenset({"d1"})))


def test_messages_that_share_a_debunk_over_others_stay_together() -> None:
    chain = [Question(f"m{at}", frozenset({f"d{at:03}", f"d{at + 1:03}"}), None) for at in range(60)]
    assert len({place.fold for place in places(chain)}) == 1
    apart = [Question(f"m{at}", frozenset({f"d{at}"}), None) for at in range(200)]
    assert {place.fold for place in places(apart)} == set(range(FOLDS))


def test_a_group_is_as_late_as_its_latest_message() -> None:
    early, late = date(2020, 1, 1), date(2024, 1, 1)
    questions = [
        Question("a", frozenset({"d1"}), early),
        Question("b", frozenset({"d1", "d2"}), late),
        Question("c", frozenset({"d3"}), early),
    ]
    assert [place.day for place in places(questions)] == [late, late, early]


def test_the_later_side_is_the_latest_share_of_the_dated_and_one_fold_of_the_rest() -> None:
    dated = [Place(0, date(2020, 1, day)) for day in range(1, 11)]
    first = cut(dated, share=0.2)
    assert [is_later(place, first) for place in dated] == [False] * 8 + [True] * 2
    assert [is_later(Place(fold, None), first) for fold in range(FOLDS)] == [
        fold == UNDATED_FOLD for fold in range(FOLDS)
    ]
    assert cut([Place(1, None)]) is None
    assert is_later(Place(UNDATED_FOLD, None), None)


def test_the_latest_are_dated_and_none_is_where_nothing_is() -> None:
    found = [*(Place(0, date(2020, 1, day)) for day in range(1, 11)), Place(UNDATED_FOLD, None)]
    assert latest(found) == [False] * 8 + [True] * 2 + [False]
    assert latest([Place(UNDATED_FOLD, None)]) == [False]


def later_is_harder(messages: int) -> tuple[list[Place], np.ndarray, np.ndarray]:
    """Messages of which the later ones are less often right for the same probability, as those of 2024 were."""
    random = np.random.default_rng(5)
    age = np.linspace(0, 1, messages)
    chances = random.uniform(0.5, 1, messages)
    right = random.uniform(size=messages) > (1 - chances) * np.where(age < 0.6, 0.6, 1.4)
    return [Place(at % FOLDS, date(2020, 1, 1) + timedelta(days=at)) for at in range(messages)], chances, right


def test_a_threshold_that_minds_the_latest_keeps_its_promise_later() -> None:
    found, chances, right = later_is_harder(4_000)
    late = np.array(latest(found))
    blind = threshold(chances, right, STATED_PRECISION + RESERVE)
    assert right[late & (chances >= blind)].mean() < STATED_PRECISION
    assert safe_threshold(chances, right, late) > blind
    held = held_in_time(found, chances, right)
    assert held is not None
    assert held.messages == late.sum()
    assert held.decision.answered_precision >= STATED_PRECISION
    assert held_in_time([Place(0, None)] * 3, chances[:3], right[:3]) is None


def test_what_was_learned_from_is_remembered_by_hash_with_its_rank() -> None:
    memory = Memory.of(["sebuah pesan", "pesan lain", "half \ud800"], [1.0, 0.25, 0.5])
    assert memory.reciprocal_rank("pesan lain") == 0.25
    assert memory.reciprocal_rank("half \ud800") == 0.5
    assert memory.reciprocal_rank("yang tidak dikenal") is None
    assert Memory.of([], []).reciprocal_rank("apa pun") is None
    assert memory.messages.dtype == np.uint32


@pytest.mark.parametrize(
    ("after", "certainty", "is_better"),
    [(0.81, CERTAINTY, True), (0.81, CERTAINTY - 0.01, False), (0.8, 1.0, False), (0.7, 0.0, False)],
)
def test_only_what_is_ahead_beyond_chance_is_better(after: float, certainty: float, *, is_better: bool) -> None:
    comparison = Comparison(WHAT_SERVES, messages=500, unseen=500, before=0.8, after=after, certainty=certainty)
    if is_better:
        comparison.demand_better()
        return
    with pytest.raises(NotBetter) as refused:
        comparison.demand_better()
    assert refused.value.facts == {"before": 0.8, "after": after, "certainty": certainty}


def test_a_reciprocal_rank_is_that_of_the_first_answer() -> None:
    assert reciprocal_rank(["a", "b", "c"], frozenset({"b", "c"})) == 0.5
    assert reciprocal_rank(["a"], frozenset({"z"})) == 0
