"""Two who sign and a third, on both databases: nobody's approval publishes what the signers do not agree on."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from tests.factories.cases import assess, make_draft, make_open_case, submit_narrative
from tests.factories.people import actor_of, make_person
from tests.standing_clock import START
from verification.errors import AlreadyDecided, SignersDiffer
from verification.models import Case, Decision, FactCheck
from verification.rules.lifecycle import Mover
from verification.rules.scale import Veracity
from verification.rules.sign_off import SignOffState
from verification.services import opining, signing, writing
from verification.services.writing import submitted_version

REASON = "Sumber resmi mengatakan hal yang lain."


def test_author_and_approver_who_agree_need_nobody_else(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Sepakat")
        author, approver = (make_person(session, role=Role.EDITOR) for _ in range(2))
        submit_narrative(session, case=case, author=author)
        approve(session, case, approver)
        assert published(session, case) == "false"
        assert case.state == "published"


def test_who_sees_it_otherwise_brings_in_a_third_who_decides(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Berbeda")
        author, second, third = (make_person(session, role=Role.EDITOR) for _ in range(3))
        submit_narrative(session, case=case, author=author)
        say(session, case, second, Veracity.TRUE)
        with pytest.raises(SignersDiffer):
            approve(session, case, second)
        assert opining.sign_off(session, case=case).state is SignOffState.VERIFIERS_DIFFER
        say(session, case, third, Veracity.TRUE)
        with pytest.raises(SignersDiffer):
            approve(session, case, third)
        rewrite = make_draft(verdict=Veracity.TRUE)
        step = {"public_id": case.public_id, "mover": Mover.EDITOR, "now": START}
        writing.submit(session, draft=rewrite, actor=actor_of(second, Role.EDITOR), **step)
        approve(session, case, third)
        assert published(session, case) == "true"


def test_a_shown_leaning_that_contradicts_both_asks_a_third(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Keberatan")
        for _ in range(8):
            assess(session, case=case, verdict=Veracity.TRUE)
        decision = session.scalars(
            select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
        ).one()
        assert (decision.rule, decision.shown, decision.verdict, decision.votes) == ("consensus", True, "true", 8)
        assert decision.effective_votes < 8
        author, second, third = (make_person(session, role=Role.EDITOR) for _ in range(3))
        submit_narrative(session, case=case, author=author)
        say(session, case, second, Veracity.FALSE)
        with pytest.raises(SignersDiffer) as refused:
            approve(session, case, second)
        assert refused.value.facts["state"] == SignOffState.CROWD_OBJECTS
        say(session, case, third, Veracity.FALSE)
        approve(session, case, third)
        assert published(session, case) == "false"


def test_an_opinion_is_said_once_a_round(database: Database) -> None:
    with database.write() as session:
        case = make_open_case(session, text="Sekali")
        verifier = make_person(session, role=Role.VERIFIER)
        say(session, case, verifier, Veracity.TRUE)
        with pytest.raises(AlreadyDecided):
            say(session, case, verifier, Veracity.FALSE)


def say(session: Session, case: Case, person: Person, verdict: Veracity) -> None:
    opining.save_opinion(
        session,
        public_id=case.public_id,
        verdict=verdict,
        reason=REASON,
        actor=actor_of(person, Role.EDITOR),
        now=START,
    )


def approve(session: Session, case: Case, person: Person) -> None:
    with session.begin_nested():
        signing.approve(
            session,
            public_id=case.public_id,
            version=submitted_version(session, case=case).version,
            actor=actor_of(person, Role.EDITOR),
            mover=Mover.EDITOR,
            now=START,
        )


def published(session: Session, case: Case) -> str | None:
    return session.scalar(select(FactCheck.verdict).where(FactCheck.case_id == case.id))
