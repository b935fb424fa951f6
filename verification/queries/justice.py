"""What was said against a fact-check and what came of it: for its page, for staff, and for the public record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from accounts.models import Organisation, Person
from verification.errors import NoSuchAppeal, NoSuchCase
from verification.models import (
    AgencyStatement,
    Appeal,
    Assessment,
    Case,
    Correction,
    Evidence,
    FactCheck,
    Flag,
    RecusalDoubt,
    Reopening,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """An agency's word with the agency's name; `standing` unless a later word took its place."""

    statement: AgencyStatement
    agency: str

    @property
    def standing(self) -> bool:
        """Whether it is the agency's present word."""
        return self.statement.superseded_at is None


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An objection with what it is about, and the organisation of who answered it."""

    appeal: Appeal
    fact_check: FactCheck
    organisation: str


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag with the case's public number, and what it points at, in words; empty for the page itself."""

    flag: Flag
    public_id: str
    subject: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Everything that followed a publication, oldest first."""

    statements: tuple[Statement, ...]
    appeals: tuple[AppealRow, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """The organisations a case speaks of, what was said against their recusal, and their own words."""

    case: Case
    named: tuple[Organisation, ...]
    others: tuple[Organisation, ...]
    doubts: tuple[tuple[RecusalDoubt, str], ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Affairs:
    """A published case as its corrections page needs it; `reopening` waits for a second verifier."""

    case: Case
    fact_check: FactCheck | None
    corrections: tuple[Correction, ...]
    reopening: Reopening | None
    evidence: Evidence | None
    names: dict[int, str]


def aftermath(session: Session, *, fact_check: FactCheck) -> Aftermath:
    """Return what was said against the fact-check, and beside it; nothing for another house's."""
    if fact_check.case_id is None:
        return Aftermath((), (), ())
    corrections = select(Correction).where(Correction.fact_check_id == fact_check.id).order_by(Correction.id)
    return Aftermath(
        statements=_statements(session, fact_check.case_id),
        appeals=_appeals(session, _with_answer().where(Appeal.fact_check_id == fact_check.id).order_by(Appeal.id)),
        corrections=tuple(session.scalars(corrections)),
    )


def waiting_appeals(session: Session, *, limit: int = 100) -> tuple[AppealRow, ...]:
    """Return the objections that nobody has answered, the first due first."""
    query = _with_answer().where(Appeal.decided_at.is_(None)).order_by(Appeal.due_at, Appeal.id)
    return _appeals(session, query.limit(limit))


def overdue_appeals(session: Session, *, now: datetime, limit: int = 20) -> tuple[AppealRow, ...]:
    """Return the objections past their deadline, the one that waits longest first."""
    query = _with_answer().where(Appeal.decided_at.is_(None), Appeal.due_at < now)
    return _appeals(session, query.order_by(Appeal.due_at, Appeal.id).limit(limit))


def answered_appeals(session: Session, *, limit: int = 50) -> tuple[AppealRow, ...]:
    """Return the objections that were answered, the latest first."""
    query = _with_answer().where(Appeal.decided_at.is_not(None)).order_by(Appeal.decided_at.desc(), Appeal.id.desc())
    return _appeals(session, query.limit(limit))


def one_appeal(session: Session, *, appeal_id: int) -> AppealRow:
    """Return one objection, or raise NoSuchAppeal."""
    rows = _appeals(session, _with_answer().where(Appeal.id == appeal_id))
    if not rows:
        raise NoSuchAppeal(appeal_id=appeal_id)
    return rows[0]


def flags(session: Session, *, open_ones: bool, limit: int = 50) -> tuple[FlagRow, ...]:
    """Return the flags that wait, the oldest first, or those that were decided, the latest first."""
    query = select(Flag, Case.public_id, Organisation.name).join(Case, Case.id == Flag.case_id)
    query = query.outerjoin(Organisation, Organisation.id == Flag.decided_organisation_id)
    if open_ones:
        query = query.where(Flag.decided_at.is_(None)).order_by(Flag.filed_at, Flag.id)
    else:
        query = query.where(Flag.decided_at.is_not(None)).order_by(Flag.decided_at.desc(), Flag.id.desc())
    rows = session.execute(query.limit(limit)).all()
    return tuple(FlagRow(row.Flag, row.public_id, _subject(session, row.Flag), row.name or "") for row in rows)


def open_flags(session: Session, *, case_id: int) -> int:
    """Return how many flags on a case wait for a decision."""
    waiting = select(Flag.id).where(Flag.case_id == case_id, Flag.decided_at.is_(None))
    return len(session.scalars(waiting).all())


def upheld_flags(session: Session, *, case_id: int) -> dict[tuple[str, int], str]:
    """Return what of a case was found to be abuse, by kind and number, with the public reason: its text is hidden."""
    found = select(Flag.subject_type, Flag.subject_id, Flag.answer)
    rows = session.execute(found.where(Flag.case_id == case_id, Flag.outcome == "upheld").order_by(Flag.id))
    return {(kind, number): answer for kind, number, answer in rows}


def sides(session: Session, *, public_id: str) -> Sides:
    """Return whom a case concerns, or raise NoSuchCase."""
    case = _case(session, public_id)
    every = session.scalars(select(Organisation).order_by(Organisation.name)).all()
    doubts = (
        select(RecusalDoubt, Organisation.name)
        .join(Organisation, Organisation.id == RecusalDoubt.organisation_id)
        .where(RecusalDoubt.case_id == case.id)
        .order_by(RecusalDoubt.id)
    )
    return Sides(
        case=case,
        named=tuple(one for one in every if one.id in case.named_organisation_ids),
        others=tuple(one for one in every if one.id not in case.named_organisation_ids),
        doubts=tuple((row.RecusalDoubt, row.name) for row in session.execute(doubts)),
        statements=_statements(session, case.id),
    )


def affairs(session: Session, *, public_id: str) -> Affairs:
    """Return what happened to a case after publication, or raise NoSuchCase."""
    case = _case(session, public_id)
    of_case = select(Correction).where(Correction.case_id == case.id).order_by(Correction.id)
    corrections = tuple(session.scalars(of_case))
    waiting = select(Reopening).where(Reopening.case_id == case.id, Reopening.joined_at.is_(None))
    reopening = session.scalar(waiting)
    people = {one.opened_by for one in corrections} | {one.decided_by for one in corrections if one.decided_by}
    people |= {reopening.asked_by} if reopening else set()
    named = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return Affairs(
        case=case,
        fact_check=session.scalar(select(FactCheck).where(FactCheck.case_id == case.id)),
        corrections=corrections,
        reopening=reopening,
        evidence=session.get(Evidence, reopening.evidence_id) if reopening else None,
        names={row.id: row.name for row in named},
    )


def overdue(appeal: Appeal, *, now: datetime) -> bool:
    """Return whether an objection waits longer than the house promises."""
    return appeal.decided_at is None and appeal.due_at < now


def _case(session: Session, public_id: str) -> Case:
    case = session.scalar(select(Case).where(Case.public_id == public_id))
    if case is None:
        raise NoSuchCase(public_id=public_id)
    return case


def _statements(session: Session, case_id: int) -> tuple[Statement, ...]:
    query = (
        select(AgencyStatement, Organisation.name)
        .join(Organisation, Organisation.id == AgencyStatement.organisation_id)
        .where(AgencyStatement.case_id == case_id)
        .order_by(AgencyStatement.id)
    )
    return tuple(Statement(row.AgencyStatement, row.name) for row in session.execute(query))


def _with_answer() -> Select[Appeal, FactCheck, str]:
    query = select(Appeal, FactCheck, Organisation.name).join(FactCheck, FactCheck.id == Appeal.fact_check_id)
    return query.outerjoin(Organisation, Organisation.id == Appeal.decided_organisation_id)


def _appeals(session: Session, query: Select[Appeal, FactCheck, str]) -> tuple[AppealRow, ...]:
    return tuple(AppealRow(row.Appeal, row.FactCheck, row.name or "") for row in session.execute(query))


def _subject(session: Session, flag: Flag) -> str:
    if flag.subject_type == "evidence":
        evidence = session.get(Evidence, flag.subject_id)
        return f"{evidence.url} · {evidence.quote}" if evidence else ""
    if flag.subject_type == "assessment":
        assessment = session.get(Assessment, flag.subject_id)
        return assessment.reason if assessment else ""
    return ""
