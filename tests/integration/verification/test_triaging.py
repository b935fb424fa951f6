"""The queue's order on both databases: priority with its reasons, whose queue it is, and the lot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import AuditEvent
from tests.factories.cases import assess, case_of, make_open_case, make_published_case, make_report
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import CaseTaken, MustDraw, NoSuchColleague, NothingWaits
from verification.models import BallotAssignment, Case, CaseLease, FactCheck, Item
from verification.queries.queue import balance, held_cases, queue
from verification.rules.lifecycle import CaseState
from verification.rules.parameters import PARAMETERS, VERSION
from verification.rules.scale import Veracity
from verification.services import leasing, matching, triaging


def signals_of(case: Case) -> dict[str, float]:
    return {reason["signal"]: reason["value"] for reason in case.priority_reasons}


def refreshed(session: Session, case: Case, *, after: timedelta = timedelta()) -> Case:
    session.flush()
    triaging.refresh_priority(session, case_id=case.id, now=START + after)
    session.refresh(case)
    return case


def test_what_is_known_of_a_case_becomes_its_reasons(database: Database) -> None:
    with database.write() as session:
        case = case_of(session, make_report(session, text="Vaksin ini membuat ginjal rusak"))
        for _ in range(3):
            make_report(session, text="Vaksin ini membuat ginjal rusak")
        refreshed(session, case, after=timedelta(hours=5))
        assert signals_of(case)["demand"] == 4
        assert signals_of(case)["velocity"] == 4
        assert signals_of(case)["age"] == 5 * 3600
        harm = next(reason for reason in case.priority_reasons if reason["signal"] == "harm")
        assert harm["topics"][0]["topic"] == "health"
        assert {reason["version"] for reason in case.priority_reasons} == {VERSION}
        assert case.priority == pytest.approx(sum(r["points"] for r in case.priority_reasons), abs=0.05)
        assert case.topics == ["health"]
        # The wave is over after the window; what is old only grows older.
        refreshed(session, case, after=timedelta(seconds=PARAMETERS.triage.velocity_window_seconds + 1))
        assert "velocity" not in signals_of(case)


def test_a_nearly_finished_case_and_a_known_hoax_say_so(database: Database) -> None:
    with database.write() as session:
        known = make_published_case(session, text="Dulu sudah dijawab")
        answer = session.scalars(select(FactCheck).where(FactCheck.case_id == known.id)).one()
        case = make_open_case(session, text="Hampir selesai dinilai")
        assess(session, case=case, verdict=Veracity.FALSE)
        assess(session, case=case, verdict=Veracity.FALSE)
        item = session.scalars(select(Item).where(Item.case_id == case.id)).one()
        likely = matching.Suggestion(fact_check_id=answer.id, probability=0.9, scores={})
        matching.suggest_links(session, item_id=item.id, suggestions=[likely], model="none", now=START)
        refreshed(session, case)
        assert signals_of(case)["near_consensus"] == 1
        assert signals_of(case)["similarity"] == pytest.approx(0.9)


def test_the_round_scores_every_queued_case_and_no_other(database: Database) -> None:
    with database.write() as session:
        cases = [make_open_case(session, text=f"Banjir besar di kota {number}") for number in range(3)]
        closed = make_published_case(session, text="Gempa sudah dijawab")
        session.flush()
        last, slices = 0, 0
        while last is not None:
            last = triaging.refresh_slice(session, after_id=last, now=START, limit=2)
            slices += 1
        assert slices >= 3
        for case in (*cases, closed):
            session.refresh(case)
        assert all(case.priority > 0 for case in cases)
        assert closed.priority == 0


def test_a_volunteers_languages_and_topics_order_their_queue(database: Database) -> None:
    with database.write() as session:
        me = make_person(session, role=Role.VOLUNTEER)
        plain, mine = (make_open_case(session, text=text) for text in ("Kabar biasa", "Kabar lain yang biasa"))
        english = make_open_case(session, text="In another language")
        plain.priority, mine.priority, mine.topics, english.language = 10.0, 5.0, ["health"], "en"
        me.topics, me.languages = ["health"], ["id"]
        session.flush()
        rows = queue(session, person_id=me.id, now=START, limit=1000)
        assert [row.public_id for row in rows[:2]] == [mine.public_id, plain.public_id]
        assert rows[0].own_topics == ("health",)
        assert english.public_id not in {row.public_id for row in rows}


def test_a_case_about_ones_own_organisation_is_not_offered(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Dinas Air Kota")
        insider = make_person(session, role=Role.VERIFIER, organisation=agency)
        case = make_open_case(session, text="Tentang dinas")
        case.named_organisation_ids = [agency.id]
        session.flush()
        assert case.public_id not in {r.public_id for r in queue(session, person_id=insider.id, now=START, limit=999)}


def test_the_lot_gives_each_a_case_of_their_own_and_notes_it(database: Database) -> None:
    with database.write() as session:
        offered = {make_open_case(session, text=f"Undian {number}").public_id for number in range(3)}
        given = []
        for _ in range(3):
            person = make_person(session, role=Role.VOLUNTEER)
            case = leasing.take_next(session, actor=actor_of(person, Role.VOLUNTEER), chance=lambda: 0.0, now=START)
            given.append(case.public_id)
            noted = session.scalars(select(BallotAssignment).where(BallotAssignment.person_id == person.id)).one()
            assert (noted.way, noted.case_id) == ("lot", case.id)
            assert [row.public_id for row in held_cases(session, person_id=person.id, now=START)] == [case.public_id]
        assert set(given) == offered
        late = make_person(session, role=Role.VOLUNTEER)
        with pytest.raises(NothingWaits):
            leasing.take_next(session, actor=actor_of(late, Role.VOLUNTEER), chance=lambda: 0.0, now=START)


def test_whoever_chooses_too_often_must_draw_first(database: Database) -> None:
    with database.write() as session:
        cases = [make_open_case(session, text=f"Pilihan {number}") for number in range(6)]
        person = make_person(session, role=Role.VOLUNTEER)
        actor = actor_of(person, Role.VOLUNTEER)
        free = PARAMETERS.queue.choices_ahead
        for case in cases[:free]:
            leasing.take_case(session, public_id=case.public_id, actor=actor, now=START)
        with pytest.raises(MustDraw):
            leasing.take_case(session, public_id=cases[free].public_id, actor=actor, now=START)
        leasing.take_next(session, actor=actor, chance=lambda: 0.99, now=START)
        left = [case for case in cases[free:] if session.get(CaseLease, case.id) is None]
        leasing.take_case(session, public_id=left[0].public_id, actor=actor, now=START)
        # What one held before may be taken up again: it was counted once.
        leasing.take_case(session, public_id=cases[0].public_id, actor=actor, now=START + timedelta(hours=2))
        so_far = balance(session, person_id=person.id)
        assert (so_far.by_lot, so_far.chosen) == (1, free + 1)
        editor = make_person(session, role=Role.EDITOR)
        for case in cases:
            later = START + timedelta(hours=4)
            leasing.take_case(session, public_id=case.public_id, actor=actor_of(editor, Role.EDITOR), now=later)


def test_a_case_is_handed_to_a_colleague_by_public_name(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Oper")
        giver, taker = (make_person(session, role=Role.VOLUNTEER) for _ in range(2))
        judged = assess(session, case=case, verdict=Veracity.FALSE)
        actor = actor_of(giver, Role.VOLUNTEER)
        leasing.take_case(session, public_id=case.public_id, actor=actor, now=START)
        for wrong in ("nobody-here", giver.alias, judged.alias):
            with pytest.raises(NoSuchColleague):
                leasing.hand_over(session, public_id=case.public_id, to_alias=wrong, actor=actor, now=START)
        leasing.hand_over(session, public_id=case.public_id, to_alias=f"@{taker.alias}", actor=actor, now=START)
        assert session.get_one(CaseLease, case.id).person_id == taker.id
        with pytest.raises(CaseTaken):
            leasing.hand_over(session, public_id=case.public_id, to_alias=taker.alias, actor=actor, now=START)
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.subject_id == str(case.id)))
        assert "case_handed_over" in set(kinds)
        assert case.state == CaseState.NEEDS_MORE_ASSESSMENTS
