"""Who may write a counter-narrative as a volunteer, and why others may not."""

import pytest

from verification.rules.drafting import NoDraft, refuse_draft
from verification.rules.lifecycle import CaseState
from verification.rules.reputation import Level

S = CaseState
SENT_BACK = (False, True, False, True, False)


@pytest.mark.parametrize("level", [Level.CANDIDATE, Level.NEWCOMER, Level.VOLUNTEER])
def test_below_trusted_nobody_writes(level: Level) -> None:
    assert refuse_draft(level, (), S.CONSENSUS, newest_is_own=True) is NoDraft.LEVEL


@pytest.mark.parametrize(
    ("state", "own", "why"),
    [
        (S.CONSENSUS, False, None),
        (S.EDITORIAL_REVIEW, True, None),
        (S.EDITORIAL_REVIEW, False, NoDraft.OTHERS_TEXT),
        (S.IN_REVIEW, False, NoDraft.NOT_AGREED),
        (S.DISPUTED, True, NoDraft.NOT_AGREED),
        (S.TRIAGE, False, NoDraft.CLOSED),
        (S.UNDER_CORRECTION, True, NoDraft.CLOSED),
        (S.PUBLISHED, True, NoDraft.CLOSED),
    ],
)
def test_the_trusted_begin_where_all_agree_and_go_on_with_their_own(
    state: CaseState, own: bool, why: NoDraft | None
) -> None:
    assert refuse_draft(Level.TRUSTED, (), state, newest_is_own=own) is why


def test_three_of_five_sent_back_close_it_and_taken_suggestions_open_it_again() -> None:
    assert refuse_draft(Level.TRUSTED, SENT_BACK, S.CONSENSUS, newest_is_own=False) is NoDraft.SENT_BACK
    assert refuse_draft(Level.TRUSTED, (*SENT_BACK, True), S.CONSENSUS, newest_is_own=False) is None
