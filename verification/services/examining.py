"""Hidden questions: now and then the lot deals a signed case as if it were open, and its answer says how well somebody
judges (CONSENSUS §5c). It is no vote: it reaches neither the case nor any count.

The next question waits in a person's queue before its turn comes, as every case does; what they do with it is done to
the question and never to the case. Each function below takes what its neighbour for cases takes and says with False
that the number is not one of this person's hidden questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.outbox import Actor, record
from verification.errors import (
    AlreadyAssessed,
    CaseTaken,
    EvidenceMissing,
    MergedAway,
    MustDraw,
    NothingWaits,
    OwnEvidence,
)
from verification.models import Case, Evidence, FactCheck, HiddenBallot
from verification.queries.desk import EvidenceRow
from verification.queries.gold import STANDING, asked_before, knows_answer, signed_cases
from verification.queries.hidden import dossier, handed_to, hidden_ballot
from verification.queries.queue import balance
from verification.rules.assignment import may_choose
from verification.rules.reputation import Level, Right, hidden_gold_number, pick_hidden
from verification.rules.scale import Veracity
from verification.services.assessing import Ballot, check_ballot, require_own_evidence
from verification.services.exporting import latest_moment
from verification.services.gathering import Source, evidence_of
from verification.services.leasing import LEASE, take_next
from verification.services.moving import new_public_id
from verification.services.standing import place_of, require_may_judge, require_right
from verification.services.teaching import teach_gold


@dataclass(frozen=True, slots=True)
class Told:
    """An answered question of which its person may know by now: what they said, and what holds."""

    answer: Veracity
    fact_check: FactCheck


def draw_next(session: Session, *, actor: Actor, chance: Callable[[], float], secret: bytes, now: datetime) -> str:
    """Deal the next case by lot, or the hidden question whose turn it is; return its public number.

    Raises NothingWaits and EntranceMissing as `leasing.take_next` does.
    """
    require_right(session, actor=actor, right=Right.JUDGE, now=now)
    person_id = _lock_person(session, actor)
    dealt = balance(session, person_id=person_id).by_lot
    due = [one for one in _waiting(session, person_id, now=now) if one.ballot_number <= dealt]
    public_id = _deal(session, due, actor=actor, now=now)
    if public_id is None:
        try:
            public_id = take_next(session, actor=actor, chance=chance, now=now).public_id
        except NothingWaits:
            # The question stands in the queue, and what stands there is dealt before the lot says that nothing does.
            public_id = _deal(session, _waiting(session, person_id, now=now), actor=actor, now=now)
            if public_id is None:
                raise
    _offer(session, person_id, actor=actor, secret=secret, now=now)
    return public_id


def take(session: Session, *, public_id: str, actor: Actor, now: datetime) -> bool:
    """Lease a hidden question that the actor picked from their queue; MustDraw and EntranceMissing as for a case."""
    ballot = mine(session, public_id, actor)
    if ballot is None:
        return False
    require_right(session, actor=actor, right=Right.JUDGE, now=now)
    if handed_to(ballot, now):
        raise CaseTaken
    if ballot.way is None and actor.role == Role.VOLUNTEER:
        so_far = balance(session, person_id=ballot.person_id)
        if not may_choose(by_lot=so_far.by_lot, chosen=so_far.chosen):
            raise MustDraw(by_lot=so_far.by_lot, chosen=so_far.chosen)
    _lease(session, ballot, way="chosen", actor=actor, now=now)
    return True


def release(session: Session, *, public_id: str, actor: Actor, now: datetime) -> bool:
    """Give a hidden question back to the actor's own queue."""
    ballot = mine(session, public_id, actor)
    if ballot is None:
        return False
    ballot.taken_until = None
    note_done(session, "hidden_ballot_released", ballot, actor=actor, now=now)
    return True


def skip(session: Session, *, public_id: str, actor: Actor, now: datetime) -> bool:
    """Pass a hidden question on; it is not asked again."""
    ballot = mine(session, public_id, actor)
    if ballot is None:
        return False
    ballot.taken_until, ballot.skipped_at = None, now
    note_done(session, "hidden_ballot_skipped", ballot, actor=actor, now=now)
    return True


def add_evidence(session: Session, *, public_id: str, source: Source, actor: Actor, now: datetime) -> bool:
    """Keep a source with the question; the case's own evidence stays as it was."""
    ballot = mine(session, public_id, actor)
    if ballot is None:
        return False
    found = evidence_of(session.get_one(Case, ballot.case_id), source, actor=actor, now=now)
    if all((found.url, found.quote) != (known["url"], known["quote"]) for known in ballot.sources):
        number = (session.scalar(select(func.max(Evidence.id))) or 0) + 1 + len(ballot.sources)
        fields = {name: getattr(found, name) for name in ("url", "quote", "stance", "archive_url")}
        ballot.sources = [*ballot.sources, {**fields, "id": number, "added_at": now.isoformat()}]
        note_done(session, "hidden_ballot_evidence_added", ballot, actor=actor, now=now)
    return True


def state_opinion(
    session: Session, *, public_id: str, evidence_id: int, agrees: bool, actor: Actor, now: datetime
) -> bool:
    """Keep with the question what the actor thinks of a piece of its evidence."""
    ballot = mine(session, public_id, actor)
    if ballot is None:
        return False
    shown = shown_evidence(session, ballot, now=now)
    if evidence_id not in shown:
        raise EvidenceMissing(field="evidence_ids")
    if shown[evidence_id].added_by_me:
        raise OwnEvidence(evidence_id=evidence_id)
    ballot.opinions = {**ballot.opinions, str(evidence_id): agrees}
    note_done(session, "hidden_ballot_opinion_stated", ballot, actor=actor, now=now)
    return True


def answer(session: Session, *, public_id: str, ballot: Ballot, actor: Actor, now: datetime) -> bool:
    """Keep the answer to a hidden question and learn from it, once; it is refused where an assessment would be.

    Nothing is learned when the verdict holds no more, or the actor has come to know it since the question was dealt.
    """
    asked = mine(session, public_id, actor)
    if asked is None:
        return False
    if asked.answered_at is not None:
        raise AlreadyAssessed(public_id=public_id)
    if asked.taken_until is None or asked.taken_until <= now:
        take(session, public_id=public_id, actor=actor, now=now)
    require_may_judge(session, actor=actor, now=now)
    check_ballot(ballot)
    shown = shown_evidence(session, asked, now=now)
    require_own_evidence(ballot, known=shown)
    asked.answered_at, asked.answer, asked.taken_until = now, ballot.verdict.value, None
    asked.misinfo_type = ballot.misinfo_type.value if ballot.misinfo_type else None
    asked.confidence, asked.reason = ballot.confidence, ballot.reason.strip()
    asked.evidence_ids = sorted(ballot.evidence_ids)
    stand_behind(asked, shown, evidence_ids=ballot.evidence_ids)
    truth = _standing_verdict(session, asked)
    if truth is not None and not knows_answer(session, case_id=asked.case_id, person_id=asked.person_id):
        asked.verdict, asked.taught = truth.value, True
        teach_gold(session, person_id=asked.person_id, verdict=truth, answer=ballot.verdict, actor=actor, now=now)
    note_done(session, "hidden_ballot_answered", asked, actor=actor, now=now)
    return True


def told(session: Session, *, person_id: int, now: datetime) -> list[Told]:
    """Return the answered questions that are old enough to be told, the newest first: as old as votes become public.

    Later than the answer, so that nobody who has just been asked knows that the next ballots are not watched.
    """
    mine = (HiddenBallot.person_id == person_id, HiddenBallot.taught, HiddenBallot.answered_at <= latest_moment(now))
    rows = session.execute(
        select(HiddenBallot.answer, FactCheck)
        .join(FactCheck, FactCheck.case_id == HiddenBallot.case_id)
        .where(*mine, FactCheck.state.in_(STANDING))
        .order_by(HiddenBallot.answered_at.desc(), HiddenBallot.id.desc())
    )
    return [Told(Veracity(row.answer), row.FactCheck) for row in rows if row.answer]


def _offer(session: Session, person_id: int, *, actor: Actor, secret: bytes, now: datetime) -> None:
    """Put the next question into the person's queue, unless one waits, or its number was used, or there is none."""
    level = place_of(session, person_id=person_id, now=now).level
    if level in (Level.CANDIDATE, Level.VERIFIER):
        return  # whose level is appointed is not measured by questions
    number = hidden_gold_number(balance(session, person_id=person_id).by_lot, person_id=person_id, secret=secret)
    mine = select(HiddenBallot.id).where(HiddenBallot.person_id == person_id)
    unsettled = (HiddenBallot.answered_at.is_(None), HiddenBallot.skipped_at.is_(None))
    used = mine.where(HiddenBallot.ballot_number >= number)
    if session.scalar(mine.where(*unsettled).limit(1)) or session.scalar(used.limit(1)):
        return
    stock = [row for row in signed_cases(session, person_id=person_id) if not row.easy]
    by_key = {row.question.key: row for row in stock}
    seen = asked_before(session, person_id=person_id)
    question = pick_hidden([row.question for row in stock], seen, person_id=person_id, number=number, secret=secret)
    if question is None:
        return
    ballot = HiddenBallot(
        public_id=new_public_id(),
        person_id=person_id,
        case_id=by_key[question.key].case_id,
        ballot_number=number,
        verdict=question.verdict.value,
        offered_at=now,
    )
    try:
        with session.begin_nested():
            session.add(ballot)
    except IntegrityError:
        return  # another tab of the same person was first
    note_done(session, "hidden_ballot_offered", ballot, actor=actor, now=now)


def _deal(session: Session, waiting: list[HiddenBallot], *, actor: Actor, now: datetime) -> str | None:
    for ballot in waiting:
        known = knows_answer(session, case_id=ballot.case_id, person_id=ballot.person_id)
        if known or _standing_verdict(session, ballot) is None:
            ballot.skipped_at = now
            note_done(session, "hidden_ballot_withdrawn", ballot, actor=actor, now=now)
            continue
        _lease(session, ballot, way="lot", actor=actor, now=now)
        return ballot.public_id
    return None


def _lease(session: Session, ballot: HiddenBallot, *, way: str, actor: Actor, now: datetime) -> None:
    ballot.way, ballot.taken_until = ballot.way or way, now + LEASE
    ballot.skipped_at = None
    note_done(session, "hidden_ballot_taken", ballot, actor=actor, now=now)


def _waiting(session: Session, person_id: int, *, now: datetime) -> list[HiddenBallot]:
    unsettled = (HiddenBallot.answered_at.is_(None), HiddenBallot.skipped_at.is_(None))
    free = HiddenBallot.taken_until.is_(None) | (HiddenBallot.taken_until <= now)
    query = select(HiddenBallot).where(HiddenBallot.person_id == person_id, *unsettled, free)
    return list(session.scalars(query.order_by(HiddenBallot.ballot_number)))


def shown_evidence(session: Session, ballot: HiddenBallot, *, now: datetime) -> dict[int, EvidenceRow]:
    """Return the evidence that the page of a hidden question shows, by its number there."""
    found = dossier(session, public_id=ballot.public_id, person_id=ballot.person_id, now=now)
    return {row.evidence.id: row for row in found.evidence}


def stand_behind(asked: HiddenBallot, shown: dict[int, EvidenceRow], *, evidence_ids: Iterable[int]) -> None:
    """Note that a judgement rests on others' evidence, as `gathering.stand_behind` does on a case."""
    others = {str(number): True for number in evidence_ids if not shown[number].added_by_me}
    asked.opinions = {**asked.opinions, **others}


def _standing_verdict(session: Session, ballot: HiddenBallot) -> Veracity | None:
    holds = (FactCheck.case_id == ballot.case_id, FactCheck.state.in_(STANDING))
    verdict = session.scalar(select(FactCheck.verdict).where(*holds))
    found = Veracity(verdict) if verdict else None
    return found if found is not None and found.level is not None else None


def mine(session: Session, public_id: str, actor: Actor) -> HiddenBallot | None:
    """Return the actor's hidden question of that number, locked, or None; MergedAway while it rests in another case."""
    if actor.person_id is None:
        return None
    known = hidden_ballot(session, public_id=public_id, person_id=actor.person_id)
    found = known and session.get(HiddenBallot, known.id, with_for_update=True, populate_existing=True)
    if found is not None and found.doings.get("merged"):
        raise MergedAway(public_id=public_id)
    return found


def _lock_person(session: Session, actor: Actor) -> int:
    locked = select(Person.id).where(Person.id == actor.person_id).with_for_update()
    return session.execute(locked).scalar_one()


def note_done(session: Session, kind: str, ballot: HiddenBallot, *, actor: Actor, now: datetime) -> None:
    """Write down what was done with a hidden question, under the question's own number."""
    session.flush()  # the audit names the question by its number
    record(session, kind, actor=actor, subject=("hidden_ballot", ballot.id), now=now)
