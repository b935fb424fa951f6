"""What a citizen can do: report a message, or say that a known answer was enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kernel.outbox import CITIZEN, SYSTEM, Actor, record
from verification.errors import NoSuchFactCheck, NoSuchReport
from verification.models import Case, Demand, FactCheck, Item, Report
from verification.rules.lifecycle import INITIAL, CaseEvent, Mover
from verification.services.moving import move, new_public_id


@dataclass(frozen=True, slots=True)
class ReportedText:
    """A cleaned message as intake hands it over: redacted, with its fingerprint (SHA-256, hex) and language."""

    text: str
    fingerprint: str
    language: str
    url: str | None = None


def file_report(
    session: Session,
    *,
    reported: ReportedText,
    sealed_text: bytes,
    idempotency_key: str,
    tracking_hash: str,
    seen_where: str,
    now: datetime,
    person_id: int | None = None,
) -> Report:
    """Save a report: on the known item with this fingerprint, else on a new item with a case of its own.

    The form's `idempotency_key` makes a repeated submission return the first report. Who is first among several
    simultaneous reports of one message is decided by the unique constraints, not by looking first.
    """
    known = session.scalar(select(Report).where(Report.idempotency_key == idempotency_key))
    if known is not None:
        return known
    actor = Actor(person_id, CITIZEN.role) if person_id else CITIZEN
    item = _find_or_create_item(session, reported, now=now)
    report = Report(
        item_id=item.id,
        idempotency_key=idempotency_key,
        tracking_hash=tracking_hash,
        person_id=person_id,
        sealed_text=sealed_text,
        seen_where=seen_where,
        received_at=now,
    )
    try:
        with session.begin_nested():
            session.add(report)
    except IntegrityError:
        # The same form was sent twice at once; the other request has just saved it.
        return session.execute(select(Report).where(Report.idempotency_key == idempotency_key)).scalar_one()
    counted = update(Case).where(Case.id == item.case_id).values(report_count=Case.report_count + 1)
    session.execute(counted)
    facts = {"item_id": item.id, "case_id": item.case_id}
    record(session, "report_received", actor=actor, subject=("report", report.id), now=now, data=facts)
    return report


def count_demand(session: Session, *, fact_check_id: int, answered: bool, now: datetime) -> None:
    """Count that somebody asked about this fact-check today, and whether it answered them."""
    asked = update(FactCheck).where(FactCheck.id == fact_check_id).values(asked_count=FactCheck.asked_count + 1)
    if session.scalar(asked.returning(FactCheck.id)) is None:
        raise NoSuchFactCheck(fact_check_id=fact_check_id)
    day = now.date()
    mine = (Demand.fact_check_id == fact_check_id, Demand.day == day)
    more = update(Demand).where(*mine).values(asked=Demand.asked + 1, answered=Demand.answered + int(answered))
    if session.scalar(more.returning(Demand.id)) is None:
        try:
            with session.begin_nested():
                session.add(Demand(fact_check_id=fact_check_id, day=day, asked=1, answered=int(answered)))
        except IntegrityError:
            session.execute(more)
    facts = {"answered": answered}
    record(session, "demand_counted", actor=CITIZEN, subject=("fact_check", fact_check_id), now=now, data=facts)


def find_report(session: Session, *, tracking_hash: str) -> Report:
    """Return the report behind a private tracking link, or raise NoSuchReport."""
    report = session.scalar(select(Report).where(Report.tracking_hash == tracking_hash))
    if report is None:
        raise NoSuchReport
    return report


def _find_or_create_item(session: Session, reported: ReportedText, *, now: datetime) -> Item:
    by_fingerprint = select(Item).where(Item.fingerprint == reported.fingerprint)
    item = session.scalar(by_fingerprint)
    if item is not None:
        return item
    try:
        with session.begin_nested():
            case = Case(
                public_id=new_public_id(),
                state=INITIAL.value,
                language=reported.language,
                opened_at=now,
                state_changed_at=now,
            )
            session.add(case)
            session.flush()  # the item needs the number of its case
            item = Item(
                case_id=case.id,
                fingerprint=reported.fingerprint,
                text=reported.text,
                url=reported.url,
                language=reported.language,
                created_at=now,
            )
            session.add(item)
    except IntegrityError:
        return session.execute(by_fingerprint).scalar_one()
    subject = ("case", case.id)
    record(session, "case_opened", actor=SYSTEM, subject=subject, now=now, data={"public_id": case.public_id})
    move(session, case, CaseEvent.TRIAGE_STARTED, actor=SYSTEM, mover=Mover.SYSTEM, proved=frozenset(), now=now)
    return item
