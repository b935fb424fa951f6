"""Finding accounts that vote as one: an alert for staff, and one voter from that vote on (CONSENSUS §3.4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from verification.errors import AlreadyDecided, OwnSignature
from verification.models import Assessment, Case, RingMember, VotingRing
from verification.queries.votes import LIVE_RINGS, ring_of
from verification.rules.brigade import CastVote, Link, find_links
from verification.rules.lifecycle import ASSESSABLE
from verification.rules.parameters import PARAMETERS
from verification.rules.scale import Veracity
from verification.services.stating import require_reason

COMPANIONS_LOOKED_AT = 30
"""Accounts that voted alike a moment before, whose histories are compared; one link draws somebody into a ring."""


def link_accounts(session: Session, *, assessment: Assessment, now: datetime) -> int | None:
    """Put the caster of this vote into a ring with those who keep voting like them at the same time.

    Returns the ring, or None. The caller concludes the case afterwards; other open cases on which the ring voted are
    concluded again by the worker, which the event tells.
    """
    companions = _companions(session, assessment)
    if not companions:
        return None
    person_id = assessment.person_id
    link = _strongest(find_links(_histories(session, {person_id, *companions})), person_id)
    if link is None:
        return None
    other = link.second if link.first == person_id else link.first
    return _join(session, person_id, other, link, now=now)


def decide_ring(
    session: Session, *, ring_id: int, confirmed: bool, note: str, actor: Actor, now: datetime
) -> VotingRing:
    """Say whether an alert was right. A dismissed ring's accounts count each for themselves again, and votes cast
    before that moment link nobody any more; suspending an account stays an act of its own. Nobody decides on a ring
    that they are counted in.
    """
    ring = session.get(VotingRing, ring_id, with_for_update=True)
    if ring is None or ring.state not in LIVE_RINGS:
        raise AlreadyDecided(ring_id=ring_id)
    members = select(RingMember.person_id).where(RingMember.ring_id == ring_id)
    if actor.person_id in session.scalars(members).all():
        raise OwnSignature(ring_id=ring_id)
    ring.note = require_reason(note, field="note")
    ring.state, ring.decided_by, ring.decided_at = "confirmed" if confirmed else "dismissed", actor.person_id, now
    facts = {"state": ring.state, "reason": ring.note}
    record(session, "voting_ring_decided", actor=actor, subject=("voting_ring", ring.id), now=now, data=facts)
    return ring


def object_to_ring(session: Session, *, objection: str, actor: Actor, now: datetime) -> RingMember:
    """Let an account say that it acts for itself; staff see it beside the alert."""
    query = (
        select(RingMember)
        .join(VotingRing, VotingRing.id == RingMember.ring_id)
        .where(RingMember.person_id == actor.person_id, VotingRing.state.in_(LIVE_RINGS))
    )
    member = session.scalar(query)
    if member is None:
        raise AlreadyDecided
    member.objection, member.objected_at = require_reason(objection, field="objection"), now
    record(session, "ring_objected", actor=actor, subject=("voting_ring", member.ring_id), now=now)
    return member


def open_cases_of_ring(session: Session, *, ring_id: int) -> list[str]:
    """Return the public numbers of the open cases on which accounts of the ring voted."""
    members = select(RingMember.person_id).where(RingMember.ring_id == ring_id)
    query = (
        select(Case.public_id)
        .join(Assessment, Assessment.case_id == Case.id)
        .where(Assessment.person_id.in_(members), Assessment.superseded_at.is_(None))
        .where(Case.state.in_([state.value for state in ASSESSABLE]))
        .distinct()
        .order_by(Case.public_id)
    )
    return list(session.scalars(query))


def _companions(session: Session, assessment: Assessment) -> list[int]:
    since = assessment.filed_at - timedelta(seconds=PARAMETERS.brigade.window_seconds)
    mine = ring_of(session, person_ids=[assessment.person_id]).get(assessment.person_id)
    alike = (
        select(Assessment.person_id)
        .where(Assessment.case_id == assessment.case_id, Assessment.superseded_at.is_(None))
        .where(Assessment.verdict == assessment.verdict, Assessment.person_id != assessment.person_id)
        .where(Assessment.filed_at >= since)
        .order_by(Assessment.filed_at.desc())
        .limit(COMPANIONS_LOOKED_AT)
    )
    found = list(session.scalars(alike))
    rings = ring_of(session, person_ids=found)
    return [person for person in found if mine is None or rings.get(person) != mine]


def _histories(session: Session, people: set[int]) -> list[CastVote]:
    cleared_at = select(RingMember.person_id, VotingRing.decided_at).join(
        VotingRing, VotingRing.id == RingMember.ring_id
    )
    cleared_at = cleared_at.where(RingMember.person_id.in_(people), VotingRing.state == "dismissed")
    dismissed = {row.person_id: row.decided_at for row in session.execute(cleared_at.order_by(VotingRing.decided_at))}
    query = select(Assessment.person_id, Assessment.case_id, Assessment.verdict, Assessment.filed_at)
    rows = session.execute(query.where(Assessment.person_id.in_(people), Assessment.superseded_at.is_(None)))
    return [
        CastVote(row.person_id, row.case_id, Veracity(row.verdict).level, row.filed_at.timestamp())
        for row in rows
        if (cleared := dismissed.get(row.person_id)) is None or row.filed_at > cleared
    ]


def _strongest(links: tuple[Link, ...], person_id: int) -> Link | None:
    return next((link for link in links if person_id in (link.first, link.second)), None)


def _join(session: Session, person_id: int, other: int, link: Link, *, now: datetime) -> int:
    rings = ring_of(session, person_ids=[person_id, other])
    known = sorted(set(rings.values()))
    if known:
        ring_id = known[0]
    else:
        ring = VotingRing(state="open", found_at=now)
        session.add(ring)
        session.flush()  # the members name the ring by its number
        ring_id = ring.id
    for older in known[1:]:
        _merge(session, older, into=ring_id)
    for who, whom in ((person_id, other), (other, person_id)):
        if who not in rings:
            session.add(
                RingMember(
                    ring_id=ring_id,
                    person_id=who,
                    linked_to_id=whom,
                    shared=link.shared,
                    share=link.share,
                    joined_at=now,
                )
            )
    session.flush()  # the conclusion that follows asks who is in which ring
    facts = {"ring_id": ring_id, "shared": link.shared, "share": link.share}
    record(session, "accounts_linked", actor=SYSTEM, subject=("voting_ring", ring_id), now=now, data=facts)
    return ring_id


def _merge(session: Session, ring_id: int, *, into: int) -> None:
    session.execute(update(RingMember).where(RingMember.ring_id == ring_id).values(ring_id=into))
    session.get_one(VotingRing, ring_id).state = "merged"
