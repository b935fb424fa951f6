"""The one rule that says whether a sentence tells the myth; drafts and posts are judged by it alike."""

from __future__ import annotations

import pytest

from publishing.lint import WarningCode
from publishing.lint import lint as lint_post
from verification.rules.counter_narrative import Draft, FindingKind
from verification.rules.counter_narrative import lint as lint_draft
from verification.rules.myth import tells_myth

SALT = "Minum air garam dapat menyembuhkan COVID-19"

JUDGED = [
    ("Minum air garam dapat menyembuhkan COVID-19.", SALT, True),
    ("Air garam menyembuhkan COVID-19, kata pesan itu.", SALT, True),
    ("Air garam tidak dapat menyembuhkan COVID-19.", SALT, False),
    ("Keliru bahwa minum air garam dapat menyembuhkan COVID-19.", SALT, False),
    ("COVID-19 diobati dengan istirahat dan obat dari dokter.", SALT, False),
    ("Vaksin tidak halal, kata orang.", "Vaksin tidak halal", True),
    ("Vaksin bukan halal.", "Vaksin tidak halal", True),
    ("Vaksin halal menurut majelis ulama.", "Vaksin tidak halal", False),
    ("Keliru bahwa vaksin tidak halal.", "Vaksin tidak halal", False),
    ("The vaccine does not protect children.", "The vaccine doesn’t protect children", True),
    ("The vaccine protects children.", "The vaccine doesn't protect children", False),
    ("Iced water doesn't cause cancer.", "Iced water causes cancer", False),
    ("Apa pun.", "", False),
    ("Tidak.", "Tidak", False),
]


@pytest.mark.parametrize(("sentence", "claim", "told"), JUDGED)
def test_the_rule(sentence: str, claim: str, told: bool) -> None:
    assert tells_myth(sentence, claim) is told


@pytest.mark.parametrize(("words", "told"), [(3, True), (2, False)])
def test_the_border_is_sixty_per_cent_of_the_words_that_carry_meaning(words: int, told: bool) -> None:
    claim = ["garam", "lumpur", "kapur", "tembaga", "belerang"]
    assert tells_myth(" ".join(claim[:words]), " ".join(claim)) is told


@pytest.mark.parametrize(("sentence", "claim", "told"), JUDGED)
def test_a_draft_and_a_post_that_begin_alike_are_judged_alike(sentence: str, claim: str, told: bool) -> None:
    rest = dict.fromkeys(("warning", "circulated", "why", "fact_again", "action"), "")
    draft = Draft(claim=claim, fact=sentence, sources=(), **rest)
    in_draft = FindingKind.MYTH_FIRST in {found.kind for found in lint_draft(draft, {})}
    in_post = WarningCode.MYTH_FIRST in {found.code for found in lint_post(sentence, claim=claim, repeats=tells_myth)}
    assert (in_draft, in_post) == (told, told)
