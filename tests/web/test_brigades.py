"""Two hundred sock puppets who come through the pages: by the lot, with evidence and a reason, in no hurry."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from accounts.models import Person
from accounts.roles import Role
from app.wiring import Saring
from tests.factories.cases import make_open_case
from tests.factories.crowds import decision_of, learn_a_little
from tests.factories.people import make_person
from tests.standing_clock import StandingClock
from tests.web.checking_client import CheckingClient
from tests.web.conftest import SignIn
from verification.models import Case, Decision, Evidence, FactCheck
from verification.queries.holds import held_back

pytestmark = pytest.mark.consensus

PUPPETS = 200
BALLOT = {"confidence": "5", "reason": "Saya tahu ini dari sumber yang saya baca sendiri."}

_quotes = itertools.count(1)

HONEST_TURN = 25
"""After so many puppets one honest volunteer judges too."""


def test_puppets_who_come_through_the_pages_move_no_verdict_and_lead_nobody_astray(
    saring: Saring, sign_in: SignIn, clock: StandingClock
) -> None:
    with saring.database.write() as session:
        honest, moment = learn_a_little(session)
        clock.set(moment)
        target = make_open_case(session, text="Sasaran yang jelas salah")
        puppets = [make_person(session, role=Role.VOLUNTEER) for _ in range(PUPPETS)]
        verdicts = {row.id: (row.verdict, row.revision) for row in session.scalars(select(FactCheck))}
        signed = select(Case.public_id, Evidence.id).join(Evidence, Evidence.case_id == Case.id)
        published, evidence = session.execute(signed.where(Case.state == "published").limit(1)).one()
    judged = 0
    for number, puppet in enumerate(puppets):
        clock.advance(minutes=3)
        browser = sign_in(puppet)
        assert judge(saring, browser, target, "true").status_code == 303
        if number % HONEST_TURN == HONEST_TURN - 1:
            clock.advance(minutes=3)
            assert judge(saring, sign_in(honest[judged]), target, "false").status_code == 303
            judged += 1
    # What is signed takes no votes, whoever comes.
    late = {**BALLOT, "verdict": "true", "evidence_ids": str(evidence)}
    assert sign_in(puppets[0]).post(f"/meja/kasus/{published}/penilaian", data=late).status_code == 409
    with saring.database.read() as session:
        decisions = session.scalars(select(Decision).where(Decision.case_id == target.id)).all()
        wrong = [one.votes for one in decisions if one.verdict == "true" or (one.shown and one.verdict != "false")]
        assert (len(decisions), wrong) == (PUPPETS + judged, [])
        assert [one.public_id for one in held_back(session)] == [target.public_id]
        assert {row.id: (row.verdict, row.revision) for row in session.scalars(select(FactCheck))} == verdicts
    assert false_holds(saring, sign_in, clock, honest) == 0


def false_holds(saring: Saring, sign_in: SignIn, clock: StandingClock, honest: list[Person]) -> int:
    """Let the honest judge three other cases, and return on how many of these they were not heard."""
    unheard = 0
    for number in range(3):
        with saring.database.write() as session:
            calm = make_open_case(session, text=f"Kasus biasa {number}")
        heard = False
        for person in honest[:7]:
            clock.advance(timedelta(minutes=25))
            assert judge(saring, sign_in(person), calm, "false").status_code == 303
            with saring.database.read() as session:
                last = decision_of(session, calm)
            heard = (last.shown, last.verdict, last.holds) == (True, "false", [])
            if heard:
                break  # agreed on, the case waits for those who sign and is drawn no more
        unheard += not heard
    print(f"false holds: {unheard} of 3")
    return unheard


def judge(saring: Saring, browser: CheckingClient, case: Case, verdict: str) -> TestResponse:
    """Draw the one case that waits, add evidence to it and file an assessment, as the forms of the pages send them."""
    page = f"/meja/kasus/{case.public_id}"
    assert browser.post("/meja/undi").location.endswith(page)
    source = {"url": "https://example.org/sumber", "quote": f"Kutipan {next(_quotes)}", "stance": "refutes"}
    assert browser.post(f"{page}/bukti", data=source).status_code == 303
    with saring.database.read() as session:
        newest = select(Evidence.id).where(Evidence.case_id == case.id).order_by(Evidence.id.desc()).limit(1)
        evidence = session.scalars(newest).one()
    return browser.post(f"{page}/penilaian", data={**BALLOT, "verdict": verdict, "evidence_ids": str(evidence)})
