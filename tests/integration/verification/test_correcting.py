"""After publication: each change takes two people, is written down with who and why, and the crowd unlearns."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from kernel.outbox import AuditEvent
from tests.factories.cases import make_draft, make_published_case
from tests.factories.people import actor_of, make_organisation, make_person
from tests.standing_clock import START
from verification.errors import AlreadyDecided, KnownEvidence, OwnSignature, OwnWork, ReasonMissing, WrongState
from verification.models import (
    Case,
    Correction,
    CounterNarrative,
    Evidence,
    FactCheck,
    FactCheckRevision,
    LearnedLesson,
)
from verification.queries.public import published
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.services import correcting, signing, writing
from verification.services.gathering import Source

WHY = "Tanggal uji yang kami tulis ternyata keliru menurut sumber resmi."
NEW = Source("https://example.org/baru", "Uji tahap tiga baru selesai tahun ini.", "supports")


def by(person: Person, case: Case, role: Role = Role.EDITOR) -> dict[str, Any]:
    return {"public_id": case.public_id, "actor": actor_of(person, role), "mover": Mover(role.value), "now": START}


def as_verifier(person: Person, case: Case) -> dict[str, Any]:
    return by(person, case, Role.VERIFIER)


def editors(session: Session, count: int = 2) -> list[Person]:
    return [make_person(session, role=Role.EDITOR) for _ in range(count)]


def doubt(session: Session, case: Case) -> Person:
    opener = make_person(session, role=Role.EDITOR)
    correcting.open_correction(session, reason=WHY, **by(opener, case))
    return opener


def fact_check_of(session: Session, case: Case) -> FactCheck:
    return session.scalars(select(FactCheck).where(FactCheck.case_id == case.id)).one()


def revisions(session: Session, case: Case) -> list[FactCheckRevision]:
    return list(published(session, public_id=case.public_id).revisions)


def write_and_sign(session: Session, case: Case, author: Person, approver: Person, verdict: Veracity) -> None:
    writing.submit(session, draft=make_draft(verdict=verdict, title="Vaksin diuji"), **by(author, case))
    waiting = writing.submitted_version(session, case=case)
    signing.approve(session, version=waiting.version, **by(approver, case))


def standing_lessons(session: Session, case: Case) -> list[int | None]:
    rows = select(LearnedLesson.truth).where(LearnedLesson.case_id == case.id, LearnedLesson.unlearned_at.is_(None))
    return list(session.scalars(rows))


def test_a_correction_keeps_the_page_up_and_ends_in_a_new_revision_that_says_who_and_why(database: Database) -> None:
    with database.write() as session:
        agency = make_organisation(session, name="Dinas Literasi")
        case = make_published_case(session, text="Vaksin tidak diuji")
        author = make_person(session, role=Role.EDITOR, organisation=agency)
        (approver,) = editors(session, 1)
        doubt(session, case)
        fact_check = fact_check_of(session, case)
        assert (case.state, fact_check.state, fact_check.verdict) == ("under_correction", "under_correction", "false")
        write_and_sign(session, case, author, approver, Veracity.MISLEADING)
        assert (case.state, fact_check.state, fact_check.verdict) == ("corrected", "corrected", "misleading")
        first, second = revisions(session, case)
        assert (first.kind, second.kind, second.reason) == ("published", "corrected", WHY)
        assert first.content["verdict"] == "false"
        assert second.content["verdict"] == "misleading"
        assert second.signatures == [
            {"act": "wrote", "role": "editor", "organisation": "Dinas Literasi"},
            {"act": "approved", "role": "editor", "organisation": ""},
        ]
        assert standing_lessons(session, case) == [Veracity.MISLEADING.level]
        closed = session.scalars(select(Correction).where(Correction.case_id == case.id)).one()
        assert (closed.outcome, closed.decided_by) == ("corrected", approver.id)


def test_the_same_verdict_in_other_words_is_a_correction_too(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Salah ketik")
        doubt(session, case)
        write_and_sign(session, case, *editors(session), Veracity.FALSE)
        assert [row.kind for row in revisions(session, case)] == ["published", "corrected"]
        assert case.state == "corrected"


def test_events_after_publication_name_the_fact_check(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Peristiwa")
        doubt(session, case)
        correcting.dismiss_correction(session, reason=WHY, **by(editors(session)[0], case))
        doubt(session, case)
        correcting.retract(session, reason=WHY, **by(editors(session)[0], case))
        kinds = ("correction_opened", "correction_dismissed", "fact_check_retracted")
        query = select(AuditEvent).where(AuditEvent.subject_type == "case", AuditEvent.subject_id == str(case.id))
        events = session.scalars(query.where(AuditEvent.kind.in_(kinds)).order_by(AuditEvent.id)).all()
        assert [event.kind for event in events] == [kinds[0], kinds[1], kinds[0], kinds[2]]
        assert {event.data["fact_check_id"] for event in events} == {fact_check_of(session, case).id}


def test_a_doubt_is_dismissed_by_another_and_goes_back_to_what_it_was(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Ragu")
        opener = doubt(session, case)
        with pytest.raises(OwnSignature):
            correcting.dismiss_correction(session, reason=WHY, **by(opener, case))
        writing.save_draft(session, draft=make_draft(), **by(opener, case))
        correcting.dismiss_correction(session, reason=WHY, **by(editors(session)[0], case))
        assert (case.state, fact_check_of(session, case).state) == ("published", "published")
        newest = writing.latest_version(session, case_id=case.id)
        assert newest is not None
        assert newest.state == "superseded"
        doubt(session, case)
        write_and_sign(session, case, *editors(session), Veracity.MISLEADING)
        doubt(session, case)
        correcting.dismiss_correction(session, reason=WHY, **by(editors(session)[0], case))
        assert (case.state, fact_check_of(session, case).state) == ("corrected", "corrected")


def test_a_retraction_takes_two_and_neither_is_the_author(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Cabut")
        with pytest.raises(WrongState):
            correcting.retract(session, reason=WHY, **by(editors(session)[0], case))
        opener = doubt(session, case)
        author_id = session.scalars(select(CounterNarrative.author_id).where(CounterNarrative.case_id == case.id)).one()
        for person, refusal in ((opener, OwnSignature), (session.get_one(Person, author_id), OwnWork)):
            with pytest.raises(refusal):
                correcting.retract(session, reason=WHY, **by(person, case))
        assert standing_lessons(session, case) == [0]
        correcting.retract(session, reason=WHY, **by(editors(session)[0], case))
        assert (case.state, fact_check_of(session, case).state) == ("retracted", "retracted")
        last = revisions(session, case)[-1]
        assert (last.revision, last.kind, last.reason) == (2, "retracted", WHY)
        assert [signature["act"] for signature in last.signatures] == ["asked", "approved"]
        assert standing_lessons(session, case) == [], "what a withdrawn verdict taught is taken back"


def test_every_step_wants_a_reason_and_one_correction_is_open_at_a_time(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Alasan")
        with pytest.raises(ReasonMissing):
            correcting.open_correction(session, reason="salah", **by(editors(session)[0], case))
        doubt(session, case)
        with pytest.raises(WrongState):
            doubt(session, case)
        for step in (correcting.dismiss_correction, correcting.retract):
            with pytest.raises(ReasonMissing):
                step(session, reason=" ", **by(editors(session)[0], case))


def test_reopening_takes_new_evidence_and_two_verifiers(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Buka lagi")
        first, second = (make_person(session, role=Role.VERIFIER) for _ in range(2))
        asking = {"public_id": case.public_id, "reason": WHY, "actor": actor_of(first, Role.VERIFIER), "now": START}
        correcting.ask_to_reopen(session, source=NEW, **asking)
        with pytest.raises(AlreadyDecided):
            correcting.ask_to_reopen(session, source=NEW, **asking)
        with pytest.raises(OwnSignature):
            correcting.join_reopening(session, **as_verifier(first, case))
        assert case.state == "published"
        correcting.join_reopening(session, **as_verifier(second, case))
        assert (case.state, fact_check_of(session, case).state) == ("in_review", "under_correction")
        assert fact_check_of(session, case).verdict == "false", "the verdict stands until there is another"


def test_old_evidence_reopens_nothing(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Bukti lama")
        verifier = make_person(session, role=Role.VERIFIER)
        asking = {"public_id": case.public_id, "reason": WHY, "actor": actor_of(verifier, Role.VERIFIER), "now": START}
        known = session.execute(select(Evidence).where(Evidence.case_id == case.id).limit(1)).scalar_one()
        with pytest.raises(KnownEvidence):
            correcting.ask_to_reopen(session, source=Source(known.url, known.quote, "refutes"), **asking)


@pytest.mark.parametrize(
    ("verdict", "kind", "state"),
    [(Veracity.FALSE, "confirmed", "published"), (Veracity.TRUE, "corrected", "corrected")],
)
def test_a_case_judged_anew_is_confirmed_or_corrected_in_sight(
    database: Database, verdict: Veracity, kind: str, state: str
) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Dinilai ulang")
        first, second = (make_person(session, role=Role.VERIFIER) for _ in range(2))
        asking = {"public_id": case.public_id, "reason": WHY, "actor": actor_of(first, Role.VERIFIER), "now": START}
        correcting.ask_to_reopen(session, source=NEW, **asking)
        correcting.join_reopening(session, **as_verifier(second, case))
        write_and_sign(session, case, *editors(session), verdict)
        assert (case.state, fact_check_of(session, case).state) == (state, state)
        last = revisions(session, case)[-1]
        assert (last.kind, last.reason) == (kind, WHY)


def test_what_was_withdrawn_stays_withdrawn_until_it_is_judged_anew(database: Database) -> None:
    with database.write() as session:
        case = make_published_case(session, text="Dicabut lalu dibuka")
        doubt(session, case)
        correcting.retract(session, reason=WHY, **by(editors(session)[0], case))
        first, second = (make_person(session, role=Role.VERIFIER) for _ in range(2))
        asking = {"public_id": case.public_id, "reason": WHY, "actor": actor_of(first, Role.VERIFIER), "now": START}
        correcting.ask_to_reopen(session, source=NEW, **asking)
        correcting.join_reopening(session, **as_verifier(second, case))
        assert fact_check_of(session, case).state == "retracted"
        write_and_sign(session, case, *editors(session), Veracity.TRUE)
        assert fact_check_of(session, case).state == "corrected"
