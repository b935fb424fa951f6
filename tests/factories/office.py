"""What people of an office do to cases at random, and what must hold however it was interrupted.

    python -m tests.factories.office DATABASE_URL PERSON_ID SEED CASE…

acts without a pause until it is killed, and writes a line for each act once it is committed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.roles import Role
from kernel.db import Database
from kernel.errors import SaringError
from kernel.outbox import AuditEvent
from tests.factories.cases import ballot, make_draft
from tests.factories.people import actor_of
from tests.standing_clock import START
from verification.models import (
    Assessment,
    Case,
    CounterNarrative,
    CrowdState,
    Decision,
    Evidence,
    FactCheck,
    FactCheckRevision,
    LearnedLesson,
)
from verification.rules.lifecycle import TABLE, CaseEvent, CaseState, Mover
from verification.rules.scale import Veracity
from verification.services import assessing, correcting, leasing, signing, teaching, writing

REASON = "Ada sumber resmi yang menyangkal isi cek fakta ini."

Act = Callable[[Session, str, Person, Evidence], None]


def act_once(database: Database, dice: random.Random, me: Person, proof: dict[str, Evidence]) -> str:
    """Do one thing to one case; return its name, or "" where it was refused."""
    public_id = dice.choice(sorted(proof))
    act: Act = dice.choice((take, assess, assess, submit, approve, approve, doubt, withdraw))
    try:
        with database.write() as session:
            act(session, public_id, me, proof[public_id])
    except SaringError:
        return ""  # a refusal is an answer: somebody else was first, or the case has moved on
    return act.__name__


def take(session: Session, public_id: str, me: Person, _proof: Evidence) -> None:
    actor = actor_of(me, Role.EDITOR)
    leasing.take_case(session, public_id=public_id, actor=actor, now=START)
    leasing.release_case(session, public_id=public_id, actor=actor, now=START)


def assess(session: Session, public_id: str, me: Person, proof: Evidence) -> None:
    actor = actor_of(me, Role.EDITOR)
    assessing.file_assessment(
        session, public_id=public_id, ballot=ballot(Veracity.FALSE, proof), actor=actor, now=START
    )


def submit(session: Session, public_id: str, me: Person, _proof: Evidence) -> None:
    step = {"actor": actor_of(me, Role.EDITOR), "mover": Mover.EDITOR, "now": START}
    writing.submit(session, public_id=public_id, draft=make_draft(), **step)


def approve(session: Session, public_id: str, me: Person, _proof: Evidence) -> None:
    version = writing.latest_version(session, case_id=case_called(session, public_id).id)
    step = {"actor": actor_of(me, Role.EDITOR), "mover": Mover.EDITOR, "now": START}
    signing.approve(session, public_id=public_id, version=version.version if version else 1, **step)


def doubt(session: Session, public_id: str, me: Person, _proof: Evidence) -> None:
    step = {"actor": actor_of(me, Role.EDITOR), "mover": Mover.EDITOR, "now": START}
    correcting.open_correction(session, public_id=public_id, reason=REASON, **step)


def withdraw(session: Session, public_id: str, me: Person, _proof: Evidence) -> None:
    step = {"actor": actor_of(me, Role.EDITOR), "mover": Mover.EDITOR, "now": START}
    correcting.retract(session, public_id=public_id, reason=REASON, **step)


def case_called(session: Session, public_id: str) -> Case:
    return session.scalars(select(Case).where(Case.public_id == public_id)).one()


def check_case(session: Session, case: Case) -> None:
    """No vote is lost, no version is signed by its author, and each move that was written down was legal."""
    open_votes = count(session, Assessment, Assessment.case_id == case.id)
    last = session.scalar(select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1))
    assert open_votes == (last.votes if last else 0)
    signed = session.scalars(
        select(CounterNarrative).where(CounterNarrative.case_id == case.id, CounterNarrative.state == "approved")
    ).all()
    assert all(version.approver_id not in (None, version.author_id) for version in signed)
    page = session.scalar(select(FactCheck).where(FactCheck.case_id == case.id))
    if page is not None:
        kept = count(session, FactCheckRevision, FactCheckRevision.fact_check_id == page.id)
        assert kept == page.revision
    state = None
    moves = (AuditEvent.subject_type == "case", AuditEvent.subject_id == str(case.id))
    for event in session.scalars(select(AuditEvent).where(*moves).order_by(AuditEvent.id)):
        if "from" in event.data:
            assert state in (None, event.data["from"])
            way = TABLE[CaseState(event.data["from"]), CaseEvent(event.kind)]
            assert way.target == event.data["to"]
            state = event.data["to"]
    assert state == case.state


def check_what_was_taught(session: Session) -> None:
    """Each standing sign-off was learned once, and the lessons replay to the state that is stored."""
    steps = count(session, LearnedLesson) + count(session, LearnedLesson, LearnedLesson.unlearned_at.is_not(None))
    state = session.get(CrowdState, 1)
    assert (state.steps if state else 0) == steps
    standing = count(session, LearnedLesson, LearnedLesson.unlearned_at.is_(None))
    public = count(session, FactCheck, FactCheck.origin == "own", FactCheck.state.in_(("published", "corrected")))
    doubted = count(session, FactCheck, FactCheck.origin == "own", FactCheck.state == "under_correction")
    assert standing == public + doubted
    assert teaching.replay(session)[0] == teaching.current_crowd(session)


def count(session: Session, table: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def check_votes_on_record(session: Session, case: Case) -> None:
    """Each vote stands with its line in the audit log, and each line with its vote."""
    votes = count(session, Assessment, Assessment.case_id == case.id)
    filed = session.scalars(select(AuditEvent.data).where(AuditEvent.kind == "assessment_filed"))
    assert votes == sum(data.get("case_id") == case.id for data in filed)


def main(url: str, person_id: str, seed: str, *cases: str) -> None:
    database, dice = Database(url), random.Random(int(seed))
    with database.read() as session:
        me = session.get_one(Person, int(person_id))
        proof = {
            one: session.scalars(select(Evidence).join(Case).where(Case.public_id == one).limit(1)).one()
            for one in cases
        }
        session.expunge_all()
    while True:
        print(act_once(database, dice, me, proof), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
