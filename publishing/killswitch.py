"""Stopping everything at once, by one person; letting go again, by two.

Whoever works for an organisation stops that one and lets it go again; the switch of everybody is the admins'.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.roles import Role
from kernel.outbox import Actor, record
from publishing.claims import GLOBAL_SCOPE
from publishing.errors import AlreadyFrozen, NotFrozen, NotYourSwitch, SamePerson
from publishing.models import KillSwitch


def freeze(
    session: Session, *, organisation_id: int | None, reason: str, person_id: int, actor: Actor, now: datetime
) -> KillSwitch:
    """Stop all sending of an organisation, or of everybody where it is None. Raises AlreadyFrozen, NotYourSwitch.

    Nothing leaves from the moment this is committed: the outbox asks once more right before each request.
    """
    if (organisation_id or GLOBAL_SCOPE) not in _scopes(actor):
        raise NotYourSwitch(organisation_id=organisation_id)
    switch = KillSwitch(scope=organisation_id or GLOBAL_SCOPE, reason=reason, frozen_by=person_id, frozen_at=now)
    try:
        with session.begin_nested():
            session.add(switch)
    except IntegrityError as error:
        raise AlreadyFrozen(organisation_id=organisation_id) from error
    _tell(session, "publishing_frozen", switch, actor=actor, now=now)
    return switch


def ask_release(session: Session, switch_id: int, *, person_id: int, actor: Actor, now: datetime) -> KillSwitch:
    """Sign first for a release. Asking again changes nothing; NotFrozen where it was released meanwhile."""
    switch = _in_force(session, switch_id, actor)
    if switch.release_asked_by is None:
        switch.release_asked_by, switch.release_asked_at = person_id, now
        _tell(session, "publishing_release_asked", switch, actor=actor, now=now)
    return switch


def release(session: Session, switch_id: int, *, person_id: int, actor: Actor, now: datetime) -> KillSwitch:
    """Sign second, and let sending go on. Raises SamePerson for the one who asked, and where nobody has asked yet."""
    switch = _in_force(session, switch_id, actor)
    if switch.release_asked_by in {None, person_id}:
        raise SamePerson(switch_id=switch_id)
    session.execute(
        update(KillSwitch)
        .where(KillSwitch.id == switch_id, KillSwitch.released_at.is_(None))
        .values(released_by=person_id, released_at=now)
        .execution_options(synchronize_session="fetch")
    )
    _tell(session, "publishing_released", switch, actor=actor, now=now)
    return switch


def in_force(session: Session, organisation_id: int | None) -> list[KillSwitch]:
    """Return the freezes that hold an organisation back, the global one first; for None that one alone."""
    scopes = {GLOBAL_SCOPE, organisation_id or GLOBAL_SCOPE}
    query = select(KillSwitch).where(KillSwitch.released_at.is_(None), KillSwitch.scope.in_(scopes))
    return list(session.scalars(query.order_by(KillSwitch.scope)))


def history(session: Session, organisation_id: int | None, *, limit: int = 20) -> list[KillSwitch]:
    """Return past freezes of an organisation and of everybody, the latest first."""
    scopes = {GLOBAL_SCOPE, organisation_id or GLOBAL_SCOPE}
    query = select(KillSwitch).where(KillSwitch.released_at.is_not(None), KillSwitch.scope.in_(scopes))
    return list(session.scalars(query.order_by(KillSwitch.id.desc()).limit(limit)))


def _scopes(actor: Actor) -> set[int]:
    """Return the switches that somebody may touch."""
    own = {actor.organisation_id} if actor.organisation_id is not None else set()
    return own | ({GLOBAL_SCOPE} if actor.role == Role.ADMIN else set())


def _in_force(session: Session, switch_id: int, actor: Actor) -> KillSwitch:
    query = select(KillSwitch).where(KillSwitch.id == switch_id, KillSwitch.released_at.is_(None))
    switch = session.scalar(query.where(KillSwitch.scope.in_(_scopes(actor))).with_for_update())
    if switch is None:
        raise NotFrozen(switch_id=switch_id)
    return switch


def _tell(session: Session, kind: str, switch: KillSwitch, *, actor: Actor, now: datetime) -> None:
    data = {"scope": switch.scope, "reason": switch.reason}
    record(session, kind, actor=actor, subject=("kill_switch", switch.id), now=now, data=data)
