"""The states of a case and every way between them, as one table (docs/adr/0008-lifecycle.md)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Where a case stands. The ids are stored; PEERS §5 gives the words for people."""

    RECEIVED = "received"
    TRIAGE = "triage"
    MATCHED = "matched"
    DECLINED = "declined"
    IN_REVIEW = "in_review"
    NEEDS_MORE_ASSESSMENTS = "needs_more_assessments"
    CONSENSUS = "consensus"
    DISPUTED = "disputed"
    EDITORIAL_REVIEW = "editorial_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    UNDER_CORRECTION = "under_correction"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


class CaseEvent(StrEnum):
    """What may happen to a case, in the past tense: the ids are those of the audit record."""

    TRIAGE_STARTED = "triage_started"
    MATCH_CONFIRMED = "match_confirmed"
    MATCH_REJECTED = "match_rejected"
    CASE_DECLINED = "case_declined"
    DECLINE_OVERTURNED = "decline_overturned"
    REVIEW_OPENED = "review_opened"
    ASSESSMENTS_FELL_SHORT = "assessments_fell_short"
    CONSENSUS_REACHED = "consensus_reached"
    CONSENSUS_LOST = "consensus_lost"
    DISPUTE_AROSE = "dispute_arose"
    EDITORIAL_REVIEW_STARTED = "editorial_review_started"
    SENT_BACK = "sent_back"
    VERDICT_APPROVED = "verdict_approved"
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    FACT_CHECK_PUBLISHED = "fact_check_published"
    CORRECTION_OPENED = "correction_opened"
    CORRECTION_DISMISSED = "correction_dismissed"
    FURTHER_CORRECTION_DISMISSED = "further_correction_dismissed"
    CORRECTION_PUBLISHED = "correction_published"
    FACT_CHECK_RETRACTED = "fact_check_retracted"
    CASE_REOPENED = "case_reopened"


class Mover(StrEnum):
    """Who may move a case: the roles of PEERS §5 that judge, and the system when a rule concludes."""

    SYSTEM = "system"
    VOLUNTEER = "volunteer"
    VERIFIER = "verifier"
    EDITOR = "editor"
    PUBLISHER = "publisher"


class Guard(StrEnum):
    """A condition that the service proves before it moves a case; the table says which, the service says whether."""

    MATCH_IS_PUBLISHED = "match_is_published"
    REASON_IS_STATED = "reason_is_stated"
    HAS_CHECKABLE_CLAIM = "has_checkable_claim"
    RULE_FOUND_CONSENSUS = "rule_found_consensus"
    RULE_FOUND_NONE = "rule_found_none"
    DRAFT_IS_COMPLETE = "draft_is_complete"
    APPROVER_IS_NOT_DRAFTER = "approver_is_not_drafter"
    NO_CONFLICT_OF_INTEREST = "no_conflict_of_interest"
    SIGNERS_AGREE = "signers_agree"
    FIRST_OR_SAME_VERDICT = "first_or_same_verdict"
    PUBLISHED_BEFORE = "published_before"
    NEVER_PUBLISHED = "never_published"
    NEVER_CORRECTED = "never_corrected"
    CORRECTED_BEFORE = "corrected_before"
    HAS_NEW_EVIDENCE = "has_new_evidence"
    TWO_VERIFIERS_ASK = "two_verifiers_ask"
    REVIEWER_IS_ANOTHER = "reviewer_is_another"


class IllegalTransition(ValueError):
    """The table has no such way; carries the state and the event."""

    def __init__(self, state: CaseState, event: CaseEvent) -> None:
        super().__init__(f"{event} cannot happen in {state}")
        self.state = state
        self.event = event


@dataclass(frozen=True, slots=True)
class Transition:
    """One way: where it leads, who may take it, and what must be proved first."""

    target: CaseState
    movers: frozenset[Mover]
    guards: frozenset[Guard] = frozenset()

    def missing(self, proved: AbstractSet[Guard]) -> frozenset[Guard]:
        """Return the guards that are not among `proved`."""
        return self.guards - proved


@dataclass(frozen=True, slots=True)
class _Row:
    event: CaseEvent
    sources: tuple[CaseState, ...]
    target: CaseState
    movers: tuple[Mover, ...]
    guards: tuple[Guard, ...] = ()


_S, _E, _M, _G = CaseState, CaseEvent, Mover, Guard

ASSESSABLE = frozenset({_S.IN_REVIEW, _S.NEEDS_MORE_ASSESSMENTS, _S.CONSENSUS, _S.DISPUTED})
"""States in which an assessment may be filed or changed. From editorial review on the votes stand as they are."""

PUBLIC = frozenset({_S.PUBLISHED, _S.UNDER_CORRECTION, _S.CORRECTED, _S.RETRACTED})
"""States in which the fact-check stands in public and its verdict is frozen. A reopened case keeps its page, with a
notice that it is being judged anew, until it is corrected, confirmed or retracted."""

ANSWERING = PUBLIC - {_S.RETRACTED}
"""States of a fact-check that may answer a case."""

MERGEABLE = frozenset({_S.RECEIVED, _S.TRIAGE, _S.MATCHED, _S.IN_REVIEW, _S.NEEDS_MORE_ASSESSMENTS, _S.DISPUTED})
"""States in which a case may go into another one: nobody has agreed on a verdict or written for it yet."""

INITIAL = _S.RECEIVED

_PEOPLE = (_M.VOLUNTEER, _M.VERIFIER, _M.EDITOR)
_OFFICE = (_M.VERIFIER, _M.EDITOR)
_UNDECIDED = (_S.IN_REVIEW, _S.NEEDS_MORE_ASSESSMENTS, _S.DISPUTED)
_FOUR_EYES = (_G.APPROVER_IS_NOT_DRAFTER, _G.NO_CONFLICT_OF_INTEREST)

_ROWS = (
    _Row(_E.TRIAGE_STARTED, (_S.RECEIVED,), _S.TRIAGE, (_M.SYSTEM, *_PEOPLE)),
    _Row(
        _E.MATCH_CONFIRMED,
        (_S.RECEIVED, _S.TRIAGE, *_UNDECIDED),
        _S.MATCHED,
        (_M.SYSTEM, *_PEOPLE),
        (_G.MATCH_IS_PUBLISHED, _G.NEVER_PUBLISHED),
    ),
    _Row(_E.MATCH_REJECTED, (_S.MATCHED,), _S.TRIAGE, (_M.SYSTEM, *_PEOPLE), (_G.REASON_IS_STATED,)),
    # Once published, a reopened case ends in a new verdict or a retraction: its public page may not lose its case.
    _Row(
        _E.CASE_DECLINED,
        (_S.RECEIVED, _S.TRIAGE, *_UNDECIDED),
        _S.DECLINED,
        _OFFICE,
        (_G.REASON_IS_STATED, _G.NEVER_PUBLISHED),
    ),
    _Row(_E.DECLINE_OVERTURNED, (_S.DECLINED,), _S.TRIAGE, _OFFICE, (_G.REASON_IS_STATED, _G.REVIEWER_IS_ANOTHER)),
    _Row(_E.REVIEW_OPENED, (_S.TRIAGE,), _S.IN_REVIEW, _PEOPLE, (_G.HAS_CHECKABLE_CLAIM,)),
    _Row(
        _E.ASSESSMENTS_FELL_SHORT,
        (_S.IN_REVIEW, _S.DISPUTED),
        _S.NEEDS_MORE_ASSESSMENTS,
        (_M.SYSTEM,),
        (_G.RULE_FOUND_NONE,),
    ),
    _Row(_E.CONSENSUS_REACHED, _UNDECIDED, _S.CONSENSUS, (_M.SYSTEM,), (_G.RULE_FOUND_CONSENSUS,)),
    _Row(_E.CONSENSUS_LOST, (_S.CONSENSUS,), _S.NEEDS_MORE_ASSESSMENTS, (_M.SYSTEM,), (_G.RULE_FOUND_NONE,)),
    _Row(
        _E.DISPUTE_AROSE,
        (_S.IN_REVIEW, _S.NEEDS_MORE_ASSESSMENTS, _S.CONSENSUS),
        _S.DISPUTED,
        (_M.SYSTEM,),
        (_G.RULE_FOUND_NONE,),
    ),
    # An editor may take an undecided case too: a deadline or a hold must never leave it with the crowd for good.
    _Row(_E.EDITORIAL_REVIEW_STARTED, _UNDECIDED, _S.EDITORIAL_REVIEW, _OFFICE),
    _Row(_E.EDITORIAL_REVIEW_STARTED, (_S.CONSENSUS,), _S.EDITORIAL_REVIEW, _PEOPLE),
    _Row(_E.SENT_BACK, (_S.EDITORIAL_REVIEW,), _S.IN_REVIEW, _OFFICE, (_G.REASON_IS_STATED,)),
    _Row(
        _E.VERDICT_APPROVED,
        (_S.EDITORIAL_REVIEW,),
        _S.APPROVED,
        _OFFICE,
        (_G.DRAFT_IS_COMPLETE, _G.SIGNERS_AGREE, *_FOUR_EYES),
    ),
    _Row(_E.APPROVAL_WITHDRAWN, (_S.APPROVED,), _S.EDITORIAL_REVIEW, _OFFICE, (_G.REASON_IS_STATED,)),
    _Row(
        _E.FACT_CHECK_PUBLISHED,
        (_S.APPROVED,),
        _S.PUBLISHED,
        (_M.SYSTEM, _M.PUBLISHER, _M.EDITOR),
        (_G.FIRST_OR_SAME_VERDICT,),
    ),
    _Row(
        _E.CORRECTION_OPENED,
        (_S.PUBLISHED, _S.CORRECTED),
        _S.UNDER_CORRECTION,
        _OFFICE,
        (_G.REASON_IS_STATED,),
    ),
    _Row(
        _E.CORRECTION_DISMISSED,
        (_S.UNDER_CORRECTION,),
        _S.PUBLISHED,
        _OFFICE,
        (_G.REASON_IS_STATED, _G.REVIEWER_IS_ANOTHER, _G.NEVER_CORRECTED),
    ),
    _Row(
        _E.FURTHER_CORRECTION_DISMISSED,
        (_S.UNDER_CORRECTION,),
        _S.CORRECTED,
        _OFFICE,
        (_G.REASON_IS_STATED, _G.REVIEWER_IS_ANOTHER, _G.CORRECTED_BEFORE),
    ),
    # A reopened case whose new verdict differs leaves as a correction, never as a quiet second publication.
    _Row(
        _E.CORRECTION_PUBLISHED,
        (_S.UNDER_CORRECTION, _S.APPROVED),
        _S.CORRECTED,
        _OFFICE,
        (_G.PUBLISHED_BEFORE, *_FOUR_EYES),
    ),
    _Row(
        _E.FACT_CHECK_RETRACTED,
        (_S.PUBLISHED, _S.CORRECTED, _S.UNDER_CORRECTION, _S.EDITORIAL_REVIEW),
        _S.RETRACTED,
        _OFFICE,
        (_G.REASON_IS_STATED, _G.PUBLISHED_BEFORE, *_FOUR_EYES),
    ),
    _Row(
        _E.CASE_REOPENED,
        (_S.PUBLISHED, _S.CORRECTED, _S.RETRACTED),
        _S.IN_REVIEW,
        (_M.VERIFIER,),
        (_G.HAS_NEW_EVIDENCE, _G.TWO_VERIFIERS_ASK, _G.NO_CONFLICT_OF_INTEREST),
    ),
)

TABLE = {
    (source, row.event): Transition(row.target, frozenset(row.movers), frozenset(row.guards))
    for row in _ROWS
    for source in row.sources
}
"""Every legal move. What is not here cannot happen."""


def transition(state: CaseState, event: CaseEvent) -> Transition:
    """Return the row for `event` in `state`, or raise IllegalTransition."""
    try:
        return TABLE[state, event]
    except KeyError:
        raise IllegalTransition(state, event) from None


def advance(state: CaseState, event: CaseEvent) -> CaseState:
    """Return the state after `event`, or raise IllegalTransition. Movers and guards are the service's to prove."""
    return transition(state, event).target


def events_from(state: CaseState, mover: Mover) -> tuple[CaseEvent, ...]:
    """Return what `mover` may do in `state`, in the order of `CaseEvent`: the buttons of a page."""
    return tuple(event for event in CaseEvent if (row := TABLE.get((state, event))) and mover in row.movers)
