"""What sign-offs and known answers have shown about one person's judging, and which of their work others used."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from verification.models import (
    Assessment,
    CounterNarrative,
    Evidence,
    EvidenceOpinion,
    FactCheck,
    GoldAnswer,
    LearnedLesson,
    NarrativeRank,
    NarrativeRanking,
)
from verification.queries.gold import STANDING
from verification.rules.bridging import Badge
from verification.rules.scale import Veracity


@dataclass(frozen=True, slots=True)
class Counted:
    """A vote that a standing verdict has proved right or wrong, with the topics of its claim."""

    right: bool
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The votes that count, the known answers, and what of the person's work served others."""

    counted: tuple[Counted, ...]
    gold_right: int
    gold_asked: int
    evidence_relied_on: int
    helpful_narratives: int


def track_record(session: Session, *, person_id: int) -> TrackRecord:
    """Return it. Votes that earned nothing (own claims, the tally seen, after sign-off) are in no lesson."""
    gold = session.execute(
        select(GoldAnswer.verdict, GoldAnswer.answer).where(GoldAnswer.person_id == person_id, GoldAnswer.taught)
    ).all()
    return TrackRecord(
        counted=_counted(session, person_id),
        gold_right=sum(Veracity(row.verdict).level == Veracity(row.answer).level for row in gold),
        gold_asked=len(gold),
        evidence_relied_on=_evidence_relied_on(session, person_id),
        helpful_narratives=_helpful_narratives(session, person_id),
    )


def _counted(session: Session, person_id: int) -> tuple[Counted, ...]:
    judged = select(Assessment.case_id).where(Assessment.person_id == person_id, Assessment.superseded_at.is_(None))
    rows = session.execute(
        select(LearnedLesson.truth, LearnedLesson.marks, FactCheck.topics)
        .join(FactCheck, FactCheck.case_id == LearnedLesson.case_id)
        .where(LearnedLesson.case_id.in_(judged), LearnedLesson.unlearned_at.is_(None))
        .order_by(LearnedLesson.id)
    )
    return tuple(
        Counted(level == row.truth, tuple(row.topics))
        for row in rows
        for who, level in row.marks
        if who == person_id and row.truth is not None
    )


def _evidence_relied_on(session: Session, person_id: int) -> int:
    """Count the person's evidence in cases with a standing verdict that somebody else agreed with."""
    others = select(EvidenceOpinion.evidence_id).where(EvidenceOpinion.person_id != person_id, EvidenceOpinion.agrees)
    query = (
        select(func.count())
        .select_from(Evidence)
        .join(FactCheck, FactCheck.case_id == Evidence.case_id)
        .where(Evidence.added_by == person_id, FactCheck.state.in_(STANDING), Evidence.id.in_(others))
    )
    return session.scalar(query) or 0


def _helpful_narratives(session: Session, person_id: int) -> int:
    last = select(func.max(NarrativeRanking.id)).scalar_subquery()
    query = (
        select(func.count())
        .select_from(NarrativeRank)
        .join(CounterNarrative, CounterNarrative.id == NarrativeRank.counter_narrative_id)
        .where(NarrativeRank.ranking_id == last, NarrativeRank.badge == Badge.HELPFUL.value)
        .where(CounterNarrative.author_id == person_id)
    )
    return session.scalar(query) or 0
