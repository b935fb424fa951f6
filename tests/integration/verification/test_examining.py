"""Hidden questions: dealt at the rate of the table, only to who cannot know the answer, and never a vote."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import AuditEvent
from tests.factories.cases import assess, make_evidence, make_open_case, make_report, publish
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.errors import AlreadyAssessed, ForeignEvidence, NothingWaits
from verification.models import (
    Assessment,
    BallotAssignment,
    Case,
    CaseSkip,
    CounterNarrative,
    CrowdState,
    Evidence,
    EvidenceOpinion,
    FactCheck,
    HiddenBallot,
    NarrativeSuggestion,
)
from verification.queries.hidden import desk_queue, dossier, held_cases
from verification.queries.queue import balance
from verification.rules.reputation import is_hidden_gold
from verification.rules.scale import MisinfoType, Veracity
from verification.services import examining, gathering, leasing
from verification.services.assessing import Ballot
from verification.services.exporting import latest_moment
from verification.services.teaching import records_of, replay

SECRET = b"a secret of the tests"
REASON = "Sumber yang dikutip mengatakan hal yang sebaliknya."


def make_signed_case(session: Session, *, text: str, author: Person | None = None) -> Case:
    """A signed case on which somebody was wrong, so that it can be asked."""
    case = make_open_case(session, text=text)
    for verdict in (Veracity.FALSE, Veracity.FALSE, Veracity.TRUE):
        assess(session, case=case, verdict=verdict)
    publish(session, case=case, author=author)
    return case


def draw(session: Session, person: Person, *, now=START) -> str:
    actor = actor_of(person, Role.VOLUNTEER)
    return examining.draw_next(session, actor=actor, chance=lambda: 0.0, secret=SECRET, now=now)


def asked(session: Session, person: Person) -> list[HiddenBallot]:
    query = select(HiddenBallot).where(HiddenBallot.person_id == person.id).order_by(HiddenBallot.ballot_number)
    return list(session.scalars(query))


def draw_until_asked(session: Session, person: Person, *, most: int = 40) -> HiddenBallot:
    """Draw and pass on until a hidden question is dealt."""
    for number in range(most):
        public_id = draw(session, person)
        step: dict[str, Any] = {"public_id": public_id, "actor": actor_of(person, Role.VOLUNTEER), "now": START}
        found = next((one for one in asked(session, person) if one.public_id == public_id), None)
        if found is not None:
            return found
        leasing.skip_case(session, **step)
        make_open_case(session, text=f"Kasus susulan nomor {number} untuk {person.id}")
    raise AssertionError("no hidden question was dealt")


def ballot_of(session: Session, question: HiddenBallot, *, verdict: Veracity) -> Ballot:
    shown = dossier(session, public_id=question.public_id, person_id=question.person_id, now=START).evidence
    kind = None if verdict is Veracity.TRUE else MisinfoType.FABRICATED_CONTENT
    return Ballot(verdict, kind, 4, REASON, (shown[0].evidence.id,))


def answer(session: Session, person: Person, question: HiddenBallot, *, verdict: Veracity, now=START) -> None:
    ballot = ballot_of(session, question, verdict=verdict)
    actor = actor_of(person, Role.VOLUNTEER)
    assert examining.answer(session, public_id=question.public_id, ballot=ballot, actor=actor, now=now)


def test_one_in_fifteen_of_the_lot_at_the_numbers_of_the_rule(database: Database) -> None:
    with database.write() as session:
        for number in range(4):
            make_signed_case(session, text=f"Kasus lama nomor {number}")
        for number in range(30):
            make_open_case(session, text=f"Kasus baru nomor {number}")
        person = make_person(session, role=Role.VOLUNTEER)
        dealt = []
        for number in range(31):
            public_id = draw(session, person)
            step: dict[str, Any] = {"public_id": public_id, "actor": actor_of(person, Role.VOLUNTEER), "now": START}
            assert balance(session, person_id=person.id).by_lot == number + 1, "a question counts as any case"
            if examining.skip(session, **step):
                dealt.append(number)
            else:
                leasing.skip_case(session, **step)
        expected = [n for n in range(1, 31) if is_hidden_gold(n, person_id=person.id, secret=SECRET)]
        assert dealt == expected
        assert len(dealt) >= 1


def test_the_next_question_waits_in_the_queue_among_the_others(database: Database) -> None:
    with database.write() as session:
        make_signed_case(session, text="Kasus lama di antrean")
        for number in range(3):
            make_open_case(session, text=f"Kasus antrean nomor {number}")
        person = make_person(session, role=Role.VOLUNTEER)
        first = draw(session, person)
        (question,) = asked(session, person)
        waiting = desk_queue(session, person_id=person.id, now=START)
        assert question.public_id in [row.public_id for row in waiting]
        assert question.public_id not in [row.public_id for row in held_cases(session, person_id=person.id, now=START)]
        step: dict[str, Any] = {"public_id": question.public_id, "actor": actor_of(person, Role.VOLUNTEER)}
        assert examining.take(session, now=START, **step)
        held = [row.public_id for row in held_cases(session, person_id=person.id, now=START)]
        assert sorted(held) == sorted([first, question.public_id])
        assert balance(session, person_id=person.id).chosen == 1
        later = START + leasing.LEASE
        assert question.public_id in [row.public_id for row in desk_queue(session, person_id=person.id, now=later)]
        assert examining.release(session, now=START, **step)
        assert examining.skip(session, now=START, **step)
        assert question.public_id not in [r.public_id for r in desk_queue(session, person_id=person.id, now=START)]


def test_what_stands_in_the_queue_is_dealt_before_nothing_waits(database: Database) -> None:
    with database.write() as session:
        make_signed_case(session, text="Kasus lama terakhir")
        make_open_case(session, text="Satu-satunya kasus baru")
        person = make_person(session, role=Role.VOLUNTEER)
        draw(session, person)
        (question,) = asked(session, person)
        assert draw(session, person) == question.public_id
        with pytest.raises(NothingWaits):
            draw(session, person)


def test_an_answer_teaches_about_the_person_and_touches_nothing_else(database: Database) -> None:
    with database.write() as session:
        case = make_signed_case(session, text="Kasus lama yang ditanyakan")
        make_open_case(session, text="Kasus baru di sampingnya")
        person = make_person(session, role=Role.VOLUNTEER)
        question = draw_until_asked(session, person)
        before = _counts(session, case)
        opinions = session.scalar(select(func.count()).select_from(EvidenceOpinion))
        pool, revision = session.get_one(CrowdState, 1).pool, case.revision
        step: dict[str, Any] = {
            "public_id": question.public_id,
            "actor": actor_of(person, Role.VOLUNTEER),
            "now": START,
        }
        foreign = make_evidence(session, case=make_open_case(session, text="Kasus lain sama sekali"), person=person)
        source = gathering.Source("https://example.org/temuan", "Kutipan yang baru ditemukan.", "refutes")
        assert examining.add_evidence(session, source=source, **step)
        assert examining.add_evidence(session, source=source, **step)
        shown = dossier(session, public_id=question.public_id, person_id=person.id, now=START).evidence
        assert len(shown) == 4, "the same source again is the first one"
        assert examining.state_opinion(session, evidence_id=shown[0].evidence.id, agrees=True, **step)
        with pytest.raises(ForeignEvidence):
            examining.answer(session, ballot=Ballot(Veracity.FALSE, None, 3, REASON, (foreign.id,)), **step)
        answer(session, person, question, verdict=Veracity.FALSE)
        with pytest.raises(AlreadyAssessed):
            answer(session, person, question, verdict=Veracity.TRUE)
        record = records_of(session, person_ids=[person.id], now=START)[person.id]
        assert (sum(record.cast), sum(record.right), record.signed) == (1, 1, 0)
        assert _counts(session, case) == before
        assert session.scalar(select(func.count()).select_from(EvidenceOpinion)) == opinions
        assert (session.get_one(CrowdState, 1).pool, case.revision, case.state) == (pool, revision, "published")
        _crowd, known = replay(session)
        assert known[person.id][0] == record, "the log of lessons gives the same record"
        kinds = set(session.scalars(select(AuditEvent.kind).where(AuditEvent.subject_type == "hidden_ballot")))
        assert {"hidden_ballot_offered", "hidden_ballot_taken", "hidden_ballot_answered"} <= kinds


def reported(session: Session, case: Case, person: Person) -> None:
    make_report(session, text=case.claim, person_id=person.id)


def judged(session: Session, case: Case, person: Person) -> None:
    session.add(_assessment(case, person))


def suggested_words(session: Session, case: Case, person: Person) -> None:
    session.add(_suggestion(session, case, person))
    session.flush()


def passed_on(session: Session, case: Case, person: Person) -> None:
    session.add(CaseSkip(case_id=case.id, person_id=person.id, skipped_at=START))


Tie = Callable[[Session, Case, Person], None]
ties = pytest.mark.parametrize("tie", [reported, judged, suggested_words, passed_on])


@ties
def test_nobody_is_asked_what_they_had_to_do_with(database: Database, tie: Tie) -> None:
    with database.write() as session:
        case = make_signed_case(session, text="Kasus yang dikenal")
        make_open_case(session, text="Kasus pendamping")
        person = make_person(session, role=Role.VOLUNTEER)
        tie(session, case, person)
        draw(session, person)
        assert asked(session, person) == []


@ties
def test_a_question_is_withdrawn_from_who_has_come_to_know_it(database: Database, tie: Tie) -> None:
    with database.write() as session:
        case = make_signed_case(session, text="Kasus yang dikenal kemudian")
        make_open_case(session, text="Kasus pendamping kedua")
        person = make_person(session, role=Role.VOLUNTEER)
        draw(session, person)
        (question,) = asked(session, person)
        tie(session, case, person)
        with pytest.raises(NothingWaits):
            draw(session, person)
        assert question.skipped_at == START
        assert question.way is None


def test_who_wrote_the_answer_is_not_asked_it(database: Database) -> None:
    with database.write() as session:
        author = make_person(session, role=Role.EDITOR)
        make_signed_case(session, text="Kasus dengan penulisnya", author=author)
        make_open_case(session, text="Kasus pendamping ketiga")
        draw(session, author)
        assert asked(session, author) == []


def test_an_answer_to_a_verdict_that_holds_no_more_teaches_nothing(database: Database) -> None:
    with database.write() as session:
        case = make_signed_case(session, text="Kasus yang ditarik")
        make_open_case(session, text="Kasus pendamping keempat")
        person = make_person(session, role=Role.VOLUNTEER)
        question = draw_until_asked(session, person)
        session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one().state = "retracted"
        answer(session, person, question, verdict=Veracity.FALSE)
        assert not question.taught
        assert records_of(session, person_ids=[person.id], now=START) == {}


def test_a_case_on_which_everybody_was_right_is_no_question(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Kasus yang mudah")
        for _ in range(3):
            assess(session, case=case, verdict=Veracity.FALSE)
        publish(session, case=case)
        make_open_case(session, text="Kasus pendamping kelima")
        person = make_person(session, role=Role.VOLUNTEER)
        draw(session, person)
        assert asked(session, person) == []


def test_the_answer_is_told_when_the_votes_of_that_day_are_public(database: Database) -> None:
    with database.write() as session:
        case = make_signed_case(session, text="Kasus yang diberitahukan")
        make_open_case(session, text="Kasus pendamping keenam")
        person = make_person(session, role=Role.VOLUNTEER)
        answer(session, person, draw_until_asked(session, person), verdict=Veracity.TRUE)
        delay = START - latest_moment(START)
        assert examining.told(session, person_id=person.id, now=START + delay - timedelta(seconds=1)) == []
        (one,) = examining.told(session, person_id=person.id, now=START + delay)
        assert (one.answer, one.fact_check.case_id) == (Veracity.TRUE, case.id)


def _counts(session: Session, case: Case) -> list[int | None]:
    tables = (Assessment, Evidence, BallotAssignment)
    return [session.scalar(select(func.count()).where(one.case_id == case.id)) for one in tables]


def _assessment(case: Case, person: Person) -> Assessment:
    return Assessment(
        case_id=case.id,
        person_id=person.id,
        verdict="false",
        confidence=3,
        reason="-",
        evidence_ids=[],
        tally_seen=True,
        filed_at=START,
    )


def _suggestion(session: Session, case: Case, person: Person) -> Any:
    version = session.scalars(select(CounterNarrative.id).where(CounterNarrative.case_id == case.id)).first()
    return NarrativeSuggestion(
        case_id=case.id,
        counter_narrative_id=version,
        part="fact",
        text="-",
        reason="-",
        author_id=person.id,
        suggested_at=START,
    )
