"""Where a person stands: what is known of their judging, the level that it amounts to, and what the level opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person, RoleGrant
from accounts.roles import REVIEWERS
from kernel.outbox import Actor
from verification.errors import EntranceMissing, JudgingTooFast
from verification.models import (
    Assessment,
    CounterNarrative,
    EntranceAttempt,
    Evidence,
    HiddenBallot,
    NarrativeSuggestion,
    PaceObjection,
)
from verification.rules.brigade import DAY_SECONDS, RateLimited, check_rate
from verification.rules.consensus import gain
from verification.rules.reputation import Level, Right, Standing, level_of, rights_of
from verification.services.teaching import current_crowd, records_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Before everything: since when ballots count for the pace of somebody whom nobody has heard."""


@dataclass(frozen=True, slots=True)
class Place:
    """A person's standing and the level that it amounts to now."""

    standing: Standing
    level: Level

    @property
    def rights(self) -> frozenset[Right]:
        """What the level opens at the desk."""
        return rights_of(self.level)


def place_of(session: Session, *, person_id: int, now: datetime) -> Place:
    """Return where a person stands at `now`: marks fade, so the same record can be worth less a year later."""
    person = session.get_one(Person, person_id)
    record = records_of(session, person_ids=[person_id], now=now).get(person_id)
    standing = Standing(
        gold_passed=has_passed(session, person_id=person_id),
        signed=record.signed if record else 0,
        gain=gain(record, current_crowd(session)),
        account_age_seconds=(now - person.created_at).total_seconds(),
        actions=_actions(session, person_id),
        appointed=_is_appointed(session, person_id),
    )
    return Place(standing, level_of(standing))


def has_passed(session: Session, *, person_id: int) -> bool:
    """Return whether the person has passed the entrance."""
    mine = (EntranceAttempt.person_id == person_id, EntranceAttempt.passed.is_(True))
    return session.scalar(select(EntranceAttempt.id).where(*mine).limit(1)) is not None


def require_right(session: Session, *, actor: Actor, right: Right, now: datetime) -> Place:
    """Return where the actor stands, or raise EntranceMissing when their level does not open `right`."""
    if actor.person_id is None:
        raise EntranceMissing(right=right.value)
    place = place_of(session, person_id=actor.person_id, now=now)
    if right not in place.rights:
        raise EntranceMissing(right=right.value)
    return place


def require_may_judge(session: Session, *, actor: Actor, now: datetime) -> None:
    """Raise EntranceMissing before the entrance, and JudgingTooFast when this hour's or day's ballots are used up.

    The person's row is locked, so that two ballots at the same moment are counted one after the other.
    """
    place = require_right(session, actor=actor, right=Right.JUDGE, now=now)
    session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update())
    limited = check_rate(place.level, _ballot_times(session, actor.person_id, now=now), now.timestamp())
    if limited is not None:
        raise JudgingTooFast(
            votes=limited.votes,
            window_seconds=int(limited.window_seconds),
            retry_after_seconds=max(1, int(limited.retry_after_seconds) + 1),
        )


def pace_of(session: Session, *, person_id: int, now: datetime) -> RateLimited | None:
    """Return what stops the person from judging at this moment, or None when the next ballot is welcome."""
    level = place_of(session, person_id=person_id, now=now).level
    return check_rate(level, _ballot_times(session, person_id, now=now), now.timestamp())


def words_accepted(session: Session, *, person_id: int) -> list[bool]:
    """Return what became of the words that the person wrote for counter-narratives, the oldest decision first.

    Suggestions that were taken are among it: whose versions were sent back of late finds the way back by them.
    """
    own = (CounterNarrative.author_id == person_id, CounterNarrative.state.in_(("approved", "rejected")))
    versions = session.execute(select(CounterNarrative.decided_at, CounterNarrative.state).where(*own))
    taken = (NarrativeSuggestion.author_id == person_id, NarrativeSuggestion.state == "accepted")
    suggestions = session.scalars(select(NarrativeSuggestion.decided_at).where(*taken))
    decided = [(row.decided_at, row.state == "approved") for row in versions]
    decided += [(decided_at, True) for decided_at in suggestions]
    return [accepted for _moment, accepted in sorted(decided)]


def _ballot_times(session: Session, person_id: int | None, *, now: datetime) -> list[float]:
    """Return when the person filed ballots in the last day, changes of mind and hidden questions among them.

    Those before an objection to the pace was upheld are left out: somebody has looked at them.
    """
    heard = select(func.max(PaceObjection.decided_at))
    heard = heard.where(PaceObjection.person_id == person_id, PaceObjection.outcome == "upheld")
    since = max(now - timedelta(seconds=DAY_SECONDS), session.scalar(heard) or EPOCH)
    filed = select(Assessment.filed_at).where(Assessment.person_id == person_id, Assessment.filed_at > since)
    hidden = select(HiddenBallot.answered_at).where(
        HiddenBallot.person_id == person_id, HiddenBallot.answered_at > since
    )
    moments = [*session.scalars(filed), *session.scalars(hidden)]
    return [moment.timestamp() for moment in moments if moment is not None]


def _actions(session: Session, person_id: int) -> int:
    """Return how many pieces of evidence, assessments and answers to hidden questions the person has contributed."""
    filed = select(func.count()).where(Assessment.person_id == person_id)
    added = select(func.count()).where(Evidence.added_by == person_id)
    asked = select(func.count(HiddenBallot.answered_at)).where(HiddenBallot.person_id == person_id)
    return sum(session.scalar(query) or 0 for query in (filed, added, asked))


def _is_appointed(session: Session, person_id: int) -> bool:
    roles = [role.value for role in REVIEWERS]
    granted = select(RoleGrant.id).where(RoleGrant.person_id == person_id, RoleGrant.role.in_(roles))
    return session.scalar(granted.limit(1)) is not None
