"""Urgency: bounded, monotone, and each point with its reason."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.topics import HarmTopic, TopicHit, find_topics
from verification.rules.triage import CaseSignals, TriageSignal, triage

QUIET = CaseSignals(reports=1, reports_in_window=0, reach=0, topics=(), age_seconds=0.0)
S = TriageSignal


def test_a_quiet_case_has_no_reasons() -> None:
    assert triage(QUIET).score == 0
    assert triage(QUIET).reasons == ()


@pytest.mark.parametrize(
    ("change", "signal", "points", "value"),
    [
        ({"reports": 8}, S.DEMAND, 10.0, 8.0),
        ({"reports": 64}, S.DEMAND, 20.0, 64.0),
        ({"reports": 10_000}, S.DEMAND, 20.0, 10_000.0),
        ({"reports_in_window": 5}, S.VELOCITY, 7.5, 5.0),
        ({"reach": 1000}, S.REACH, 7.5, 1000.0),
        ({"topics": (TopicHit(HarmTopic.HEALTH, ("vaksin",)),)}, S.HARM, 25.0, 1.0),
        ({"topics": (TopicHit(HarmTopic.MONEY, ("undian",)),)}, S.HARM, 20.0, 1.0),
        ({"age_seconds": 36 * 3600.0}, S.AGE, 5.0, 36 * 3600.0),
        ({"missing_votes": 1}, S.NEAR_CONSENSUS, 10.0, 1.0),
        ({"missing_votes": 3}, S.NEAR_CONSENSUS, 10.0 / 3, 3.0),
        ({"known_score": 0.875}, S.SIMILARITY, 2.5, 0.875),
    ],
)
def test_each_reason(change: dict[str, object], signal: TriageSignal, points: float, value: float) -> None:
    (reason,) = triage(replace(QUIET, **change)).reasons  # type: ignore[arg-type]
    assert (reason.signal, reason.value) == (signal, value)
    assert reason.points == pytest.approx(points)


@pytest.mark.parametrize("change", [{"missing_votes": 0}, {"missing_votes": 4}, {"known_score": 0.75}, {"reports": 0}])
def test_no_reason_at_the_border(change: dict[str, object]) -> None:
    assert triage(replace(QUIET, **change)).reasons == ()  # type: ignore[arg-type]


signals = st.builds(
    CaseSignals,
    reports=st.integers(0, 10**5),
    reports_in_window=st.integers(0, 10**4),
    reach=st.integers(0, 10**9),
    topics=st.sampled_from([(), find_topics("vaksin dan pemilu")]),
    age_seconds=st.floats(0, 1e8),
    missing_votes=st.none() | st.integers(0, 50),
    known_score=st.none() | st.floats(0, 1),
)


@given(signals)
def test_the_score_is_the_sum_of_its_reasons_and_at_most_a_hundred(case: CaseSignals) -> None:
    urgency = triage(case)
    assert 0 <= urgency.score <= 100 + 1e-9
    assert urgency.score == pytest.approx(sum(reason.points for reason in urgency.reasons))
    assert [r.points for r in urgency.reasons] == sorted((r.points for r in urgency.reasons), reverse=True)


@given(signals)
def test_more_reports_never_make_a_case_less_urgent(case: CaseSignals) -> None:
    assert triage(replace(case, reports=case.reports + 1)).score >= triage(case).score - 1e-9


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Vaksinasi massal dibatalkan", [HarmTopic.HEALTH]),
        ("Penyuntikan divaksin ulang", [HarmTopic.HEALTH]),
        ("Gempa besar dan tsunami besok malam", [HarmTopic.DISASTER]),
        ("KPU ubah surat suara pilpres", [HarmTopic.ELECTION]),
        ("Undian berhadiah dari bank", [HarmTopic.MONEY]),
        ("Bantuan langsung tunai cair untuk korban banjir", [HarmTopic.DISASTER, HarmTopic.MONEY]),
        ("Earthquake warning for the election day", [HarmTopic.DISASTER, HarmTopic.ELECTION]),
        ("Artis ini menikah lagi", []),
        ("", []),
        ("aidsan obatan", []),
    ],
)
def test_topics(text: str, topics: list[HarmTopic]) -> None:
    assert [hit.topic for hit in find_topics(text)] == topics


def test_a_topic_shows_its_words_once() -> None:
    (hit,) = find_topics("Vaksin, VAKSIN dan kuota gratis bagi yang divaksin")[:1]
    assert hit == TopicHit(HarmTopic.HEALTH, ("vaksin", "divaksin"))
