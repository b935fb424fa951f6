"""For the staff page of holds: which open cases are held back and why, and which accounts vote as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import Case, Decision, PaceObjection, RingMember, VotingRing
from verification.queries.justice import open_flags
from verification.queries.votes import LIVE_RINGS
from verification.rules.consensus import Hold
from verification.rules.lifecycle import ASSESSABLE


@dataclass(frozen=True, slots=True)
class HeldCase:
    """An open case whose last decision is a hold. `holds` are the reasons, for each of which a page has a sentence."""

    public_id: str
    claim: str
    holds: tuple[Hold, ...]
    votes: int
    effective_votes: float
    since: datetime
    open_flags: int


@dataclass(frozen=True, slots=True)
class Member:
    """An account in a ring, by its public name, with what put it there and what it says to that."""

    person_id: int
    alias: str
    linked_to: str
    shared: int
    share: float
    suspended: bool
    objection: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Accounts that count as one voter until somebody decides (services.linking.decide_ring)."""

    ring_id: int
    state: str
    found_at: datetime
    members: tuple[Member, ...]


def pace_objections(session: Session, *, limit: int = 50) -> list[tuple[PaceObjection, str]]:
    """Return the objections to the pace that wait, with their authors' public names, the oldest first."""
    query = select(PaceObjection, Person.alias).join(Person, Person.id == PaceObjection.person_id)
    waiting = query.where(PaceObjection.decided_at.is_(None)).order_by(PaceObjection.objected_at, PaceObjection.id)
    return [(row.PaceObjection, row.alias) for row in session.execute(waiting.limit(limit))]


def last_pace_objection(session: Session, *, person_id: int) -> PaceObjection | None:
    """Return the last objection to the pace of an account."""
    mine = select(PaceObjection).where(PaceObjection.person_id == person_id)
    return session.scalar(mine.order_by(PaceObjection.id.desc()).limit(1))


def held_back(session: Session, *, limit: int = 50) -> list[HeldCase]:
    """Return the held cases, those with most votes first; services.holding.release_holds lets one go on."""
    newest = select(func.max(Decision.id)).group_by(Decision.case_id)
    rows = session.execute(
        select(Case, Decision)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.id.in_(newest), Decision.outcome == "held")
        .where(Case.state.in_([state.value for state in ASSESSABLE]))
        .order_by(Decision.votes.desc(), Case.id)
        .limit(limit)
    )
    return [
        HeldCase(
            public_id=row.Case.public_id,
            claim=row.Case.claim,
            holds=tuple(Hold(hold) for hold in row.Decision.holds),
            votes=row.Decision.votes,
            effective_votes=row.Decision.effective_votes,
            since=row.Decision.decided_at,
            open_flags=open_flags(session, case_id=row.Case.id),
        )
        for row in rows
    ]


def member_of(session: Session, *, person_id: int) -> Member | None:
    """Return the account's own place in the ring that it counts in, or None; only its own name is told."""
    query = (
        select(RingMember, Person.alias, Person.suspended_at)
        .join(VotingRing, VotingRing.id == RingMember.ring_id)
        .join(Person, Person.id == RingMember.person_id)
        .where(RingMember.person_id == person_id, VotingRing.state.in_(LIVE_RINGS))
    )
    row = session.execute(query).first()
    if row is None:
        return None
    member, suspended = row.RingMember, row.suspended_at is not None
    return Member(person_id, row.alias, "", member.shared, member.share, suspended, member.objection)


def rings(session: Session, *, limit: int = 50) -> list[Ring]:
    """Return the rings that count as one voter now, undecided ones first, then the newest."""
    found = session.scalars(
        select(VotingRing)
        .where(VotingRing.state.in_(LIVE_RINGS))
        .order_by(VotingRing.state.desc(), VotingRing.found_at.desc(), VotingRing.id.desc())
        .limit(limit)
    ).all()
    members = session.execute(
        select(RingMember, Person.alias, Person.suspended_at)
        .join(Person, Person.id == RingMember.person_id)
        .where(RingMember.ring_id.in_([ring.id for ring in found]))
        .order_by(RingMember.id)
    ).all()
    aliases = {row.RingMember.person_id: row.alias for row in members}
    of_ring: dict[int, list[Member]] = {ring.id: [] for ring in found}
    for member, alias, suspended_at in members:
        of_ring[member.ring_id].append(
            Member(
                person_id=member.person_id,
                alias=alias,
                linked_to=aliases.get(member.linked_to_id, ""),
                shared=member.shared,
                share=member.share,
                suspended=suspended_at is not None,
                objection=member.objection,
            )
        )
    return [Ring(ring.id, ring.state, ring.found_at, tuple(of_ring[ring.id])) for ring in found]
