"""Addresses and names as they are stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.errors import BadEmail, BadName
from accounts.people import NAME_LIMIT, fold_email, tidy_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Siti@Example.ORG ", "siti@example.org"),
        ("a.b+c@sub.example.co.id", "a.b+c@sub.example.co.id"),
        ("x@localhost", "x@localhost"),
    ],
)
def test_an_address_is_folded(typed: str, stored: str) -> None:
    assert fold_email(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@",
        "@b",
        "a b@c.d",
        "a@b@c",
        "a@.b",
        "a@b..c",
        "a\0@b.c",
        "a\n@b.c",
        "x" * 65 + "@b.c",
        "a@" + "b" * 253,
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadEmail):
        fold_email(typed)


@given(st.emails())
def test_folding_an_address_twice_changes_nothing_more(address: str) -> None:
    try:
        once = fold_email(address)
    except BadEmail:
        return
    assert fold_email(once) == once


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("  Siti   Rahma ", "Siti Rahma"), ("I Gusti Ngurah", "I Gusti Ngurah"), ("Ṣāliḥ", "Ṣāliḥ"), ("ꦱꦶꦠꦶ", "ꦱꦶꦠꦶ")],
)
def test_a_name_is_tidied(typed: str, stored: str) -> None:
    assert tidy_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "   ", "Siti\0", "Si\u202eti", "Si\u200bti", "x" * (NAME_LIMIT + 1), "\ud800"])
def test_what_is_no_name_is_refused(typed: str) -> None:
    with pytest.raises(BadName):
        tidy_name(typed)
