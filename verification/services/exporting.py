"""The public file of votes: pseudonymous, late, and only of cases on which the crowd has finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, record
from verification.errors import NoSuchExport
from verification.models import Assessment, Case, FactCheck, VoteExport
from verification.rules.lifecycle import ASSESSABLE
from verification.rules.parameters import PARAMETERS

KEPT = 3
"""Files that stay: each holds every vote, so an older one says nothing more."""

BATCH = 1_000
"""Rows read at a time."""


@dataclass(frozen=True, slots=True)
class ExportedVote:
    """One vote as the public gets it. `hour` is when it was filed, to the hour: minutes would name people."""

    case: str
    voter: str
    verdict: str
    misinfo_type: str | None
    confidence: int
    hour: datetime
    blind: bool
    standing: bool
    outcome: str | None


def votes_until(session: Session, *, until: datetime, pseudonym: Callable[[int], str]) -> Iterator[ExportedVote]:
    """Yield every vote filed before `until`, case by case; votes of a case that still takes assessments stay out.

    `pseudonym` turns an account's number into its name within this one file.
    """
    columns = (Case.public_id, Assessment, FactCheck.verdict)
    query = (
        select(*columns)
        .join(Case, Case.id == Assessment.case_id)
        .outerjoin(FactCheck, FactCheck.case_id == Case.id)
        .where(*_public(until))
        .order_by(Assessment.case_id, Assessment.id)
        .execution_options(yield_per=BATCH)
    )
    for public_id, assessment, outcome in session.execute(query):
        yield ExportedVote(
            case=public_id,
            voter=pseudonym(assessment.person_id),
            verdict=assessment.verdict,
            misinfo_type=assessment.misinfo_type,
            confidence=assessment.confidence,
            hour=assessment.filed_at.replace(minute=0, second=0, microsecond=0),
            blind=not assessment.tally_seen,
            standing=assessment.superseded_at is None,
            outcome=outcome,
        )


def count_until(session: Session, *, until: datetime) -> int:
    """Return how many votes `votes_until` yields."""
    counted = select(func.count()).select_from(Assessment).join(Case, Case.id == Assessment.case_id)
    return session.scalar(counted.where(*_public(until))) or 0


def _public(until: datetime) -> tuple[ColumnElement[bool], ...]:
    return Assessment.filed_at < until, Case.state.not_in([state.value for state in ASSESSABLE])


def latest_moment(now: datetime) -> datetime:
    """Return the moment up to which votes may be public at `now`."""
    return now - timedelta(seconds=PARAMETERS.sign_off.export_delay_seconds)


def note_export(session: Session, *, export: VoteExport) -> list[str]:
    """Put a finished file on record and return the names of the files that may go."""
    known = session.scalar(select(VoteExport).where(VoteExport.file_name == export.file_name))
    if known is not None:
        session.delete(known)
        session.flush()  # the name is free again
    session.add(export)
    session.flush()  # the audit names the file by its number
    facts = {"file": export.file_name, "votes": export.votes, "sha256": export.sha256}
    record(session, "votes_exported", actor=SYSTEM, subject=("vote_export", export.id), now=export.made_at, data=facts)
    older = session.scalars(select(VoteExport).order_by(VoteExport.until.desc(), VoteExport.id.desc()).offset(KEPT))
    gone = older.all()
    for one in gone:
        session.delete(one)
    return [one.file_name for one in gone]


def exports(session: Session) -> list[VoteExport]:
    """Return the public files, the newest first."""
    return list(session.scalars(select(VoteExport).order_by(VoteExport.until.desc(), VoteExport.id.desc())))


def find_export(session: Session, *, file_name: str) -> VoteExport:
    """Return the public file of this name, or raise NoSuchExport."""
    export = session.scalar(select(VoteExport).where(VoteExport.file_name == file_name))
    if export is None:
        raise NoSuchExport(file_name=file_name)
    return export
