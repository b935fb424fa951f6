"""A published case of nobody in any test, with everything that can be said against it, all long since settled."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from tests.noise import LONG_AGO, noise
from verification.models import (
    AgencyStatement,
    Appeal,
    Case,
    Correction,
    Evidence,
    FactCheck,
    Flag,
    RecusalDoubt,
    Reopening,
)


@noise
def quarrels_of_others(session: Session) -> None:
    house = Organisation(slug="derau-adil", name="Derau Adil", kind="agency", created_at=LONG_AGO)
    session.add(house)
    session.flush()
    people = [
        Person(
            email=f"derau-adil-{name}@example.test",
            name="Derau",
            alias=f"derau-adil-{name}",
            password_hash="-",
            organisation_id=house.id,
            created_at=LONG_AGO,
        )
        for name in ("satu", "dua")
    ]
    case = Case(
        public_id="derauadil",
        state="corrected",
        claim="derau",
        language="id",
        opened_at=LONG_AGO,
        state_changed_at=LONG_AGO,
    )
    session.add_all([*people, case])
    session.flush()
    first, second = people[0].id, people[1].id
    fact_check = FactCheck(
        public_id="derauadil",
        slug="derau",
        case_id=case.id,
        origin="own",
        state="retracted",
        verdict="false",
        title="derau",
        claim="derau",
        summary="derau",
        body={},
        language="id",
        published_at=LONG_AGO,
        modified_at=LONG_AGO,
    )
    evidence = Evidence(
        case_id=case.id,
        url="https://derau.example",
        quote="derau",
        quote_hash="derau",
        stance="context",
        added_by=first,
        added_at=LONG_AGO,
    )
    session.add_all([fact_check, evidence])
    session.flush()
    decided = {"outcome": "rejected", "answer": "derau", "decided_by": second, "decided_at": LONG_AGO}
    session.add_all(
        [
            Correction(
                case_id=case.id,
                fact_check_id=fact_check.id,
                reason="derau",
                opened_by=first,
                opened_role="editor",
                opened_at=LONG_AGO,
                outcome="dismissed",
                decided_by=second,
                decided_at=LONG_AGO,
            ),
            Reopening(
                case_id=case.id,
                evidence_id=evidence.id,
                reason="derau",
                asked_by=first,
                asked_at=LONG_AGO,
                joined_by=second,
                joined_at=LONG_AGO,
            ),
            Appeal(
                case_id=case.id,
                fact_check_id=fact_check.id,
                revision=1,
                sealed_name=b"-",
                standing="person",
                statement="derau",
                idempotency_key="derau",
                tracking_hash="derau",
                filed_at=LONG_AGO,
                due_at=LONG_AGO,
                **decided,
            ),
            Flag(
                case_id=case.id,
                subject_type="evidence",
                subject_id=evidence.id,
                reason="spam",
                filed_by=first,
                filed_at=LONG_AGO,
                **decided,
            ),
            AgencyStatement(
                case_id=case.id,
                organisation_id=house.id,
                stance="disputes",
                text="derau",
                written_by=first,
                published_at=LONG_AGO,
            ),
            RecusalDoubt(
                case_id=case.id,
                organisation_id=house.id,
                reason="derau",
                asked_by=first,
                asked_at=LONG_AGO,
                outcome="upheld",
                decided_by=second,
                decided_at=LONG_AGO,
            ),
        ]
    )
