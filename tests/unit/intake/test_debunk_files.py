"""Files of prior debunks, as tidy as ours and as untidy as the world's."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.claim_reviews import read_claim_review
from intake.debunk_files import LONGEST_LINE, VERDICTS, BadLine, count_entries, read_debunks
from intake.debunks import ImportedDebunk, Unreadable
from verification.rules.scale import BALLOT

RECORD = {
    "id": "tbh-1",
    "title": "Air lemon menyembuhkan kanker",
    "verdict": "SALAH",
    "date": "2020-03-24",
    "url": "https://contoh.id/1",
    "explanation": "Tidak ada buktinya.",
    "category": "kesehatan",
    "source": "turnbackhoax-2021",
}
REVIEW = {
    "@type": "ClaimReview",
    "claimReviewed": "Lemon water cures cancer",
    "url": "https://contoh.id/lemon",
    "datePublished": "2019-06-05T10:00:00Z",
    "author": {"@type": "Organization", "name": "Contoh"},
    "reviewRating": {"ratingValue": "1", "bestRating": "5", "alternateName": "False"},
}


def written(folder: Path, content: str | bytes, name: str = "debunks.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*values: object) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)


def only(path: Path) -> ImportedDebunk:
    (debunk,) = read_debunks(path)
    assert isinstance(debunk, ImportedDebunk)
    return debunk


def test_a_record_keeps_its_label_link_and_house(tmp_path: Path) -> None:
    assert only(written(tmp_path, lines(RECORD))) == ImportedDebunk(
        key="tbh-1",
        title="Air lemon menyembuhkan kanker",
        claim="",
        explanation="Tidak ada buktinya.",
        original_label="SALAH",
        verdict=None,
        misinfo_type=None,
        language="id",
        published_on=date(2020, 3, 24),
        url="https://contoh.id/1",
        source_name="MAFINDO / TurnBackHoax",
        topics=("kesehatan",),
    )


def test_gzip_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    assert only(written(tmp_path, gzip.compress(lines(RECORD).encode()))).key == "tbh-1"


def test_the_seed_states_verdict_type_and_claim(tmp_path: Path) -> None:
    seed = {
        "id": "saring-1",
        "title": "Lemon",
        "claim": "Minum lemon!",
        "verdict": "false",
        "misinfo_type": "fabricated_content",
        "explanation": "Tidak.",
        "language": "id",
        "topics": ["health"],
        "source_name": "WHO",
        "source_url": "",
    }
    debunk = only(written(tmp_path, lines(seed)))
    assert (debunk.verdict, debunk.misinfo_type, debunk.claim) == ("false", "fabricated_content", "Minum lemon!")
    assert (debunk.source_name, debunk.url, debunk.topics) == ("WHO", "", ("health",))


def test_the_seed_speaks_of_the_same_verdicts_as_the_scale() -> None:
    assert set(BALLOT) == VERDICTS


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "x", "title"', "not JSON"),
        (b'{"id": "x", "title": "\xff"}', "not UTF-8 at byte"),
        (b"[1, 2]", "not an object"),
        (b'"text"', "not an object"),
        (b"id;title;verdict", "not JSON"),
        (b'{"title": "no id"}', "id is missing"),
        (b'{"id": "x", "title": "  "}', "title is missing"),
        (b'{"id": "x", "title": "\\u0000"}', "title is missing"),
        (b'{"@type": "ClaimReview"}', "claimReviewed is missing"),
        (b"[" * 100_000, "not JSON"),
        (b'{"id": "' + b"x" * 200 + b'", "title": "t"}', "id is longer"),
        (b'{"id": "' + b"x" * LONGEST_LINE + b'", "title": "t"}', "longer than"),
    ],
)
def test_a_bad_line_is_set_aside_with_number_and_reason(tmp_path: Path, line: bytes, reason: str) -> None:
    good = lines(RECORD).encode()
    before, bad, *after = read_debunks(written(tmp_path, good + line + b"\n" + good))
    assert isinstance(before, ImportedDebunk)
    assert isinstance(bad, BadLine)
    assert bad.number == 2
    assert bad.reason.startswith(reason)
    assert bad.raw.startswith(line[:20].decode(errors="backslashreplace"))
    assert isinstance(after[-1], ImportedDebunk)


def test_a_bad_first_line_does_not_hide_the_rest(tmp_path: Path) -> None:
    bad, good = read_debunks(written(tmp_path, '{"id": "x",\n' + lines(RECORD)))
    assert isinstance(bad, BadLine)
    assert isinstance(good, ImportedDebunk)


def test_a_file_that_breaks_off_says_so_after_what_it_held(tmp_path: Path) -> None:
    many = lines(*({**RECORD, "id": f"tbh-{number}", "title": f"{number * 7919}"} for number in range(2_000)))
    path = written(tmp_path, gzip.compress(many.encode())[:-200])
    *good, last = read_debunks(path)
    assert len(good) > 1_000
    assert isinstance(last, BadLine)
    assert last.number == len(good) + 1
    assert count_entries(path) == len(good)


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert list(read_debunks(written(tmp_path, ""))) == []
    assert count_entries(written(tmp_path, "\n\n")) == 2


@pytest.mark.parametrize(
    ("name", "document"),
    [
        (
            "feed",
            {"@type": "DataFeed", "dataFeedElement": [{"item": [REVIEW, None]}, {"item": None}, {"item": REVIEW}]},
        ),
        ("list", [REVIEW, None, REVIEW]),
        ("graph", {"@graph": [REVIEW, REVIEW]}),
        (
            "tools",
            {
                "claims": [
                    {
                        "text": "Lemon water cures cancer",
                        "claimReview": [
                            {
                                "publisher": {"name": "Contoh", "site": "contoh.id"},
                                "url": "https://contoh.id/lemon",
                                "reviewDate": "2019-06-05T00:00:00Z",
                                "textualRating": "False",
                            }
                        ]
                        * 2,
                    }
                ]
            },
        ),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_whole_documents_are_opened(tmp_path: Path, name: str, document: object, indent: int | None) -> None:
    first, second = read_debunks(written(tmp_path, json.dumps(document, indent=indent), f"{name}.json"))
    assert first == second
    assert isinstance(first, ImportedDebunk)
    assert first.claim == "Lemon water cures cancer"
    assert first.original_label == "False"
    assert first.published_on == date(2019, 6, 5)
    assert first.source_name == "Contoh"
    assert first.language == "en"


def test_the_historic_file_has_one_script_element_a_line(tmp_path: Path) -> None:
    line = f'<script type="application/ld+json">{json.dumps(REVIEW)}</script>\n'
    first, second = read_debunks(written(tmp_path, line * 2, "fact_checks.txt"))
    assert first == second
    assert isinstance(first, ImportedDebunk)


@pytest.mark.parametrize(
    ("rating", "label"),
    [
        ("Pants on Fire", "Pants on Fire"),
        ({"alternateName": ["Salah", "False"]}, "Salah"),
        ({"alternateName": {"@value": "KELIRU"}}, "KELIRU"),
        ({"properties": {"alternateName": "SESAT"}}, "SESAT"),
        ([{"alternateName": "False"}], "False"),
        ({"name": "Misleading", "ratingValue": 2}, "Misleading"),
        ({"ratingValue": 2, "bestRating": 5, "worstRating": 1}, "2/5"),
        ({"ratingValue": -1, "bestRating": -1, "worstRating": -1}, ""),
        ({"ratingValue": "-1"}, ""),
        ({"alternateName": "<b>False</b> &amp; old"}, "False & old"),
        (None, ""),
        (7, ""),
    ],
)
def test_a_rating_is_found_under_any_roof(rating: object, label: str) -> None:
    assert read_claim_review({**REVIEW, "reviewRating": rating}).original_label == label


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", None, ["not", "a link"], "/relative", 7])
def test_only_web_addresses_become_links(url: object) -> None:
    assert read_claim_review({**REVIEW, "url": url}).url == ""


@pytest.mark.parametrize(
    ("stated", "day"),
    [("2019-06-05", date(2019, 6, 5)), ("0001-01-01", None), ("2019-02-30", None), ("June 2019", None), (None, None)],
)
def test_a_date_is_a_day_or_nothing(stated: object, day: date | None) -> None:
    assert read_claim_review({**REVIEW, "datePublished": stated}).published_on == day


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([*REVIEW, "@value", "name"]), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*REVIEW, "itemReviewed", "headline", "inLanguage", "keywords"]), JSON))
def test_any_claim_review_is_read_or_refused_by_name(node: dict[str, object]) -> None:
    try:
        debunk = read_claim_review(node)
    except Unreadable:
        return
    assert debunk.title
    assert len(debunk.key) < 160
    json.dumps([debunk.title, debunk.claim, debunk.explanation], ensure_ascii=False).encode()
