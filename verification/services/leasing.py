"""Who works on which case: taking, renewing, handing over, skipping. Nobody is on a case unknowingly with another."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import CaseTaken
from verification.models import Case, CaseLease, CaseSkip
from verification.services.moving import lock_case

LEASE = timedelta(minutes=30)
"""How long a case stays with somebody who does nothing on it; each act on the case renews it."""


def take_case(session: Session, *, public_id: str, actor: Actor, now: datetime) -> Case:
    """Lease the case to the actor, or raise CaseTaken while somebody else holds it.

    The lease row is the lock: an expired one is taken over by a conditional update, a missing one is inserted, and the
    primary key lets one of several simultaneous takers through.
    """
    case = lock_case(session, public_id)
    person_id = _person(actor)
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
    record(session, "case_taken", actor=actor, subject=("case", case.id), now=now)
    return case


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


def hand_over(session: Session, *, public_id: str, to_person_id: int, actor: Actor, now: datetime) -> None:
    """Pass the case that the actor holds to somebody else."""
    case = lock_case(session, public_id)
    mine = (CaseLease.case_id == case.id, CaseLease.person_id == actor.person_id)
    passed = update(CaseLease).where(*mine).values(person_id=to_person_id, expires_at=now + LEASE)
    if session.scalar(passed.returning(CaseLease.case_id)) is None:
        raise _taken(session, case.id)
    facts = {"to_person_id": to_person_id}
    record(session, "case_handed_over", actor=actor, subject=("case", case.id), now=now, data=facts)


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
