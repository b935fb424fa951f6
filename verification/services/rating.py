"""What helps: people rate published counter-narratives, and each night all of them are ranked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from kernel.outbox import SYSTEM, Actor, record
from verification.errors import NoSuchFactCheck, OwnWork
from verification.models import (
    CounterNarrative,
    FactCheck,
    FactCheckRevision,
    HelpRating,
    NarrativeRank,
    NarrativeRanking,
)
from verification.rules.bridging import Badge, Help, rank
from verification.rules.bridging import HelpRating as Rating
from verification.rules.consensus import gain
from verification.rules.parameters import VERSION
from verification.services.teaching import current_crowd, records_of


def rate(session: Session, *, public_id: str, help_: Help, actor: Actor, now: datetime) -> None:
    """Say whether the counter-narrative behind a fact-check helps; a second word replaces the first.

    Raises OwnWork to its author and its approver, NoSuchFactCheck where there is no counter-narrative of ours.
    """
    narrative = narrative_behind(session, public_id=public_id)
    if narrative is None or actor.person_id is None:
        raise NoSuchFactCheck(public_id=public_id)
    if actor.person_id in (narrative.author_id, narrative.approver_id):
        raise OwnWork(public_id=public_id)
    rating = session.get(HelpRating, (narrative.id, actor.person_id))
    if rating is None:
        rated = HelpRating(counter_narrative_id=narrative.id, person_id=actor.person_id, help=help_.value, rated_at=now)
        session.add(rated)
    else:
        rating.help, rating.rated_at = help_.value, now
    subject = ("counter_narrative", narrative.id)
    record(session, "counter_narrative_rated", actor=actor, subject=subject, now=now, data={"public_id": public_id})


def narrative_behind(session: Session, *, public_id: str) -> CounterNarrative | None:
    """Return the counter-narrative that a public fact-check shows now, or None."""
    query = (
        select(CounterNarrative)
        .join(FactCheckRevision, FactCheckRevision.counter_narrative_id == CounterNarrative.id)
        .join(FactCheck, FactCheck.id == FactCheckRevision.fact_check_id)
        .where(FactCheck.public_id == public_id)
        .order_by(FactCheckRevision.revision.desc())
        .limit(1)
    )
    return session.scalar(query)


def rank_all(session: Session, *, now: datetime) -> NarrativeRanking:
    """Rank every rated counter-narrative by the rule of rules.bridging and keep the result. For the nightly job."""
    rows = session.execute(select(HelpRating.person_id, HelpRating.counter_narrative_id, HelpRating.help)).all()
    ratings = [Rating(row.person_id, row.counter_narrative_id, Help(row.help)) for row in rows]
    ranked = rank(ratings, distrusted=_distrusted(session, ratings, now=now), had_badge=_last_badges(session))
    ranking = NarrativeRanking(
        method=ranked.method.value,
        ratings=len(ratings),
        missing_ratings=ranked.missing_ratings,
        parameters_version=VERSION,
        ranked_at=now,
    )
    session.add(ranking)
    session.flush()  # the places need the number of their ranking
    session.add_all(
        NarrativeRank(
            ranking_id=ranking.id,
            counter_narrative_id=one.narrative,
            place=place,
            score=one.score,
            ratings=one.ratings,
            intercept=one.intercept,
            factor=one.factor,
            badge=one.badge.value if one.badge else None,
        )
        for place, one in enumerate(ranked.narratives, start=1)
    )
    facts = {"method": ranking.method, "ratings": ranking.ratings, "missing": ranking.missing_ratings}
    subject = ("narrative_ranking", ranking.id)
    record(session, "narratives_ranked", actor=SYSTEM, subject=subject, now=now, data=facts)
    return ranking


def _distrusted(session: Session, ratings: Sequence[Rating], *, now: datetime) -> set[int]:
    """Return the raters who do not count: suspended ones, and those whose verdicts were of no use so far (gain 0)."""
    suspended = set(session.scalars(select(Person.id).where(Person.suspended_at.is_not(None))))
    raters = {rating.rater for rating in ratings}
    crowd, records = current_crowd(session), records_of(session, person_ids=raters, now=now)
    return suspended | {rater for rater in raters if gain(records.get(rater), crowd) <= 0}


def _last_badges(session: Session) -> dict[int, Badge]:
    last = select(NarrativeRanking.id).order_by(NarrativeRanking.id.desc()).limit(1).scalar_subquery()
    query = select(NarrativeRank.counter_narrative_id, NarrativeRank.badge)
    rows = session.execute(query.where(NarrativeRank.ranking_id == last, NarrativeRank.badge.is_not(None)))
    return {row.counter_narrative_id: Badge(row.badge) for row in rows}
