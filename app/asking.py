"""The questions of the entrance, whichever kind they are: shipped practice cases, and the house's own signed cases."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.practice import PracticeCase, practice_cases, stock
from verification.errors import NoSuchQuestion
from verification.queries.gold import Content, content_of, signed_cases
from verification.rules.reputation import GoldQuestion
from verification.rules.scale import Veracity


def stock_for(session: Session, *, person_id: int) -> list[GoldQuestion]:
    """Return what this person may be asked: every shipped question, and signed cases that were not easy for all."""
    signed = [row.question for row in signed_cases(session, person_id=person_id) if not row.easy]
    return [*stock(), *signed]


def look_up(session: Session, *, key: str) -> tuple[GoldQuestion, PracticeCase | Content]:
    """Return the question behind a key, with what it shows. Raises NoSuchQuestion when it holds no more."""
    if key in practice_cases():
        case = practice_cases()[key]
        return case.question, case
    content = content_of(session, key=key)
    if content is None or not content.fact_check.verdict:
        raise NoSuchQuestion(question=key)
    return GoldQuestion(key, Veracity(content.fact_check.verdict)), content
