"""Flags: somebody says that something here abuses the house or a person; a reviewer decides, for a public reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import Actor, record
from verification.errors import AlreadyDecided, BadAppeal, NoSuchAppeal, NoSuchCase, OwnSignature
from verification.models import Assessment, Case, Evidence, FactCheck, Flag
from verification.rules.lifecycle import ANSWERING, CaseState, Mover
from verification.services.concluding import conclude_again
from verification.services.correcting import open_correction
from verification.services.moving import lock_case
from verification.services.stating import require_reason

REASONS = ("spam", "abuse", "personal_data", "manipulation", "other")
SUBJECTS = ("fact_check", "evidence", "assessment")

STANDING = ANSWERING - {CaseState.UNDER_CORRECTION}
"""States in which a fact-check stands undoubted."""

LONGEST_NOTE = 1_000
"""Characters of what a flag adds in words."""


def file_flag(
    session: Session,
    *,
    public_id: str,
    subject: tuple[str, int],
    reason: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> Flag:
    """Flag a fact-check, a piece of evidence or an assessment of a case; `note` comes redacted.

    Somebody with an account has one open flag on a thing: a second one raises AlreadyDecided.
    """
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NoSuchCase(public_id=public_id)
    if _author_of(session, case, subject) is None:
        raise BadAppeal(field="subject")
    if reason not in REASONS or len(note) > LONGEST_NOTE:
        raise BadAppeal(field="reason")
    flag = Flag(
        case_id=case.id,
        subject_type=subject[0],
        subject_id=subject[1],
        reason=reason,
        note=note.strip(),
        filed_by=actor.person_id,
        filed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(flag)
    except IntegrityError as error:
        raise AlreadyDecided(public_id=public_id) from error
    facts = {"public_id": public_id, "case_id": case.id, "about": subject[0], "about_id": subject[1], "reason": reason}
    record(session, "flag_filed", actor=actor, subject=("flag", flag.id), now=now, data=facts)
    if flag.subject_type == "assessment":
        conclude_again(session, public_id=public_id, now=now)  # held from this moment, not from the next vote on
    return flag


def decide_flag(
    session: Session, *, flag_id: int, upheld: bool, answer: str, actor: Actor, mover: Mover, now: datetime
) -> Flag:
    """Say whether there was abuse, and what follows; neither who flagged decides, nor whose thing it is.

    An upheld flag hides the text of a person. The house's own page is not hidden but doubted: its correction is opened
    in public with the answer as its reason, unless one is open already.
    """
    found = session.get(Flag, flag_id)
    if found is None:
        raise NoSuchAppeal(flag_id=flag_id)
    case = lock_case(session, session.get_one(Case, found.case_id).public_id)
    flag = session.get_one(Flag, flag_id, populate_existing=True)
    if flag.decided_at is not None:
        raise AlreadyDecided(flag_id=flag_id)
    if actor.person_id in (flag.filed_by, _author_of(session, case, (flag.subject_type, flag.subject_id))):
        raise OwnSignature(flag_id=flag_id)
    flag.answer = require_reason(answer, field="answer")
    flag.outcome = "upheld" if upheld else "rejected"
    flag.decided_by, flag.decided_role = actor.person_id, actor.role
    flag.decided_organisation_id, flag.decided_at = actor.organisation_id, now
    facts = {"public_id": case.public_id, "case_id": case.id, "outcome": flag.outcome, "about": flag.subject_type}
    record(session, "flag_decided", actor=actor, subject=("flag", flag.id), now=now, data=facts)
    if upheld and flag.subject_type != "fact_check":
        # The row is kept for the record and its vote stands; readers see the reason instead of the text.
        hidden = (flag.subject_type, flag.subject_id)
        record(session, "flagged_text_hidden", actor=actor, subject=hidden, now=now, data={"flag_id": flag.id})
    if upheld and flag.subject_type == "fact_check" and CaseState(case.state) in STANDING:
        open_correction(session, public_id=case.public_id, reason=flag.answer, actor=actor, mover=mover, now=now)
    session.flush()  # the conclusion reads the outcome
    if flag.subject_type == "assessment":
        conclude_again(session, public_id=case.public_id, now=now)
    return flag


def _author_of(session: Session, case: Case, subject: tuple[str, int]) -> int | None:
    """Return whose the flagged thing is; 0 for the house's own page, None where the case has no such thing."""
    kind, number = subject
    if kind == "fact_check":
        mine = select(FactCheck.id).where(FactCheck.id == number, FactCheck.case_id == case.id)
        return None if session.scalar(mine) is None else 0
    if kind == "evidence":
        return session.scalar(select(Evidence.added_by).where(Evidence.id == number, Evidence.case_id == case.id))
    if kind == "assessment":
        mine = select(Assessment.person_id).where(Assessment.id == number, Assessment.case_id == case.id)
        return session.scalar(mine)
    return None
