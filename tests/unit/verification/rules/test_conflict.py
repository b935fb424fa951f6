"""Who is recused: by role, by tag, and by the name in the text."""

import pytest

from verification.rules.conflict import (
    ClaimTies,
    ConflictFound,
    ConflictKind,
    Judge,
    Organisation,
    find_conflicts,
    find_name,
)

BPOM = Organisation(4, ("Badan Pengawas Obat dan Makanan", "BPOM"))
INTELLIGENCE = Organisation(5, ("Badan Intelijen Negara", "BIN"))
K = ConflictKind


@pytest.mark.parametrize(
    ("ties", "kinds"),
    [
        (ClaimTies("Air kelapa menyembuhkan flu."), []),
        (ClaimTies("Air kelapa.", reporter_ids={1}), [K.REPORTER]),
        (ClaimTies("Air kelapa.", author_ids={1, 2}), [K.AUTHOR]),
        (ClaimTies("Air kelapa.", drafter_id=1), [K.DRAFTER]),
        (ClaimTies("Air kelapa.", drafter_id=2, reporter_ids={3}), []),
        (ClaimTies("Air kelapa.", reporting_organisation_ids={4}), [K.ORGANISATION_REPORTED]),
        (ClaimTies("Kata bpom aman.", tagged_organisation_ids={4}), [K.ORGANISATION_TAGGED]),
        (ClaimTies("Kata bpom aman."), [K.ORGANISATION_NAMED]),
        (ClaimTies("Kata bpom aman.", cleared_organisation_ids={4}), []),
        (ClaimTies("Kata bpom aman.", tagged_organisation_ids={9}), [K.ORGANISATION_NAMED]),
        (ClaimTies("BPOM.", reporter_ids={1}, author_ids={1}), [K.REPORTER, K.AUTHOR, K.ORGANISATION_NAMED]),
    ],
)
def test_conflicts(ties: ClaimTies, kinds: list[ConflictKind]) -> None:
    assert [found.kind for found in find_conflicts(Judge(1, (BPOM,)), ties)] == kinds


def test_a_conflict_names_its_ground() -> None:
    found = find_conflicts(Judge(1, (INTELLIGENCE, BPOM)), ClaimTies("Surat dari B.P.O.M. beredar"))
    assert found == (ConflictFound(K.ORGANISATION_NAMED, 4, "BPOM"),)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("menurut BPOM, obat ini aman", "BPOM"),
        ("menurut B.P.O.M obat ini aman", "BPOM"),
        ("menurut B P O M obat ini aman", "BPOM"),
        ("kata bpomnya begitu", "BPOM"),
        ("kata BPOM-nya begitu", "BPOM"),
        ("kata BP\u200bOM begitu", "BPOM"),
        ("kata ＢＰＯＭ begitu", "BPOM"),
        ("badan  pengawas obat dan\nmakanan", "Badan Pengawas Obat dan Makanan"),
        ("bpommm palsu", None),
        ("badan pengawas pemilu", None),
        ("", None),
    ],
)
def test_names_whatever_the_dress(text: str, name: str | None) -> None:
    assert find_name(text, BPOM.names) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Surat BIN bocor", True),
        ("Umar bin Khattab", False),
        ("Badan intelijen negara", True),
        ("BIN: Umar bin X", True),
    ],
)
def test_names_that_are_everyday_words_need_their_capitals(text: str, found: bool) -> None:
    assert bool(find_name(text, INTELLIGENCE.names)) is found
