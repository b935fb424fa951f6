"""The agency's verdict: four eyes, a third on a split or when the crowd objects."""

import pytest

from verification.rules.parameters import PARAMETERS
from verification.rules.scale import Veracity
from verification.rules.sign_off import (
    Opinion,
    ReopeningRefusal,
    SignOff,
    SignOffState,
    is_locked,
    refuse_reopening,
    settle,
)

F, M, P, T, U = Veracity.FALSE, Veracity.MISLEADING, Veracity.PARTLY_TRUE, Veracity.TRUE, Veracity.UNPROVEN
S = SignOffState


@pytest.mark.parametrize(
    ("verdicts", "shown", "expected"),
    [
        ([], None, SignOff(S.NEEDS_DRAFT)),
        ([F], None, SignOff(S.NEEDS_SECOND)),
        ([F], 0, SignOff(S.NEEDS_SECOND)),
        ([F, F], None, SignOff(S.SETTLED, F)),
        ([F, F], 0, SignOff(S.SETTLED, F)),
        ([M, M], 1, SignOff(S.SETTLED, M)),
        ([F, T], None, SignOff(S.VERIFIERS_DIFFER)),
        ([M, P], 1, SignOff(S.VERIFIERS_DIFFER)),
        ([F, T, T], None, SignOff(S.SETTLED, T)),
        ([F, T, M], None, SignOff(S.NEEDS_ANOTHER)),
        ([F, T, M], 1, SignOff(S.SETTLED, M)),
        ([F, T, M, F], None, SignOff(S.SETTLED, F)),
        ([T, T], 0, SignOff(S.CROWD_OBJECTS)),
        ([U, U], 0, SignOff(S.CROWD_OBJECTS)),
        ([T, T, T], 0, SignOff(S.SETTLED, T)),
        ([T, T, F], 0, SignOff(S.SETTLED, F)),
        ([T, T, U], 0, SignOff(S.NEEDS_ANOTHER)),
    ],
)
def test_settling(verdicts: list[Veracity], shown: int | None, expected: SignOff) -> None:
    assert settle([Opinion(person, verdict) for person, verdict in enumerate(verdicts)], shown) == expected


def test_nobody_is_the_second_person_to_themselves() -> None:
    assert settle([Opinion(1, F), Opinion(1, F)], None).state is S.NEEDS_SECOND
    assert settle([Opinion(1, F), Opinion(1, T), Opinion(2, F)], None) == SignOff(S.SETTLED, F)


def test_reopening_takes_new_evidence_and_two_verifiers() -> None:
    assert refuse_reopening(new_evidence=0, verifiers=frozenset({1, 2})) is ReopeningRefusal.NO_NEW_EVIDENCE
    assert refuse_reopening(new_evidence=1, verifiers=frozenset({1})) is ReopeningRefusal.NEEDS_ANOTHER_VERIFIER
    assert refuse_reopening(new_evidence=1, verifiers=frozenset({1, 2})) is None


def test_locked_after_fourteen_days() -> None:
    fourteen = PARAMETERS.sign_off.lock_seconds
    assert not is_locked(0.0, fourteen - 1)
    assert is_locked(0.0, fourteen)
