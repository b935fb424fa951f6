"""The linter of counter-narratives, on texts as people write them."""

from dataclasses import replace

import pytest

from verification.rules.counter_narrative import Draft, Finding, FindingKind, Part, lint, lix

GOOD = Draft(
    claim="Minum air garam dapat menyembuhkan COVID-19",
    fact="COVID-19 diobati dengan istirahat dan obat dari dokter. Garam hanya memberi rasa.",
    warning="Beredar pesan yang keliru tentang air garam.",
    circulated="Pesan menyuruh orang berkumur.",
    why="Pesan itu menyalin saran lama untuk sakit tenggorokan. Rasa lega bukan berarti sembuh.",
    fact_again="Virus hidup di dalam sel. Air garam tidak sampai ke sana.",
    action="Tanyakan kepada petugas puskesmas sebelum minum apa pun.",
    sources=("https://who.int/covid",),
)
K = FindingKind


def kinds(draft: Draft, limits: dict[str, int] | None = None) -> list[FindingKind]:
    return [finding.kind for finding in lint(draft, limits or {})]


def test_a_good_text_passes() -> None:
    assert lint(GOOD, {"bluesky": 3000}) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"sources": ()}, [K.MISSING_SOURCE]),
        ({"sources": ("  ",)}, [K.MISSING_SOURCE]),
        ({"sources": ("https://who.int", "kata dokter")}, [K.BAD_SOURCE]),
        ({"sources": ("javascript:alert(1)",)}, [K.BAD_SOURCE]),
        ({"sources": ("http://[",)}, [K.BAD_SOURCE]),
        ({"action": "  "}, [K.MISSING_PART]),
        ({"warning": ""}, [K.MISSING_PART]),
        ({"circulated": "Minum air garam menyembuhkan COVID-19."}, []),
        ({"warning": "Ada pesan tentang air garam."}, [K.NO_WARNING_BEFORE_MYTH]),
        ({"fact": "Minum air garam dapat menyembuhkan COVID-19. Begitu isi pesan."}, [K.MYTH_FIRST]),
        ({"fact": "Air garam tidak dapat menyembuhkan COVID-19."}, []),
        ({"why": "Minum air garam menyembuhkan COVID-19, katanya."}, []),
        (
            {
                "why": "Minum air garam menyembuhkan COVID-19, katanya.",
                "fact_again": "Minum air garam menyembuhkan COVID-19 itu kabar lama.",
            },
            [K.MYTH_REPEATED],
        ),
        ({"why": " ".join(["kata"] * 25) + "."}, []),
        ({"why": " ".join(["kata"] * 26) + "."}, [K.LONG_SENTENCE]),
    ],
)
def test_findings(change: dict[str, object], expected: list[FindingKind]) -> None:
    assert kinds(replace(GOOD, **change)) == expected  # type: ignore[arg-type]


def test_a_denied_claim_is_no_myth_when_affirmed() -> None:
    draft = replace(GOOD, claim="Vaksin tidak halal", fact="Vaksin halal menurut majelis ulama.")
    assert K.MYTH_FIRST not in kinds(draft)
    assert K.MYTH_FIRST in kinds(replace(draft, fact="Vaksin tidak halal, kata orang."))
    assert K.MYTH_FIRST not in kinds(replace(draft, fact="Keliru bahwa vaksin tidak halal."))


def test_too_long_for_a_channel() -> None:
    whole = (GOOD.fact, GOOD.warning, GOOD.circulated, GOOD.why, GOOD.fact_again, GOOD.action)
    length = sum(len(part) for part in whole) + 5
    assert kinds(GOOD, {"bluesky": length}) == []
    assert lint(GOOD, {"bluesky": length - 1, "page": 10_000}) == (
        Finding(K.TOO_LONG, None, length, length - 1, "bluesky"),
    )


HARD = (
    "Ketidakbertanggungjawaban penyelenggaraan penanggulangan kebencanaan mengakibatkan ketidakpercayaan masyarakat. "
)


def test_hard_words_are_found_by_lix() -> None:
    draft = replace(GOOD, claim="x", fact=HARD * 2, warning="Awas hoaks. " + HARD, why=HARD, fact_again=HARD)
    (finding,) = lint(draft, {})
    assert finding.kind is K.HARD_TO_READ
    assert finding.value > finding.limit == 60.0
    assert lint(replace(draft, language="en"), {})[0].limit == 50.0


def test_lix_is_bjornssons() -> None:
    # Ten words, two sentences, two words of more than six letters: 10 / 2 + 100 * 2 / 10.
    assert lix("Ibu minum teh hangat pagi. Kemudian beliau menonton siaran lama.") == pytest.approx(5 + 20)
    assert lix(" … ") is None


def test_only_missing_parts_and_sources_block() -> None:
    assert {kind for kind in FindingKind if kind.blocks} == {K.MISSING_PART, K.MISSING_SOURCE, K.BAD_SOURCE}


def test_an_empty_draft_is_told_what_is_missing() -> None:
    empty = Draft("", "", "", "", "", "", "", ())
    assert [finding.part for finding in lint(empty, {})] == [
        Part.FACT,
        Part.WARNING,
        Part.CIRCULATED,
        Part.WHY,
        Part.FACT_AGAIN,
        Part.ACTION,
        Part.SOURCES,
    ]
