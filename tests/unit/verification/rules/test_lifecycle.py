"""The life of a case: what can happen, and that nothing else can."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.lifecycle import (
    ASSESSABLE,
    INITIAL,
    PUBLIC,
    TABLE,
    CaseEvent,
    CaseState,
    Guard,
    IllegalTransition,
    Mover,
    advance,
    events_from,
    transition,
)

S, E = CaseState, CaseEvent

MAIN_ROAD = [
    (E.TRIAGE_STARTED, S.TRIAGE),
    (E.REVIEW_OPENED, S.IN_REVIEW),
    (E.CONSENSUS_REACHED, S.CONSENSUS),
    (E.EDITORIAL_REVIEW_STARTED, S.EDITORIAL_REVIEW),
    (E.VERDICT_APPROVED, S.APPROVED),
    (E.FACT_CHECK_PUBLISHED, S.PUBLISHED),
    (E.CORRECTION_OPENED, S.UNDER_CORRECTION),
    (E.CORRECTION_PUBLISHED, S.CORRECTED),
    (E.FACT_CHECK_RETRACTED, S.RETRACTED),
    (E.CASE_REOPENED, S.IN_REVIEW),
]


def test_main_road() -> None:
    state = INITIAL
    for event, expected in MAIN_ROAD:
        state = advance(state, event)
        assert state is expected


@given(st.lists(st.sampled_from(CaseEvent), max_size=40))
def test_any_sequence_follows_the_table_and_keeps_its_promises(events: list[CaseEvent]) -> None:
    state, signed, published = INITIAL, False, False
    for event in events:
        if (state, event) not in TABLE:
            with pytest.raises(IllegalTransition):
                advance(state, event)
            continue
        proved = transition(state, event).guards
        # Whether it was published before is the service's to prove; here it is what the walk has seen.
        if (Guard.PUBLISHED_BEFORE in proved and not published) or (Guard.NEVER_PUBLISHED in proved and published):
            continue
        state = advance(state, event)
        signed = signed or event is E.VERDICT_APPROVED
        published = published or event is E.FACT_CHECK_PUBLISHED
        assert state not in PUBLIC or signed
        assert not (state in ASSESSABLE and state in PUBLIC)
        assert not (published and state is S.DECLINED)


@given(st.data())
def test_legal_walks_never_get_stuck(data: st.DataObject) -> None:
    state = INITIAL
    for _ in range(30):
        ways = [event for event in CaseEvent if (state, event) in TABLE]
        assert ways
        state = advance(state, data.draw(st.sampled_from(ways)))


def test_every_state_is_reached_and_every_event_used() -> None:
    assert {row.target for row in TABLE.values()} | {INITIAL} == set(CaseState)
    assert {event for _, event in TABLE} == set(CaseEvent)
    assert {guard for row in TABLE.values() for guard in row.guards} == set(Guard)


def test_no_way_leads_past_the_second_person() -> None:
    """Without an approved verdict no walk reaches a public state, unless it was public before."""
    reached, frontier = {INITIAL}, [INITIAL]
    while frontier:
        source = frontier.pop()
        for (state, event), row in TABLE.items():
            if state is not source or event is E.VERDICT_APPROVED or Guard.PUBLISHED_BEFORE in row.guards:
                continue
            if row.target not in reached:
                reached.add(row.target)
                frontier.append(row.target)
    assert not reached & PUBLIC


@pytest.mark.parametrize("event", [E.VERDICT_APPROVED, E.CORRECTION_PUBLISHED, E.FACT_CHECK_RETRACTED])
def test_what_binds_the_house_needs_four_eyes(event: CaseEvent) -> None:
    for state, _ in [key for key in TABLE if key[1] is event]:
        assert {Guard.APPROVER_IS_NOT_DRAFTER, Guard.NO_CONFLICT_OF_INTEREST} <= transition(state, event).guards


def test_volunteers_sign_nothing() -> None:
    for state in CaseState:
        assert not {E.VERDICT_APPROVED, E.FACT_CHECK_PUBLISHED, E.FACT_CHECK_RETRACTED} & set(
            events_from(state, Mover.VOLUNTEER)
        )
    assert events_from(S.TRIAGE, Mover.VOLUNTEER) == (E.MATCH_CONFIRMED, E.REVIEW_OPENED)


def test_volunteers_begin_an_answer_only_where_the_assessments_agree() -> None:
    begins = [state for state in CaseState if E.EDITORIAL_REVIEW_STARTED in events_from(state, Mover.VOLUNTEER)]
    assert begins == [S.CONSENSUS]


def test_missing_guards_are_named() -> None:
    way = transition(S.PUBLISHED, E.CASE_REOPENED)
    assert way.missing({Guard.HAS_NEW_EVIDENCE}) == {Guard.TWO_VERIFIERS_ASK, Guard.NO_CONFLICT_OF_INTEREST}
    assert way.missing(way.guards) == frozenset()


def test_illegal_transition_carries_its_facts() -> None:
    with pytest.raises(IllegalTransition) as caught:
        advance(S.RETRACTED, E.VERDICT_APPROVED)
    assert (caught.value.state, caught.value.event) == (S.RETRACTED, E.VERDICT_APPROVED)
    assert isinstance(caught.value, ValueError)


def test_each_illegal_pair_is_refused() -> None:
    for state, event in itertools.product(CaseState, CaseEvent):
        if (state, event) not in TABLE:
            with pytest.raises(IllegalTransition):
                transition(state, event)
