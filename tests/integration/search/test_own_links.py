"""From what people confirm and reject to what the matcher learns from, through the database."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from app.documents import document_of, key_of
from app.learning import OWN, own_body
from kernel.db import Database
from kernel.outbox import Actor
from search import documents
from search.learning.links import Question
from search.learning.training import TooFewLinks, demand_enough
from tests.factories.cases import make_open_case, make_published_case
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.models import Case, FactCheck, Item, MatchLink
from verification.rules.lifecycle import Mover
from verification.services import matching


def fact_check(session: Session, text: str) -> FactCheck:
    """A published fact-check that can be found."""
    case = make_published_case(session, text=text)
    found = session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()
    documents.put_many(session, [document_of(found)], now=START)
    return found


def proposed(session: Session, case: Case, answer: FactCheck) -> MatchLink:
    item = session.scalars(select(Item).where(Item.case_id == case.id)).one()
    one = matching.Suggestion(fact_check_id=answer.id, probability=0.7, scores={})
    matching.suggest_links(session, item_id=item.id, suggestions=[one], model="none", now=START)
    return session.scalars(select(MatchLink).where(MatchLink.case_id == case.id)).one()


def confirm(session: Session, case: Case, answer: FactCheck, who: Actor) -> None:
    link = proposed(session, case, answer)
    matching.confirm_link(
        session, public_id=case.public_id, link_id=link.id, actor=who, mover=Mover.VOLUNTEER, now=START
    )


def test_confirmed_links_are_questions_and_rejected_ones_are_none(database: Database) -> None:
    with database.write() as session:
        who = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)
        polio, gempa = fact_check(session, "Vaksin polio"), fact_check(session, "Gempa Jakarta")
        gone = fact_check(session, "Dicabut")
        for text, answer in (("vaksin bikin mandul", polio), ("besok gempa", gempa), ("sudah dicabut", gone)):
            confirm(session, make_open_case(session, text=text), answer, who)
        not_it = make_open_case(session, text="bukan soal gempa")
        link = proposed(session, not_it, gempa)
        matching.reject_link(session, public_id=not_it.public_id, link_id=link.id, actor=who, now=START)
        proposed(session, make_open_case(session, text="belum diputus"), gempa)
        documents.remove(session, key_of(gone.id), now=START)
    with database.read() as session:
        body = own_body(session)
    assert body.name == OWN
    assert {key_of(polio.id), key_of(gempa.id)} <= {document.key for document in body.documents}
    assert {one for one in body.questions if one.answers & {key_of(polio.id), key_of(gempa.id), key_of(gone.id)}} == {
        Question("vaksin bikin mandul", frozenset({key_of(polio.id)}), START.date()),
        Question("besok gempa", frozenset({key_of(gempa.id)}), START.date()),
    }
    with pytest.raises(TooFewLinks):
        demand_enough([body])
