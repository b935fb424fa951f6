"""Nobody judges their own case: the services say so in words, and the database says so to whoever goes round them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended
from accounts.models import Organisation, Person
from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import Actor, AuditEvent
from tests.factories.cases import assess, make_draft, make_open_case, make_report, submit_narrative
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import (
    AlreadyDecided,
    AuthorRecused,
    ForeignOrganisation,
    OwnOrganisation,
    OwnReport,
    OwnSignature,
    OwnWork,
)
from verification.models import REFUSAL, Assessment, Case, CounterNarrative, SignersOpinion
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.services import recusing, signing, suggesting, writing
from verification.services.moving import lock_case

CLAIM = "Dinas Air Kota meracuni sungai sejak kemarin"
WHY = "Klaim ini berbicara tentang dinas di kota yang lain sama sekali."

Tie = Callable[[Session], tuple[Case, Person]]


def insider(session: Session) -> tuple[Case, Person]:
    agency = make_organisation(session, name="Dinas Air Kota")
    return make_open_case(session, text=CLAIM), make_person(session, role=Role.VERIFIER, organisation=agency)


def reporter(session: Session) -> tuple[Case, Person]:
    case, person = make_open_case(session, text=CLAIM), make_person(session, role=Role.VERIFIER)
    make_report(session, text=CLAIM, person_id=person.id)
    return case, person


either = pytest.mark.parametrize(
    ("tie", "refusal"), [(insider, OwnOrganisation), (reporter, OwnReport)], ids=["insider", "reporter"]
)


def test_a_claim_names_an_organisation_by_its_name_or_an_alias(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Badan Contoh Nasional")
        agency.aliases = ["BCN"]
        other = make_organisation(session, name="Dinas Lain")
        for text in ("Badan Contoh Nasional menyebar racun", "kata B.C.N. vaksin berbahaya", "bcnnya sudah tutup"):
            case = make_open_case(session, text=text)
            assert case.named_organisation_ids == [agency.id]
            assert other.id not in case.named_organisation_ids
        named = select(AuditEvent).where(AuditEvent.kind == "organisation_named")
        named = named.where(AuditEvent.subject_id == str(case.id))
        assert session.scalars(named).one().data["organisation_id"] == agency.id


@either
def test_the_services_refuse_in_words(database: Database, tie: Tie, refusal: type[Exception]) -> None:
    with database.write() as session:
        case, person = tie(session)
        with pytest.raises(refusal):
            assess(session, case=case, verdict=Veracity.FALSE, person=person)
        with pytest.raises(refusal):
            submit_narrative(session, case=case, author=person, role=Role.VERIFIER)
        submit_narrative(session, case=case, author=make_person(session, role=Role.EDITOR))
        with pytest.raises(refusal):
            approve(session, case, person)


@either
def test_the_database_refuses_an_assessment(database: Database, tie: Tie, refusal: type[Exception]) -> None:
    with database.write() as session:
        case, person = tie(session)
        with pytest.raises(IntegrityError, match=REFUSAL), session.begin_nested():
            session.execute(insert(Assessment).values(**assessment(case, person)))
        stranger = make_person(session, role=Role.VOLUNTEER)
        session.execute(insert(Assessment).values(**assessment(case, stranger)))
        moved = update(Assessment).where(Assessment.person_id == stranger.id).values(person_id=person.id)
        with pytest.raises(IntegrityError, match=REFUSAL), session.begin_nested():
            session.execute(moved)


@either
def test_the_database_refuses_a_signer(database: Database, tie: Tie, refusal: type[Exception]) -> None:
    with database.write() as session:
        case, person = tie(session)
        opinion = {"case_id": case.id, "round": 0, "verdict": "false", "reason": "-", "role": "verifier"}
        with pytest.raises(IntegrityError, match=REFUSAL), session.begin_nested():
            session.execute(insert(SignersOpinion).values(person_id=person.id, saved_at=START, **opinion))
        submit_narrative(session, case=case, author=make_person(session, role=Role.EDITOR))
        force_approval(session, case, person)


@either
def test_the_database_refuses_an_author(database: Database, tie: Tie, refusal: type[Exception]) -> None:
    with database.write() as session:
        case, person = tie(session)
        submit_narrative(session, case=case, author=make_person(session, role=Role.EDITOR))
        theirs = update(CounterNarrative).where(CounterNarrative.case_id == case.id).values(author_id=person.id)
        with pytest.raises(IntegrityError, match=REFUSAL), session.begin_nested():
            session.execute(theirs)


def test_who_wrote_an_earlier_version_does_not_approve_a_later_one(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Versi orang lain")
        first, second, third = (make_person(session, role=Role.EDITOR) for _ in range(3))
        save = {"public_id": case.public_id, "draft": make_draft(), "mover": Mover.EDITOR, "now": START}
        writing.save_draft(session, actor=actor_of(first, Role.EDITOR), **save)
        submit_narrative(session, case=case, author=second)
        with pytest.raises(OwnWork):
            approve(session, case, first, role=Role.EDITOR)
        force_approval(session, case, first)
        approve(session, case, third, role=Role.EDITOR)
        assert case.state == "published"


@pytest.mark.parametrize("accept", [True, False], ids=["taken", "declined"])
def test_whose_words_were_taken_does_not_approve_them(database: Database, accept: bool) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Kata orang lain")
        author, adviser = (make_person(session, role=Role.EDITOR) for _ in range(2))
        submit_narrative(session, case=case, author=author)
        step: dict[str, Any] = {"public_id": case.public_id, "now": START}
        words = {"part": "fact", "text": "Kalimat yang lebih jelas dari sebelumnya.", "reason": WHY}
        advice = suggesting.suggest(session, actor=actor_of(adviser, Role.EDITOR), **words, **step)
        answer = {"suggestion_id": advice.id, "accept": accept, "note": "", "mover": Mover.EDITOR}
        suggesting.decide(session, actor=actor_of(author, Role.EDITOR), **answer, **step)
        submit_narrative(session, case=case, author=author)
        if accept:
            with pytest.raises(OwnWork):
                approve(session, case, adviser, role=Role.EDITOR)
            force_approval(session, case, adviser)
        approve(session, case, adviser if not accept else editor_of(session), role=Role.EDITOR)
        assert case.state == "published"


def test_what_an_author_wrote_before_their_organisation_was_named_is_signed_by_nobody(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Dinas Kebersihan")
        case = make_open_case(session, text="Petugas itu memungut uang")
        author = make_person(session, role=Role.EDITOR, organisation=agency)
        submit_narrative(session, case=case, author=author)
        tagging = {"public_id": case.public_id, "organisation_id": agency.id, "reason": WHY, "now": START}
        tagger = make_person(session, role=Role.EDITOR)
        recusing.tag_organisation(session, actor=actor_of(tagger, Role.EDITOR), **tagging)
        with pytest.raises(AuthorRecused):
            approve(session, case, tagger, role=Role.EDITOR)
        force_approval(session, case, tagger)


def test_a_wrong_match_is_doubted_by_its_people_and_decided_by_others(database: Database) -> None:
    with database.write() as session:
        case, person = insider(session)
        (agency_id,) = case.named_organisation_ids
        asking = {"public_id": case.public_id, "organisation_id": agency_id, "reason": WHY, "now": START}
        doubt = recusing.doubt_recusal(session, actor=actor_of(person, Role.VERIFIER), **asking)
        with pytest.raises(AlreadyDecided):
            recusing.doubt_recusal(session, actor=actor_of(person, Role.VERIFIER), **asking)
        agency = session.get_one(Organisation, agency_id)
        colleague, editor = make_person(session, role=Role.EDITOR, organisation=agency), editor_of(session)
        deciding: dict[str, Any] = {"public_id": case.public_id, "doubt_id": doubt.id, "answer": WHY, "now": START}
        for who, refusal in ((person, OwnSignature), (colleague, OwnOrganisation)):
            with pytest.raises(refusal):
                recusing.decide_doubt(session, cleared=True, actor=actor_of(who, Role.EDITOR), **deciding)
        recusing.decide_doubt(session, cleared=True, actor=actor_of(editor, Role.EDITOR), **deciding)
        assert case.named_organisation_ids == []
        assess(session, case=case, verdict=Veracity.FALSE, person=person)
        recusing.name_organisations(session, case=lock_case(session, case.public_id), now=START)
        assert case.named_organisation_ids == [], "what was cleared is not found again by name"


def test_a_recusal_that_is_upheld_stands(database: Database) -> None:
    with database.write() as session:
        case, person = insider(session)
        (agency_id,) = case.named_organisation_ids
        asking = {"public_id": case.public_id, "organisation_id": agency_id, "reason": WHY, "now": START}
        doubt = recusing.doubt_recusal(session, actor=actor_of(person, Role.VERIFIER), **asking)
        deciding: dict[str, Any] = {"public_id": case.public_id, "doubt_id": doubt.id, "answer": WHY, "now": START}
        recusing.decide_doubt(session, cleared=False, actor=actor_of(editor_of(session), Role.EDITOR), **deciding)
        assert case.named_organisation_ids == [agency_id]
        with pytest.raises(OwnOrganisation):
            assess(session, case=case, verdict=Veracity.FALSE, person=person)


def test_a_suspended_account_judges_nothing(database: Database) -> None:
    with database.write() as session:
        case, person = make_open_case(session, text="Ditangguhkan"), make_person(session, role=Role.VOLUNTEER)
        person.suspended_at, person.suspended_reason = START, "Menyerang orang"
        with pytest.raises(AccountSuspended):
            assess(session, case=case, verdict=Veracity.FALSE, person=person)


def test_nobody_speaks_for_an_organisation_that_is_not_theirs(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Badan Resmi")
        case = make_open_case(session, text="Organisasi palsu")
        impostor = make_person(session, role=Role.VERIFIER)
        forged = Actor(impostor.id, Role.VERIFIER.value, agency.id)
        with pytest.raises(ForeignOrganisation):
            writing.save_draft(
                session,
                public_id=case.public_id,
                draft=make_draft(),
                actor=forged,
                mover=Mover.VERIFIER,
                now=START,
            )


def editor_of(session: Session) -> Person:
    return make_person(session, role=Role.EDITOR)


def approve(session: Session, case: Case, person: Person, role: Role = Role.VERIFIER) -> None:
    waiting = writing.submitted_version(session, case=case)
    signing.approve(
        session,
        public_id=case.public_id,
        version=waiting.version,
        actor=actor_of(person, role),
        mover=Mover(role.value),
        now=START,
    )


def force_approval(session: Session, case: Case, person: Person) -> None:
    """Write the approval as somebody would who goes round the services; the database must refuse."""
    waiting = update(CounterNarrative).where(CounterNarrative.case_id == case.id, CounterNarrative.state == "submitted")
    with pytest.raises(IntegrityError, match=REFUSAL), session.begin_nested():
        session.execute(waiting.values(approver_id=person.id, state="approved"))


def assessment(case: Case, person: Person) -> dict[str, Any]:
    return {
        "case_id": case.id,
        "person_id": person.id,
        "verdict": "false",
        "confidence": 3,
        "reason": "-",
        "evidence_ids": [],
        "filed_at": START,
    }
