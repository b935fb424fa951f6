"""The entrance: gold questions that a volunteer answers before the first ballot counts (CONSENSUS §5c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import BadAssessment, EntranceTooSoon, NoQuestionsLeft, NoSuchQuestion
from verification.models import EntranceAttempt, GoldAnswer
from verification.rules.parameters import PARAMETERS
from verification.rules.reputation import GoldQuestion, judge_gold, pick_gold
from verification.rules.scale import BALLOT, Veracity
from verification.services.standing import has_passed
from verification.services.teaching import teach_gold


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where a person is in the entrance. `answers` are those of `attempt`, by key; the newest attempt counts."""

    passed: bool
    attempt: EntranceAttempt | None
    answers: dict[str, GoldAnswer]

    @property
    def next_number(self) -> int | None:
        """The number (from 1) of the first question without an answer; None when there is none."""
        if self.attempt is None or self.attempt.finished_at is not None:
            return None
        open_ones = (n for n, key in enumerate(self.attempt.questions, 1) if key not in self.answers)
        return next(open_ones, None)


def entrance_of(session: Session, *, person_id: int) -> Entrance:
    """Return where a person is in the entrance."""
    newest = select(EntranceAttempt).where(EntranceAttempt.person_id == person_id).order_by(EntranceAttempt.id.desc())
    attempt = session.scalar(newest.limit(1))
    answers = session.scalars(select(GoldAnswer).where(GoldAnswer.attempt_id == (attempt.id if attempt else None)))
    return Entrance(has_passed(session, person_id=person_id), attempt, {answer.question: answer for answer in answers})


def begin(
    session: Session, *, stock: Sequence[GoldQuestion], secret: bytes, actor: Actor, now: datetime
) -> EntranceAttempt | None:
    """Return the actor's open attempt, or a new one with questions they have not seen; None when they have passed.

    When all of the stock was seen, those of the last attempt are left out and earlier ones come again; what comes again
    teaches nothing. Raises EntranceTooSoon until the waiting time is over, and NoQuestionsLeft when the stock is short.
    """
    person_id = _person(actor)
    current = entrance_of(session, person_id=person_id)
    if current.passed:
        return None
    last = current.attempt
    if last is not None and last.finished_at is None:
        if set(last.questions) <= {question.key for question in stock}:
            return last
        # A question was withdrawn meanwhile, as its fact-check was: the attempt is void, and costs no waiting.
        last.finished_at, last.passed = now, False
    if last is not None and last.retry_at is not None and now < last.retry_at:
        raise EntranceTooSoon(retry_at=last.retry_at)
    questions = _pick(session, stock, person_id=person_id, secret=secret, last=last)
    attempt = EntranceAttempt(person_id=person_id, questions=[q.key for q in questions], started_at=now)
    session.flush()  # the database allows one open attempt, so a void one closes first
    try:
        with session.begin_nested():
            session.add(attempt)
    except IntegrityError:
        return entrance_of(session, person_id=person_id).attempt  # the same person, a moment ago in another tab
    record(session, "entrance_begun", actor=actor, subject=("person", person_id), now=now)
    return attempt


def answer(
    session: Session, *, question: GoldQuestion, verdict: Veracity, actor: Actor, now: datetime
) -> EntranceAttempt:
    """Keep the final answer to a question of the open attempt, learn from it, and judge when it was the last one.

    A second answer to the same question changes nothing. Raises NoSuchQuestion when the question is not being asked.
    """
    if verdict not in BALLOT:
        raise BadAssessment(field="verdict")
    person_id = _person(actor)
    newest = select(EntranceAttempt).where(EntranceAttempt.person_id == person_id).order_by(EntranceAttempt.id.desc())
    attempt = session.scalar(newest.limit(1).with_for_update())
    if attempt is None or question.key not in attempt.questions:
        raise NoSuchQuestion(question=question.key)
    given = {
        row.question: row for row in session.scalars(select(GoldAnswer).where(GoldAnswer.attempt_id == attempt.id))
    }
    if attempt.finished_at is not None or question.key in given:
        return attempt
    is_new = not _was_answered(session, person_id=person_id, key=question.key)
    row = GoldAnswer(
        person_id=person_id,
        attempt_id=attempt.id,
        question=question.key,
        verdict=question.verdict.value,
        answer=verdict.value,
        taught=is_new,
        answered_at=now,
    )
    session.add(row)
    if is_new:
        teach_gold(session, person_id=person_id, verdict=question.verdict, answer=verdict, actor=actor, now=now)
    _finish_when_complete(session, attempt, {**given, question.key: row}, actor=actor, now=now)
    return attempt


def admit(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Let somebody in on staff's word that they were trained elsewhere; who has passed already stays as they are."""
    if has_passed(session, person_id=person_id):
        return
    last = entrance_of(session, person_id=person_id).attempt
    if last is not None and last.finished_at is None:
        last.finished_at, last.passed = now, True
    else:
        session.add(EntranceAttempt(person_id=person_id, questions=[], started_at=now, finished_at=now, passed=True))
    record(session, "volunteer_admitted", actor=actor, subject=("person", person_id), now=now)


def _pick(
    session: Session, stock: Sequence[GoldQuestion], *, person_id: int, secret: bytes, last: EntranceAttempt | None
) -> tuple[GoldQuestion, ...]:
    attempts = session.scalars(select(EntranceAttempt).where(EntranceAttempt.person_id == person_id)).all()
    every, wanted = frozenset(key for row in attempts for key in row.questions), len(PARAMETERS.reputation.gold_levels)
    for seen in (every, frozenset(last.questions if last else ()), frozenset[str]()):
        found = pick_gold(stock, seen, person_id=person_id, secret=secret)
        if len(found) == wanted:
            return found
    raise NoQuestionsLeft


def _finish_when_complete(
    session: Session, attempt: EntranceAttempt, answers: dict[str, GoldAnswer], *, actor: Actor, now: datetime
) -> None:
    if set(attempt.questions) - answers.keys():
        return
    pairs = [(_level(row.verdict), Veracity(row.answer).level) for row in answers.values()]
    outcome = judge_gold(pairs, now.timestamp())
    attempt.finished_at, attempt.passed, attempt.right = now, outcome.passed, outcome.right
    if outcome.retry_at is not None:
        attempt.retry_at = datetime.fromtimestamp(outcome.retry_at, UTC)
    # Who passed is a fact that others rely on; by how much, and who did not, is nobody else's business.
    kind = "entrance_passed" if outcome.passed else "entrance_finished"
    record(session, kind, actor=actor, subject=("person", attempt.person_id), now=now)


def _level(verdict: str) -> int:
    return GoldQuestion("", Veracity(verdict)).level


def _was_answered(session: Session, *, person_id: int, key: str) -> bool:
    before = select(GoldAnswer.id).where(GoldAnswer.person_id == person_id, GoldAnswer.question == key)
    return session.scalar(before.limit(1)) is not None


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise AssertionError("only a person can be asked")
    return actor.person_id
