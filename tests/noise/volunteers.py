"""Somebody who came in long ago and was asked a hidden question, and a password that nobody set anew."""

from __future__ import annotations

from sqlalchemy.orm import Session

from accounts.models import PasswordReset, Person
from accounts.people import hash_token
from tests.noise import LONG_AGO, noise
from verification.models import Case, EntranceAttempt, GoldAnswer, HiddenBallot


@noise
def volunteers_of_long_ago(session: Session) -> None:
    person = Person(
        email="derau-relawan@example.test",
        name="Derau",
        alias="derau-relawan",
        password_hash="!",
        created_at=LONG_AGO,
    )
    case = Case(public_id="derauemas", state="published", language="xx", opened_at=LONG_AGO, state_changed_at=LONG_AGO)
    session.add_all([person, case])
    session.flush()
    attempt = EntranceAttempt(
        person_id=person.id,
        questions=["practice-derau"],
        started_at=LONG_AGO,
        finished_at=LONG_AGO,
        right=0,
        passed=False,
        retry_at=LONG_AGO,
    )
    session.add(attempt)
    session.flush()
    session.add_all(
        [
            GoldAnswer(
                person_id=person.id,
                attempt_id=attempt.id,
                question="practice-derau",
                verdict="false",
                answer="true",
                taught=True,
                answered_at=LONG_AGO,
            ),
            HiddenBallot(
                public_id="derausoal",
                person_id=person.id,
                case_id=case.id,
                ballot_number=900_001,
                verdict="false",
                offered_at=LONG_AGO,
                skipped_at=LONG_AGO,
            ),
            PasswordReset(
                token_hash=hash_token("noise reset"), person_id=person.id, asked_at=LONG_AGO, expires_at=LONG_AGO
            ),
        ]
    )
