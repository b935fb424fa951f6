"""Links that people confirm, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from kernel.db import Database
from tests.factories.cases import make_open_case, make_published_case
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.errors import WrongState
from verification.models import Case, FactCheck, Item, MatchLink
from verification.rules.lifecycle import CaseState, Mover
from verification.services import matching


def test_a_confirmed_link_ends_the_case_as_matched(database: Database) -> None:
    with database.write() as session:
        known = make_published_case(session, text="Sudah diperiksa")
        case = make_open_case(session, text="Sama, kata lain")
        confirm(session, case, answer_of(session, known))
        assert case.state == CaseState.MATCHED


def test_a_case_with_a_public_page_keeps_it_when_it_is_reopened(database: Database) -> None:
    with database.write() as session:
        other = make_published_case(session, text="Yang lain")
        case = make_published_case(session, text="Dibuka lagi")
        case.state = CaseState.IN_REVIEW.value
        with pytest.raises(WrongState):
            confirm(session, case, answer_of(session, other))
        assert case.state == CaseState.IN_REVIEW


def answer_of(session: Session, case: Case) -> FactCheck:
    return session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()


def confirm(session: Session, case: Case, answer: FactCheck) -> None:
    item = session.scalars(select(Item).where(Item.case_id == case.id)).one()
    suggestion = matching.Suggestion(fact_check_id=answer.id, probability=0.9, scores={})
    matching.suggest_links(session, item_id=item.id, suggestions=[suggestion], model="none", now=START)
    link = session.scalars(select(MatchLink).where(MatchLink.case_id == case.id)).one()
    who = actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)
    matching.confirm_link(
        session, public_id=case.public_id, link_id=link.id, actor=who, mover=Mover.VOLUNTEER, now=START
    )
