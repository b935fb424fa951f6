"""Giving a fact-check its topics: those that its words tell, and those that its house named."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from verification.models import FactCheck, FactCheckTopic
from verification.rules.topics import topics_of


def tag(session: Session, fact_check: FactCheck, *, named: Iterable[str]) -> bool:
    """Set the topics of a fact-check that has its number, title and claim, and say whether that changed any.

    `named` are given by people.
    """
    topics = topics_of(f"{fact_check.title}\n{fact_check.claim}", named)
    if list(topics) == fact_check.topics:
        return False
    fact_check.topics = list(topics)
    session.execute(delete(FactCheckTopic).where(FactCheckTopic.fact_check_id == fact_check.id))
    session.add_all(FactCheckTopic(fact_check_id=fact_check.id, topic=topic) for topic in topics)
    return True
