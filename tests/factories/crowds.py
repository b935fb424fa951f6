"""Crowds that judge: a house that has just learned, and votes at moments of the test's choosing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from tests.factories.cases import ballot, make_evidence, make_open_case, publish
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.models import Case, Decision, RaterState
from verification.rules.parameters import PARAMETERS
from verification.rules.scale import Veracity
from verification.services import assessing

HONEST, SIGNED = 10, 22


def learn_a_little(session: Session) -> tuple[list[Person], datetime]:
    """A house just past its cold start: its honest volunteers, and the moment at which the lessons end."""
    honest = [make_person(session, role=Role.VOLUNTEER) for _ in range(HONEST)]
    moment = START
    for number in range(SIGNED):
        moment += timedelta(hours=12)
        case = make_open_case(session, text=f"Sejarah {number}")
        for person in honest[:7]:
            moment += timedelta(minutes=25)
            vote(session, case, person, Veracity.FALSE, moment)
        publish(session, case=case, now=moment)
    return honest, moment


def trust(session: Session, person: Person) -> None:
    """Make the person a trusted volunteer: an older account, enough work, and votes that verdicts have confirmed."""
    person.created_at = START - timedelta(days=30)
    case = make_open_case(session, text=f"Pekerjaan {person.alias}")
    for _ in range(PARAMETERS.reputation.trusted_actions):
        make_evidence(session, case=case, person=person)
    signed = PARAMETERS.reputation.trusted_signed
    marks = [float(signed)] * 3
    session.merge(RaterState(person_id=person.id, cast=marks, right=marks, signed=signed, changed_at=START))


def vote(session: Session, case: Case, person: Person, verdict: Veracity, now: datetime) -> None:
    evidence = make_evidence(session, case=case, person=person)
    assessing.file_assessment(
        session,
        public_id=case.public_id,
        ballot=ballot(verdict, evidence),
        actor=actor_of(person, Role.VOLUNTEER),
        now=now,
    )


def decision_of(session: Session, case: Case) -> Decision:
    query = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    return session.scalars(query).one()
