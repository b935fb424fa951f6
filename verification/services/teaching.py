"""Teaching the crowd model: each sign-off once, from the votes as they stood; an overturned one is taken back.

What was learned is kept as lessons, so that the state can be replayed from them (`replay`). The one row of the crowd
is the lock: lessons are learned one after the other, whatever number of processes sign at once.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.models import Case, CounterNarrative, CrowdState, FactCheck, LearnedLesson, RaterState
from verification.queries.votes import standing_votes
from verification.rules.consensus import Crowd, RaterRecord, Vote, new_crowd
from verification.rules.learning import Lesson, draw_lesson, fade, learn, learn_gold, unlearn
from verification.rules.parameters import PARAMETERS, VERSION
from verification.rules.scale import LEVELS, Veracity

Records = dict[Hashable, RaterRecord]


def teach(session: Session, *, fact_check: FactCheck, actor: Actor = SYSTEM, now: datetime) -> LearnedLesson | None:
    """Learn from the verdict that `fact_check` holds now, from its case's votes as they stand.

    The same verdict signed again teaches nothing new; another one first takes the standing lesson back. An imported
    check has no votes: None.
    """
    if fact_check.case_id is None or fact_check.verdict is None:
        return None
    state = _lock_crowd(session, now=now)
    case, truth = session.get_one(Case, fact_check.case_id), Veracity(fact_check.verdict).level
    standing = _standing_lesson(session, case_id=case.id)
    if standing is not None:
        if standing.truth == truth:
            return standing
        _take_back(session, state, standing, actor=actor, now=now)
    votes = _votes_that_teach(session, case)
    people = [vote.rater for vote in votes]
    records, crowd = records_of(session, person_ids=people, now=now), _crowd(state)
    lesson = draw_lesson(votes, truth, records, crowd)
    learned = learn(lesson, records, crowd)
    _save(session, state, learned.crowd, learned.records, now=now)
    row = _row_of(lesson, kind="verdict", step=state.steps, now=now)
    row.case_id, row.revision = case.id, fact_check.revision
    row.votes = [[vote.rater, vote.level, vote.blind, vote.link, vote.excluded] for vote in votes]
    session.add(row)
    session.flush()  # the audit names the lesson by its number
    facts = {"case_id": case.id, "public_id": case.public_id, "marks": len(lesson.marks), "parameters": VERSION}
    record(session, "lesson_learned", actor=actor, subject=("lesson", row.id), now=now, data=facts)
    return row


def unteach(session: Session, *, fact_check: FactCheck, actor: Actor = SYSTEM, now: datetime) -> bool:
    """Take back what the fact-check's verdict taught, and say whether there was anything to take back.

    For a retraction and for a verdict that is overturned without a new one; after a correction to another verdict
    `teach` alone is enough, since it takes the old lesson back first.
    """
    if fact_check.case_id is None:
        return False
    state = _lock_crowd(session, now=now)
    standing = _standing_lesson(session, case_id=fact_check.case_id)
    if standing is None:
        return False
    _take_back(session, state, standing, actor=actor, now=now)
    return True


def teach_gold(
    session: Session, *, person_id: int, verdict: Veracity, answer: Veracity, actor: Actor = SYSTEM, now: datetime
) -> None:
    """Learn from a gold question of known `verdict`: it moves the person's gain, proves nobody, leaves the crowd."""
    truth, level = verdict.level, answer.level
    if truth is None:
        return
    state = _lock_crowd(session, now=now)
    # "Not proven" to a question that has an answer is a vote for no step: wrong, and kept as one.
    vote = -1 if level is None else level
    before = records_of(session, person_ids=[person_id], now=now).get(person_id)
    taught = learn_gold(before, vote, truth, LEVELS)
    _save(session, state, _crowd(state), {person_id: taught}, now=now)
    none = (0.0,) * len(state.rho_losses)
    lesson = Lesson(truth, ((person_id, vote),), PARAMETERS.consensus.gold_weight, 0.0, 0, none)
    row = _row_of(lesson, kind="gold", step=state.steps, now=now)
    session.add(row)
    session.flush()  # the audit names the lesson by its number
    record(session, "gold_learned", actor=actor, subject=("lesson", row.id), now=now)


def current_crowd(session: Session) -> Crowd:
    """Return what has been taught so far; before the first lesson, the crowd of the parameters' priors."""
    state = session.get(CrowdState, 1)
    return new_crowd(LEVELS) if state is None else _crowd(state)


def records_of(session: Session, *, person_ids: Collection[Hashable], now: datetime) -> Records:
    """Return the records of those people about whom something was taught, faded to `now`."""
    query = select(RaterState).where(RaterState.person_id.in_(person_ids))
    # Read afresh: a record seen before the crowd's lock was taken may have learned something in between.
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.person_id: _faded(row, now) for row in rows}


def replay(session: Session) -> tuple[Crowd, dict[int, tuple[RaterRecord, datetime]]]:
    """Fold the log of lessons from the first one on: the crowd, and each person's record with when it changed.

    Each lesson is drawn anew from the votes that the log kept, so the result is what the stored state must equal as
    long as the parameters are those it was learned by, and what a new table of parameters would have made of it all.
    """
    crowd = new_crowd(LEVELS)
    known: dict[int, tuple[RaterRecord, datetime]] = {}
    drawn: dict[int, Lesson] = {}
    for step, row in _steps(session.scalars(select(LearnedLesson))):
        moment = row.learned_at if step == row.learned_step else row.unlearned_at
        if moment is None:
            raise AssertionError("a step without a moment")
        people = {who for who, *_ in (*row.votes, *row.marks)} & known.keys()
        faded: Records = {who: fade(known[who][0], (moment - known[who][1]).total_seconds()) for who in people}
        if row.kind == "gold":
            ((who, vote),) = row.marks
            known[who] = (learn_gold(faded.get(who), vote, row.truth or 0, LEVELS), moment)
            continue
        if step == row.learned_step:
            votes = [Vote(rater, level, 0.0, blind, link, out) for rater, level, blind, link, out in row.votes]
            drawn[row.id] = draw_lesson(votes, row.truth, faded, crowd)
            learned = learn(drawn[row.id], faded, crowd)
        else:
            learned = unlearn(drawn[row.id], faded, crowd)
        crowd = learned.crowd
        known.update({int(str(who)): (record, moment) for who, record in learned.records.items()})
    return crowd, known


def _steps(rows: Iterable[LearnedLesson]) -> list[tuple[int, LearnedLesson]]:
    steps = []
    for row in rows:
        steps.append((row.learned_step, row))
        if row.unlearned_step is not None:
            steps.append((row.unlearned_step, row))
    return sorted(steps, key=lambda step: step[0])


def _take_back(session: Session, state: CrowdState, row: LearnedLesson, *, actor: Actor, now: datetime) -> None:
    people = [who for who, _ in row.marks]
    learned = unlearn(_lesson(row), records_of(session, person_ids=people, now=now), _crowd(state))
    _save(session, state, learned.crowd, learned.records, now=now)
    row.unlearned_at, row.unlearned_step = now, state.steps
    session.flush()  # the database allows one standing lesson a case, so the old one closes first
    facts = {"case_id": row.case_id, "marks": len(row.marks)}
    record(session, "lesson_unlearned", actor=actor, subject=("lesson", row.id), now=now, data=facts)


def _votes_that_teach(session: Session, case: Case) -> list[Vote]:
    """Return the case's votes; those of who wrote its counter-narrative earn nothing (CONSENSUS §6)."""
    authors = set(session.scalars(select(CounterNarrative.author_id).where(CounterNarrative.case_id == case.id)))
    votes = [one.vote for one in standing_votes(session, case=case)]
    return [replace(vote, excluded=True) if vote.rater in authors else vote for vote in votes]


def _lock_crowd(session: Session, *, now: datetime) -> CrowdState:
    query = select(CrowdState).where(CrowdState.id == 1).with_for_update().execution_options(populate_existing=True)
    state = session.scalar(query)
    if state is None:
        crowd = new_crowd(LEVELS)
        try:
            with session.begin_nested():
                session.add(CrowdState(id=1, steps=0, **_columns(crowd), changed_at=now))
        except IntegrityError:
            pass  # another process has just made the row
        state = session.execute(query).scalar_one()
    return state


def _standing_lesson(session: Session, *, case_id: int) -> LearnedLesson | None:
    mine = (LearnedLesson.case_id == case_id, LearnedLesson.unlearned_at.is_(None))
    return session.scalar(select(LearnedLesson).where(*mine))


def _save(
    session: Session, state: CrowdState, crowd: Crowd, records: Mapping[Hashable, RaterRecord], *, now: datetime
) -> None:
    for name, value in _columns(crowd).items():
        setattr(state, name, value)
    state.steps, state.changed_at = state.steps + 1, now
    for who, taught in records.items():
        row = session.get(RaterState, who)
        values = {"cast": list(taught.cast), "right": list(taught.right), "signed": taught.signed, "changed_at": now}
        if row is None:
            session.add(RaterState(person_id=who, **values))
            continue
        for name, value in values.items():
            setattr(row, name, value)


def _columns(crowd: Crowd) -> dict[str, Any]:
    return {
        "pool": [list(row) for row in crowd.pool],
        "classes": list(crowd.classes),
        "rho": crowd.rho,
        "turnouts": list(crowd.turnouts),
        "signed": crowd.signed,
        "rho_losses": list(crowd.rho_losses),
        "parameters_version": VERSION,
    }


def _crowd(state: CrowdState) -> Crowd:
    pool = tuple(tuple(row) for row in state.pool)
    turnouts, losses = tuple(state.turnouts), tuple(state.rho_losses)
    return Crowd(pool, tuple(state.classes), state.rho, turnouts, state.signed, losses)


def _faded(row: RaterState, now: datetime) -> RaterRecord:
    known = RaterRecord(tuple(row.cast), tuple(row.right), row.signed)
    return fade(known, (now - row.changed_at).total_seconds())


def _lesson(row: LearnedLesson) -> Lesson:
    marks = tuple((who, level) for who, level in row.marks)
    return Lesson(row.truth, marks, row.mark_weight, row.pool_weight, row.turnout, tuple(row.rho_losses))


def _row_of(lesson: Lesson, *, kind: str, step: int, now: datetime) -> LearnedLesson:
    return LearnedLesson(
        kind=kind,
        truth=lesson.truth,
        votes=[],
        marks=[list(mark) for mark in lesson.marks],
        mark_weight=lesson.mark_weight,
        pool_weight=lesson.pool_weight,
        turnout=lesson.turnout,
        rho_losses=list(lesson.rho_losses),
        learned_step=step,
        learned_at=now,
    )
