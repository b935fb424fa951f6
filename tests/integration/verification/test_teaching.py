"""What sign-offs teach, on both databases: from the votes as they stood, once, and taken back when overturned."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from tests.factories.cases import assess, make_open_case, make_published_case, publish
from tests.factories.people import make_person
from tests.standing_clock import START
from verification.models import Assessment, Case, CrowdState, FactCheck, LearnedLesson, RaterState
from verification.rules.consensus import new_crowd
from verification.rules.scale import LEVELS, Veracity
from verification.services import teaching


def test_a_sign_off_teaches_each_voter_and_the_crowd_once(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Diajar")
        right = [assess(session, case=case, verdict=Veracity.FALSE) for _ in range(4)]
        wrong = assess(session, case=case, verdict=Veracity.TRUE)
        fact_check = publish(session, case=case)
        records = teaching.records_of(session, person_ids=[right[0].id, wrong.id], now=START)
        assert (records[right[0].id].cast, records[right[0].id].right) == ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0))
        assert (records[wrong.id].cast, records[wrong.id].right) == ((1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        assert teaching.current_crowd(session).signed == 1
        again = teaching.teach(session, fact_check=fact_check, now=START)
        assert again is not None
        assert teaching.current_crowd(session).signed == 1


def test_who_saw_the_tally_or_wrote_the_answer_learns_nothing(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Mengintip")
        blind, peeper = (assess(session, case=case, verdict=Veracity.FALSE) for _ in range(2))
        author = assess(session, case=case, verdict=Veracity.FALSE, person=make_person(session, role=Role.EDITOR))
        session.scalars(select(Assessment).where(Assessment.person_id == peeper.id)).one().tally_seen = True
        publish(session, case=case, author=author)
        people = [blind.id, peeper.id, author.id]
        assert set(teaching.records_of(session, person_ids=people, now=START)) == {blind.id}


def test_a_suspended_account_and_a_reporter_teach_nothing(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Ditangguhkan")
        voters = [assess(session, case=case, verdict=Veracity.FALSE) for _ in range(3)]
        voters[0].suspended_at = START
        publish(session, case=case)
        taught = teaching.records_of(session, person_ids=[voter.id for voter in voters], now=START)
        assert set(taught) == {voters[1].id, voters[2].id}


def test_an_overturned_verdict_is_unlearned_to_the_last_bit(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Dibatalkan")
        fact_check = fact_check_of(session, case)
        assert teaching.unteach(session, fact_check=fact_check, now=START)
        assert not teaching.unteach(session, fact_check=fact_check, now=START)
        crowd, fresh = teaching.current_crowd(session), new_crowd(LEVELS)
        assert (crowd.pool, crowd.classes, crowd.signed) == (fresh.pool, fresh.classes, 0)
        people = [a.person_id for a in session.scalars(select(Assessment).where(Assessment.case_id == case.id))]
        assert {r.signed for r in teaching.records_of(session, person_ids=people, now=START).values()} == {0}


def test_a_corrected_verdict_takes_the_old_lesson_back_and_teaches_the_new(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Dikoreksi")
        fact_check = fact_check_of(session, case)
        fact_check.verdict, fact_check.revision = Veracity.TRUE.value, 2
        teaching.teach(session, fact_check=fact_check, now=START)
        lessons = session.scalars(
            select(LearnedLesson).where(LearnedLesson.case_id == case.id).order_by(LearnedLesson.id)
        ).all()
        assert [(row.truth, row.unlearned_at is None) for row in lessons] == [(0, False), (2, True)]
        assert teaching.current_crowd(session).signed == 1


def test_replaying_the_lessons_gives_the_same_state(database: Database) -> None:
    with database.write() as session:
        people = [make_person(session, role=Role.VOLUNTEER) for _ in range(6)]
        moment = START
        for number in range(8):
            moment += timedelta(days=17)
            case = sign_with(session, people, number, moment)
            teaching.teach_gold(
                session,
                person_id=people[number % 6].id,
                verdict=Veracity.TRUE,
                answer=(Veracity.TRUE, Veracity.UNPROVEN, Veracity.FALSE)[number % 3],
                now=moment,
            )
            if number % 3 == 2:
                teaching.unteach(session, fact_check=fact_check_of(session, case), now=moment + timedelta(days=3))
    with database.read() as session:
        crowd, records = teaching.replay(session)
        stored = session.scalars(select(RaterState)).all()
        assert crowd == teaching.current_crowd(session)
        assert {
            row.person_id: (list(known.cast), list(known.right), known.signed, at)
            for row in stored
            for known, at in [records[row.person_id]]
        } == {row.person_id: (row.cast, row.right, row.signed, row.changed_at) for row in stored}
        assert len(stored) == 6
        assert session.get_one(CrowdState, 1).steps == 8 + 8 + 2


def sign_with(session: Session, people: list[Person], number: int, moment: object) -> Case:
    """A case on which everybody votes, the later ones wrongly, signed at `moment`."""
    case = make_open_case(session, text=f"Urutan {number}")
    for position, person in enumerate(people):
        verdict = Veracity.FALSE if position < 3 + number % 3 else Veracity.MISLEADING
        assess(session, case=case, verdict=verdict, person=person)
    publish(session, case=case, now=moment)
    return case


def fact_check_of(session: Session, case: Case) -> FactCheck:
    return session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()
