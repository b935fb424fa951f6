"""The text of a post: the fact first, the link always, and a warning where the myth comes first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.compose import PHRASES, Wording, compose, correction_heading
from publishing.counting import TextRule, Unit
from publishing.lint import WarningCode, lint
from verification.rules.myth import tells_myth

LINK = "https://saring.id/cn/9?v=1"
CLAIM = "Minum air es sesudah makan menyebabkan kanker"
WORDING = Wording(
    verdict="SALAH",
    title="Air es dan kanker",
    fact="Suhu air minum tidak berhubungan dengan kanker.",
    claim=CLAIM,
    why="Tubuh menyamakan suhu minuman dalam hitungan menit.",
    action="Tanyakan kepada tenaga kesehatan sebelum meneruskan.",
    change="putusan diubah dari MENYESATKAN menjadi SALAH",
)


def draft(limit: int, **values: str) -> str:
    return compose(WORDING, link=LINK, language="id", rule=TextRule(limit, Unit.GRAPHEMES), tags=["CekFakta"], **values)


def test_with_room_everything_is_said_in_the_order_of_the_handbook() -> None:
    text = draft(1000)
    order = ["SALAH: Suhu air", "Yang beredar", "Tubuh menyamakan", "Tanyakan", LINK, "#CekFakta"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


def test_with_less_room_the_reason_outlives_the_myth() -> None:
    text = draft(190)
    assert "Tubuh menyamakan" in text
    assert CLAIM not in text


@given(st.integers(min_value=45, max_value=700), st.sampled_from(["", "KOREKSI, 1 Mei 2026"]))
def test_any_draft_fits_and_keeps_verdict_and_link(limit: int, heading: str) -> None:
    if heading and limit < 70:
        return
    text = draft(limit, heading=heading)
    assert len(text) <= limit
    assert "SALAH" in text
    assert LINK in text
    assert text.startswith(heading or "SALAH")


@pytest.mark.parametrize(
    ("language", "retracted", "heading"),
    [
        ("id", False, "KOREKSI, 25 November 2026: putusan diubah dari MENYESATKAN menjadi SALAH"),
        ("id", True, "DICABUT, 25 November 2026: putusan diubah dari MENYESATKAN menjadi SALAH"),
        ("en", False, "CORRECTION, 25 November 2026: putusan diubah dari MENYESATKAN menjadi SALAH"),
    ],
)
def test_a_correction_is_dated_on_the_organisations_calendar(language: str, retracted: bool, heading: str) -> None:
    late = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
    made = correction_heading(WORDING, language=language, at=late, time_zone="Asia/Jakarta", retracted=retracted)
    assert made == heading


def test_every_language_has_every_phrase() -> None:
    assert set(PHRASES) == {"id", "en"}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("SALAH: Minum air es sesudah makan menyebabkan kanker", CLAIM),
        ("Minum air es sesudah makan menyebabkan kanker. Ini hoaks.", CLAIM),
        ("HOAKS — minum air es menyebabkan kanker sesudah makan!", CLAIM),
        ("FALSE: Drinking iced water causes cancer", "Drinking iced water causes cancer"),
        ("Vaksin tidak aman untuk anak", "Vaksin tidak aman untuk anak"),
    ],
)
def test_the_myth_first_is_warned_of(text: str, claim: str) -> None:
    assert WarningCode.MYTH_FIRST in {warning.code for warning in lint(text, claim=claim, repeats=tells_myth)}


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("SALAH: Suhu air minum tidak berhubungan dengan kanker. " + CLAIM, CLAIM),
        ("Minum air es sesudah makan tidak menyebabkan kanker.", CLAIM),
        ("FALSE: Drinking iced water does not cause cancer", "Drinking iced water causes cancer"),
        ("Vaksin ini aman untuk anak", "Vaksin tidak aman untuk anak"),
        ("", CLAIM),
    ],
)
def test_the_fact_first_is_not(text: str, claim: str) -> None:
    assert WarningCode.MYTH_FIRST not in {warning.code for warning in lint(text, claim=claim, repeats=tells_myth)}


def test_the_myth_once_is_enough_and_nobody_shouts() -> None:
    twice = f"Air es aman. “{CLAIM}”. {CLAIM}."
    assert [warning.code for warning in lint(twice, claim=CLAIM, repeats=tells_myth)] == [WarningCode.MYTH_TWICE]
    loud = "SALAH: SUHU AIR MINUM TIDAK BERHUBUNGAN DENGAN KANKER"
    assert [warning.code for warning in lint(loud, claim=CLAIM, repeats=tells_myth)] == [WarningCode.SHOUTING]


def test_what_is_composed_passes_its_own_linter() -> None:
    assert lint(draft(1000), claim=CLAIM, repeats=tells_myth) == ()


def test_a_long_reason_of_a_correction_leaves_room_for_the_fact_and_the_link() -> None:
    text = draft(300, heading="DICABUT, 24 November 2026: " + "sumber utamanya menarik kembali keterangannya, " * 30)
    assert TextRule(300, Unit.GRAPHEMES).count(text).fits
    assert text.startswith("DICABUT, 24 November 2026: sumber")
    assert "SALAH: Suhu air" in text
    assert LINK in text
