"""The entrance and what a level opens, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.roles import Role
from app.practice import practice_cases, stock, warm_ups
from kernel.db import Database
from tests.factories.cases import make_published_case
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.errors import EntranceMissing, EntranceTooSoon, NoQuestionsLeft, NoSuchQuestion
from verification.models import EntranceAttempt
from verification.queries.gold import content_of, signed_cases
from verification.rules.reputation import Level, Right
from verification.rules.scale import Veracity
from verification.services import entering, standing
from verification.services.teaching import records_of

SECRET = b"a secret of the tests"
DAY = timedelta(days=1)


def begin(session, person: Person, *, now=START) -> EntranceAttempt:
    actor = actor_of(person, Role.VOLUNTEER)
    attempt = entering.begin(session, stock=stock(), secret=SECRET, actor=actor, now=now)
    assert attempt is not None
    return attempt


def finish(session, person: Person, attempt: EntranceAttempt, *, right: int, now=START) -> None:
    for number, key in enumerate(list(attempt.questions)):
        question = practice_cases()[key].question
        wrong = Veracity.TRUE if question.verdict is not Veracity.TRUE else Veracity.FALSE
        said = question.verdict if number < right else wrong
        entering.answer(session, question=question, verdict=said, actor=actor_of(person, Role.VOLUNTEER), now=now)


def test_four_of_five_open_the_desk_and_enter_the_record(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER, admitted=False)
        actor = actor_of(person, Role.VOLUNTEER)
        with pytest.raises(EntranceMissing):
            standing.require_right(session, actor=actor, right=Right.JUDGE, now=START)
        finish(session, person, begin(session, person), right=4)
        place = standing.require_right(session, actor=actor, right=Right.JUDGE, now=START)
        assert place.level is Level.NEWCOMER
        record = records_of(session, person_ids=[person.id], now=START)[person.id]
        assert (sum(record.cast), sum(record.right), record.signed) == (5, 4, 0)
        assert entering.begin(session, stock=stock(), secret=SECRET, actor=actor, now=START) is None


def test_three_of_five_wait_a_day_for_other_questions(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER, admitted=False)
        first = begin(session, person)
        finish(session, person, first, right=3)
        assert first.passed is False
        with pytest.raises(EntranceTooSoon):
            begin(session, person, now=START + DAY - timedelta(seconds=1))
        second = begin(session, person, now=START + DAY)
        assert not set(first.questions) & set(second.questions)
        finish(session, person, second, right=0, now=START + DAY)
        third = begin(session, person, now=START + 2 * DAY)
        assert not set(second.questions) & set(third.questions)
        before = records_of(session, person_ids=[person.id], now=START + 2 * DAY)[person.id]
        finish(session, person, third, right=5, now=START + 2 * DAY)
        assert third.passed
        # What is asked again teaches nothing.
        assert records_of(session, person_ids=[person.id], now=START + 2 * DAY)[person.id] == before


def test_an_answer_is_final_and_only_to_what_was_asked(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER, admitted=False)
        actor = actor_of(person, Role.VOLUNTEER)
        attempt = begin(session, person)
        assert begin(session, person).id == attempt.id
        question = practice_cases()[attempt.questions[0]].question
        for verdict in (Veracity.UNPROVEN, question.verdict):
            entering.answer(session, question=question, verdict=verdict, actor=actor, now=START)
        session.flush()
        found = entering.entrance_of(session, person_id=person.id)
        assert (found.answers[question.key].answer, found.next_number) == ("unproven", 2)
        foreign = warm_ups()[0].question
        with pytest.raises(NoSuchQuestion):
            entering.answer(session, question=foreign, verdict=foreign.verdict, actor=actor, now=START)


def test_a_short_stock_is_no_entrance_and_staff_may_admit(database: Database) -> None:
    with database.write() as session:
        person = make_person(session, role=Role.VOLUNTEER, admitted=False)
        actor = actor_of(person, Role.VOLUNTEER)
        with pytest.raises(NoQuestionsLeft):
            entering.begin(session, stock=stock()[:3], secret=SECRET, actor=actor, now=START)
        admin = make_person(session, role=Role.ADMIN)
        entering.admit(session, person_id=person.id, actor=actor_of(admin, Role.ADMIN), now=START)
        session.flush()
        assert standing.place_of(session, person_id=person.id, now=START).level is Level.NEWCOMER


def test_nobody_is_asked_about_a_case_that_they_touched(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Sudah ditandatangani")
        stranger = make_person(session, role=Role.VOLUNTEER, admitted=False)
        session.flush()
        asked = {row.case_id: row for row in signed_cases(session, person_id=stranger.id)}
        assert asked[case.id].easy
        content = content_of(session, key=asked[case.id].question.key)
        assert content is not None
        assert content.fact_check.case_id == case.id
        for evidence in content.evidence:
            assert case.id not in {row.case_id for row in signed_cases(session, person_id=evidence.added_by)}
