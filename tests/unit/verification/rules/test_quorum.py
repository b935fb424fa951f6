"""The first rule: three independent assessments, two thirds agreeing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.rules.quorum import QuorumState, count_quorum
from verification.rules.scale import Veracity

F, M, T = Veracity.FALSE, Veracity.MISLEADING, Veracity.TRUE


@pytest.mark.parametrize(
    ("verdicts", "state", "verdict"),
    [
        ([], QuorumState.NEEDS_MORE, None),
        ([F, F], QuorumState.NEEDS_MORE, None),
        ([F, F, F], QuorumState.CONSENSUS, F),
        ([F, F, T], QuorumState.CONSENSUS, F),
        ([F, M, T], QuorumState.DISPUTED, None),
        ([F, F, T, T], QuorumState.DISPUTED, None),
        ([T, T, T, F, F], QuorumState.DISPUTED, None),
        ([T, T, T, T, F, F], QuorumState.CONSENSUS, T),
    ],
)
def test_borders(verdicts: list[Veracity], state: QuorumState, verdict: Veracity | None) -> None:
    outcome = count_quorum(dict(enumerate(verdicts)))
    assert (outcome.state, outcome.verdict) == (state, verdict)


@given(st.permutations([F, F, M, T, F, F]))
def test_order_does_not_matter(verdicts: list[Veracity]) -> None:
    outcome = count_quorum(dict(enumerate(verdicts)))
    assert outcome.verdict is F
    assert (outcome.assessments, outcome.agreeing) == (6, 4)
