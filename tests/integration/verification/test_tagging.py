"""The topics of a fact-check, in its row and in the table that lists look into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.db import Database
from tests.standing_clock import START
from verification.models import FactCheckTopic
from verification.services.importing import PriorCheck, import_prior_check

PRIOR = PriorCheck(
    key="rumah:1",
    title="Vaksin ini tidak berisi cip",
    claim="Vaksin berisi cip",
    explanation="Pemilu dan banjir hanya disebut di sini.",
    label="SALAH",
    verdict=None,
    misinfo_type=None,
    language="id",
    published_on=date(2026, 1, 2),
    url="https://example.org/1",
    source_name="Rumah Cek",
    topics=("Teori Konspirasi", "vaksin"),
)


def listed(session: Session, number: int) -> set[str]:
    rows = select(FactCheckTopic.topic).where(FactCheckTopic.fact_check_id == number)
    return set(session.scalars(rows))


def test_topics_are_found_in_title_and_claim_and_taken_from_the_house(database: Database) -> None:
    with database.write() as session:
        fact_check, _outcome = import_prior_check(session, prior=PRIOR, now=START)
        assert fact_check.topics == ["health", "teori-konspirasi", "vaksin"]
    with database.read() as session:
        assert listed(session, fact_check.id) == {"health", "teori-konspirasi", "vaksin"}


def test_new_topics_replace_the_old_and_the_same_ones_change_nothing(database: Database) -> None:
    with database.write() as session:
        fact_check, _outcome = import_prior_check(session, prior=PRIOR, now=START)
    with database.write() as session:
        assert import_prior_check(session, prior=PRIOR, now=START)[1] == "unchanged"
        assert import_prior_check(session, prior=replace(PRIOR, topics=()), now=START)[1] == "changed"
    with database.read() as session:
        assert listed(session, fact_check.id) == {"health"}
