"""Who works on which case: taking, renewing, handing over, skipping. Nobody is on a case unknowingly with another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Person, RoleGrant
from accounts.roles import Role
from kernel.outbox import Actor, record
from verification.errors import CaseTaken, MustDraw, NoSuchColleague, NothingWaits
from verification.models import Assessment, BallotAssignment, Case, CaseLease, CaseSkip
from verification.queries.queue import balance, queue
from verification.rules.assignment import draw, may_choose
from verification.rules.reputation import Right
from verification.services.conflicts import require_no_conflict
from verification.services.moving import lock_case
from verification.services.standing import require_right

LEASE = timedelta(minutes=30)
"""How long a case stays with somebody who does nothing on it; each act on the case renews it."""

WORKERS = (Role.VOLUNTEER, Role.VERIFIER, Role.EDITOR)
"""Whoever may hold a case."""

LOT = 50
"""Cases in the lot: the most urgent ones for this person."""


def take_case(session: Session, *, public_id: str, actor: Actor, now: datetime) -> Case:
    """Lease a case of the actor's own choice to them.

    Raises CaseTaken while somebody else holds it, MustDraw to a volunteer who has chosen so often that the lot has to
    catch up first, and EntranceMissing to one who has not passed the entrance.
    """
    require_right(session, actor=actor, right=Right.JUDGE, now=now)
    case = lock_case(session, public_id)
    person_id = _person(actor)
    known = _way_to(session, case.id, person_id)
    if known is None and actor.role == Role.VOLUNTEER:
        so_far = balance(session, person_id=person_id)
        if not may_choose(by_lot=so_far.by_lot, chosen=so_far.chosen):
            raise MustDraw(by_lot=so_far.by_lot, chosen=so_far.chosen)
    _lease(session, case, person_id, now=now)
    if known is None:
        _note_way(session, case.id, person_id, way="chosen", among=1, now=now)
    record(session, "case_taken", actor=actor, subject=("case", case.id), now=now)
    return case


def take_next(session: Session, *, actor: Actor, chance: Callable[[], float], now: datetime) -> Case:
    """Draw one of the cases that wait for the actor and lease it to them; the more urgent, the likelier.

    `chance` returns a number in [0, 1). Raises NothingWaits when there is no case, or each has just been taken, and
    EntranceMissing before the entrance.
    """
    require_right(session, actor=actor, right=Right.JUDGE, now=now)
    person_id = _person(actor)
    held = select(CaseLease.case_id).where(CaseLease.person_id == person_id, CaseLease.expires_at > now)
    mine = set(session.scalars(held))
    waiting = [row for row in queue(session, person_id=person_id, now=now, limit=LOT) if row.case_id not in mine]
    among = len(waiting)
    while waiting:
        row = waiting.pop(draw([1.0 + row.priority for row in waiting], chance()))
        case = lock_case(session, row.public_id)
        try:
            _lease(session, case, person_id, now=now)
        except CaseTaken:
            continue
        if _way_to(session, case.id, person_id) is None:
            _note_way(session, case.id, person_id, way="lot", among=among, now=now)
        facts = {"by_lot": True, "among": among}
        record(session, "case_taken", actor=actor, subject=("case", case.id), now=now, data=facts)
        return case
    raise NothingWaits


def hold_case(session: Session, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Make sure that the actor holds the case before they judge it; without a lease this is to choose it."""
    case = lock_case(session, public_id)
    lease = session.get(CaseLease, case.id)
    if lease is None or lease.expires_at <= now or lease.person_id != actor.person_id:
        take_case(session, public_id=public_id, actor=actor, now=now)


def require_lease(session: Session, *, case: Case, actor: Actor, now: datetime) -> None:
    """Raise CaseTaken when somebody else holds the case; renew the actor's own lease otherwise."""
    lease = session.get(CaseLease, case.id)
    if lease is None or lease.expires_at <= now:
        return
    if lease.person_id != actor.person_id:
        raise CaseTaken(expires_at=lease.expires_at)
    lease.expires_at = now + LEASE


def release_case(session: Session, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give the case back to the queue."""
    case = lock_case(session, public_id)
    _drop_lease(session, case.id, actor)
    record(session, "case_released", actor=actor, subject=("case", case.id), now=now)


def skip_case(session: Session, *, public_id: str, actor: Actor, now: datetime) -> None:
    """Give the case back and do not offer it to the actor again."""
    case = lock_case(session, public_id)
    _drop_lease(session, case.id, actor)
    if session.get(CaseSkip, (case.id, _person(actor))) is None:
        session.add(CaseSkip(case_id=case.id, person_id=_person(actor), skipped_at=now))
    record(session, "case_skipped", actor=actor, subject=("case", case.id), now=now)


def let_go(session: Session, *, public_id: str, actor: Actor) -> None:
    """End the actor's lease because they are done: their assessment itself is on record."""
    _drop_lease(session, lock_case(session, public_id).id, actor)


def hand_over(session: Session, *, public_id: str, to_alias: str, actor: Actor, now: datetime) -> None:
    """Pass the case that the actor holds to a colleague, named as everybody sees them.

    Raises NoSuchColleague when there is nobody of that name who may work on it, and CaseTaken when the actor does not
    hold it any more.
    """
    case = lock_case(session, public_id)
    colleague = colleague_for(session, case, to_alias, actor)
    mine = (CaseLease.case_id == case.id, CaseLease.person_id == actor.person_id, CaseLease.expires_at > now)
    passed = update(CaseLease).where(*mine).values(person_id=colleague.id, expires_at=now + LEASE)
    if session.scalar(passed.returning(CaseLease.case_id)) is None:
        raise _taken(session, case.id)
    if _way_to(session, case.id, colleague.id) is None:
        _note_way(session, case.id, colleague.id, way="handed", among=1, now=now)
    facts = {"to_person_id": colleague.id}
    record(session, "case_handed_over", actor=actor, subject=("case", case.id), now=now, data=facts)


def colleague_for(session: Session, case: Case, to_alias: str, actor: Actor) -> Person:
    """Return who works under this public name and may take the case over, or raise NoSuchColleague."""
    alias = to_alias.strip().removeprefix("@").lower()
    roles = select(RoleGrant.person_id).where(RoleGrant.role.in_([role.value for role in WORKERS]))
    named = (Person.alias == alias, Person.suspended_at.is_(None), Person.id != actor.person_id)
    colleague = session.scalar(select(Person).where(*named, Person.id.in_(roles)))
    if colleague is None:
        raise NoSuchColleague(field="alias")
    judged = select(Assessment.id).where(Assessment.case_id == case.id, Assessment.person_id == colleague.id)
    if session.scalar(judged.limit(1)) is not None:
        raise NoSuchColleague(field="alias", judged=True)
    require_no_conflict(session, case=case, actor=Actor(colleague.id))
    return colleague


def _lease(session: Session, case: Case, person_id: int, *, now: datetime) -> None:
    """Take the lease: an expired one is taken over by a conditional update, a missing one is inserted, and the primary
    key lets one of several simultaneous takers through."""
    until = now + LEASE
    mine_or_free = (CaseLease.person_id == person_id) | (CaseLease.expires_at <= now)
    renewed = update(CaseLease).where(CaseLease.case_id == case.id, mine_or_free)
    renewed = renewed.values(person_id=person_id, expires_at=until)
    if session.scalar(renewed.returning(CaseLease.case_id)) is None:
        try:
            with session.begin_nested():
                session.add(CaseLease(case_id=case.id, person_id=person_id, expires_at=until))
        except IntegrityError as error:
            raise _taken(session, case.id) from error


def _way_to(session: Session, case_id: int, person_id: int) -> str | None:
    known = (BallotAssignment.case_id == case_id, BallotAssignment.person_id == person_id)
    return session.scalar(select(BallotAssignment.way).where(*known))


def _note_way(session: Session, case_id: int, person_id: int, *, way: str, among: int, now: datetime) -> None:
    noted = BallotAssignment(case_id=case_id, person_id=person_id, way=way, among=among, assigned_at=now)
    session.add(noted)
    session.flush()  # the next question about the balance must see it


def _drop_lease(session: Session, case_id: int, actor: Actor) -> None:
    mine = (CaseLease.case_id == case_id, CaseLease.person_id == actor.person_id)
    session.execute(delete(CaseLease).where(*mine))


def _taken(session: Session, case_id: int) -> CaseTaken:
    expires_at = session.scalar(select(CaseLease.expires_at).where(CaseLease.case_id == case_id))
    return CaseTaken(expires_at=expires_at)


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise AssertionError("only a person can hold a case")
    return actor.person_id
