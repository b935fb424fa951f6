"""Reports, and cases brought to the state that a test begins in, by the services that bring them there in life."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.models import Case, Evidence, FactCheck, Item, Report
from verification.rules.lifecycle import Mover
from verification.rules.scale import MisinfoType, Veracity
from verification.services import assessing, gathering, reporting, signing, writing
from verification.services.writing import submitted_version

_numbers = itertools.count(1)


def make_report(session: Session, *, text: str, person_id: int | None = None) -> Report:
    number = next(_numbers)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    return reporting.file_report(
        session,
        reported=reporting.ReportedText(text=text, fingerprint=fingerprint, language="id"),
        sealed_text=b"sealed",
        idempotency_key=f"key-{number}",
        tracking_hash=hashlib.sha256(f"track-{number}".encode()).hexdigest(),
        seen_where="whatsapp",
        person_id=person_id,
        now=START,
    )


def case_of(session: Session, report: Report) -> Case:
    item = session.get_one(Item, report.item_id)
    return session.get_one(Case, item.case_id)


def make_open_case(session: Session, *, text: str) -> Case:
    case = case_of(session, make_report(session, text=text))
    opener = make_person(session, role=Role.VOLUNTEER)
    return assessing.open_review(
        session,
        public_id=case.public_id,
        claim=text,
        actor=actor_of(opener, Role.VOLUNTEER),
        mover=Mover.VOLUNTEER,
        now=START,
    )


def make_evidence(session: Session, *, case: Case, person: Person) -> Evidence:
    number = next(_numbers)
    return gathering.add_evidence(
        session,
        public_id=case.public_id,
        source=gathering.Source(
            url=f"https://example.org/source/{number}",
            quote="The ministry says that this is not so.",
            stance="refutes",
        ),
        actor=actor_of(person, Role.VOLUNTEER),
        now=START,
    )


def ballot(verdict: Veracity, evidence: Evidence) -> assessing.Ballot:
    kind = None if verdict is Veracity.TRUE else MisinfoType.FABRICATED_CONTENT
    return assessing.Ballot(verdict, kind, 4, "The quoted source says the opposite of it.", (evidence.id,))


def assess(session: Session, *, case: Case, verdict: Veracity, person: Person | None = None) -> Person:
    person = person or make_person(session, role=Role.VOLUNTEER)
    evidence = make_evidence(session, case=case, person=person)
    assessing.file_assessment(
        session,
        public_id=case.public_id,
        ballot=ballot(verdict, evidence),
        actor=actor_of(person, Role.VOLUNTEER),
        now=START,
    )
    return person


def make_draft(*, verdict: Veracity = Veracity.FALSE, title: str = "Vaksin diuji lebih dulu") -> writing.Draft:
    return writing.Draft(
        verdict=verdict,
        misinfo_type=MisinfoType.FABRICATED_CONTENT,
        language="id",
        title=title,
        fact="Vaksin diuji keamanannya sebelum dipakai.",
        warning="Awas, pesan yang beredar ini keliru.",
        circulated="Pesan mengatakan vaksin tidak pernah diuji.",
        why_misleading="Pesan itu menghilangkan tahap uji yang tercatat.",
        closing_fact="Setiap vaksin melewati tiga tahap uji.",
        what_to_do="Tanyakan kepada puskesmas terdekat.",
        sources=(writing.Source("BPOM", "https://www.pom.go.id"),),
    )


def submit_narrative(session: Session, *, case: Case, author: Person, role: Role = Role.EDITOR) -> None:
    writing.submit(
        session,
        public_id=case.public_id,
        draft=make_draft(),
        actor=actor_of(author, role),
        mover=Mover(role.value),
        now=START,
    )


def make_published_case(session: Session, *, text: str) -> Case:
    """A case that went the whole road: three assessments, an author, another person's approval."""
    case = make_open_case(session, text=text)
    for _ in range(3):
        assess(session, case=case, verdict=Veracity.FALSE)
    author, approver = make_person(session, role=Role.EDITOR), make_person(session, role=Role.EDITOR)
    submit_narrative(session, case=case, author=author)
    signing.approve(
        session,
        public_id=case.public_id,
        version=1,
        actor=actor_of(approver, Role.EDITOR),
        mover=Mover.EDITOR,
        now=START,
    )
    return case


def publish(session: Session, *, case: Case, author: Person | None = None, now: datetime = START) -> FactCheck:
    """Write an answer to the case, approve it by somebody else and return the fact-check."""
    author = author or make_person(session, role=Role.EDITOR)
    submit_narrative(session, case=case, author=author)
    approver = make_person(session, role=Role.EDITOR)
    fact_check, _narrative = signing.approve(
        session,
        public_id=case.public_id,
        version=submitted_version(session, case=case).version,
        actor=actor_of(approver, Role.EDITOR),
        mover=Mover.EDITOR,
        now=now,
    )
    return fact_check
