"""How the words of a counter-narrative came to be: its versions, others' suggestions, and whether it helps."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from verification.errors import NoSuchCase
from verification.models import Case, CounterNarrative, FactCheck, HelpRating, NarrativeRank, NarrativeRanking
from verification.queries.deliberation import SuggestionRow, suggestions_of


@dataclass(frozen=True, slots=True)
class Wording:
    """All of it. `versions` are the newest first; `rank` is the newest version's place in the last `ranking`."""

    case: Case
    versions: tuple[CounterNarrative, ...]
    suggestions: tuple[SuggestionRow, ...]
    fact_check: FactCheck | None
    my_rating: str
    rank: NarrativeRank | None
    ranking: NarrativeRanking | None


def wording(session: Session, *, public_id: str, person_id: int) -> Wording:
    """Return it as this person sees it, or raise NoSuchCase."""
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NoSuchCase(public_id=public_id)
    mine = select(CounterNarrative).where(CounterNarrative.case_id == case.id)
    versions = session.scalars(mine.order_by(CounterNarrative.version.desc())).all()
    ranking = session.scalar(select(NarrativeRanking).order_by(NarrativeRanking.id.desc()).limit(1))
    numbers = [version.id for version in versions]
    rated = select(HelpRating.help).where(HelpRating.person_id == person_id)
    rated = rated.where(HelpRating.counter_narrative_id.in_(numbers)).order_by(HelpRating.rated_at.desc())
    placed = select(NarrativeRank).where(NarrativeRank.counter_narrative_id.in_(numbers))
    placed = placed.where(NarrativeRank.ranking_id == (ranking.id if ranking else None))
    return Wording(
        case=case,
        versions=tuple(versions),
        suggestions=suggestions_of(session, case_id=case.id, person_id=person_id),
        fact_check=session.scalar(select(FactCheck).where(FactCheck.case_id == case.id)),
        my_rating=session.scalar(rated.limit(1)) or "",
        rank=session.scalar(placed.order_by(NarrativeRank.counter_narrative_id.desc()).limit(1)),
        ranking=ranking,
    )
