"""Verdicts, types, tags, and how other houses' ratings are read."""

import pytest

from verification.rules.scale import (
    BALLOT,
    LEVELS,
    READINGS,
    MisinfoType,
    NumericRating,
    Tag,
    Veracity,
    fold_label,
    read_rating,
    reads_as,
)


def test_levels_and_claim_review_values() -> None:
    assert [verdict.level for verdict in Veracity] == [0, 1, 1, 2, None, None]
    assert [verdict.claim_review_value for verdict in Veracity] == [1, 3, 3, 5, None, None]
    assert [reads_as(level).level for level in range(LEVELS)] == [0, 1, 2]
    assert Veracity.NOT_CHECKABLE not in BALLOT


def test_seven_types() -> None:
    assert len(MisinfoType) == 7


def test_every_row_of_the_table_is_reachable_and_read_as_it_says() -> None:
    assert len({reading.label for reading in READINGS}) == len(READINGS)
    for reading in READINGS:
        assert fold_label(reading.label) == reading.label
        rating = read_rating(f"  [{reading.label.upper()}] ")
        assert (rating.veracity, rating.misinfo_type) == (reading.veracity, reading.misinfo_type)


@pytest.mark.parametrize(
    ("label", "veracity"),
    [
        ("[SALAH]", Veracity.FALSE),
        ("Pants on Fire!", Veracity.FALSE),
        ("Half-True", Veracity.PARTLY_TRUE),
        ("SESAT", Veracity.MISLEADING),
        ("Belum  Terbukti", Veracity.UNPROVEN),
        ("False Context", None),
        ("Klarifikasi", None),
        ("Four Pinocchios", None),
        ("", None),
    ],
)
def test_labels_of_other_houses(label: str, veracity: Veracity | None) -> None:
    rating = read_rating(label)
    assert rating.label == label
    assert rating.veracity is veracity


def test_tags_come_along() -> None:
    assert read_rating("PENIPUAN").tags == {Tag.SCAM}
    assert read_rating("Benar").tags == frozenset()


@pytest.mark.parametrize(
    ("value", "worst", "best", "veracity"),
    [
        (1, 1, 5, Veracity.FALSE),
        (1.8, 1, 5, Veracity.FALSE),
        (2, 1, 5, Veracity.MISLEADING),
        (3, 1, 5, Veracity.PARTLY_TRUE),
        (4.1, 1, 5, Veracity.PARTLY_TRUE),
        (4.2, 1, 5, Veracity.TRUE),
        (9, 1, 5, Veracity.TRUE),
        (-3, 1, 5, Veracity.FALSE),
        (-1, -1, -1, None),
        (float("nan"), float("nan"), 1, None),
    ],
)
def test_number_decides_only_without_a_known_label(value: float, worst: float, best: float, veracity: Veracity) -> None:
    numeric = NumericRating(value, worst, best)
    assert read_rating("some house's own word", numeric).veracity is veracity
    assert read_rating("Benar", numeric).veracity is Veracity.TRUE
