"""The votes of a case as the rules of consensus take them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from verification.models import Assessment, Case, Item, Report, RingMember, VotingRing
from verification.rules.consensus import Vote
from verification.rules.scale import Veracity

LIVE_RINGS = ("open", "confirmed")
"""States in which a ring's accounts count as one voter: from the alert on, until staff dismiss it."""


@dataclass(frozen=True, slots=True)
class StandingVote:
    """Somebody's open assessment: the verdict as it was chosen, and the vote that it is on the axis."""

    verdict: Veracity
    vote: Vote

    @property
    def voter(self) -> tuple[str, object]:
        """Who it counts for: the person, or the ring of accounts that count as one."""
        return ("person", self.vote.rater) if self.vote.link is None else ("ring", self.vote.link)


def standing_votes(session: Session, *, case: Case) -> tuple[StandingVote, ...]:
    """Return the open votes of a case, oldest first.

    Excluded, though kept, are those of suspended accounts, of the claim's reporters and of people of an organisation
    that it names: what was no conflict when they voted may be one now.
    """
    rows = session.execute(
        select(Assessment, Person.suspended_at, Person.organisation_id)
        .join(Person, Person.id == Assessment.person_id)
        .where(Assessment.case_id == case.id, Assessment.superseded_at.is_(None))
        .order_by(Assessment.id)
    ).all()
    voters = [row.Assessment.person_id for row in rows]
    rings, reporters = ring_of(session, person_ids=voters), reporters_of(session, case_id=case.id)
    votes = []
    for assessment, suspended_at, organisation_id in rows:
        excluded = (
            suspended_at is not None
            or assessment.person_id in reporters
            or organisation_id in case.named_organisation_ids
        )
        verdict = Veracity(assessment.verdict)
        vote = Vote(
            rater=assessment.person_id,
            level=verdict.level,
            at=assessment.filed_at.timestamp(),
            blind=not assessment.tally_seen,
            link=rings.get(assessment.person_id),
            excluded=excluded,
        )
        votes.append(StandingVote(verdict, vote))
    return tuple(votes)


def ring_of(session: Session, *, person_ids: Collection[int]) -> dict[int, int]:
    """Return the ring that each of these people is in; most are in none."""
    query = (
        select(RingMember.person_id, RingMember.ring_id)
        .join(VotingRing, VotingRing.id == RingMember.ring_id)
        .where(RingMember.person_id.in_(person_ids), VotingRing.state.in_(LIVE_RINGS))
    )
    return {row.person_id: row.ring_id for row in session.execute(query)}


def reporters_of(session: Session, *, case_id: int) -> frozenset[int]:
    """Return the accounts that reported what the case is about."""
    query = select(Report.person_id).join(Item, Item.id == Report.item_id)
    found = session.scalars(query.where(Item.case_id == case_id, Report.person_id.is_not(None)))
    return frozenset(person_id for person_id in found if person_id is not None)
