"""An agency's own word beside a verdict: labelled as its own, and no part of the judging."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.errors import AccountSuspended
from accounts.models import Organisation, Person
from kernel.outbox import Actor, record
from verification.errors import BadAppeal, ForeignOrganisation, NotNamed, WrongState
from verification.models import AgencyStatement
from verification.rules.lifecycle import CaseState
from verification.rules.statement import Stance
from verification.services.moving import lock_case
from verification.services.stating import require_reason

_TOO_EARLY = frozenset({CaseState.RECEIVED, CaseState.TRIAGE, CaseState.DECLINED, CaseState.MATCHED})

LONGEST_ADDRESS = 2_048


def publish_statement(
    session: Session,
    *,
    public_id: str,
    organisation_id: int,
    stance: Stance,
    text: str,
    url: str,
    actor: Actor,
    now: datetime,
) -> AgencyStatement:
    """Publish what the agency says of the claim; an earlier word of the same agency is closed and kept.

    It stands on the fact-check's page once there is one. Raises ForeignOrganisation to whoever does not belong to the
    agency, and NotNamed where the claim does not speak of it or it is no public body.
    """
    case = lock_case(session, public_id)
    person, agency = session.get_one(Person, actor.person_id), session.get(Organisation, organisation_id)
    if person.suspended_at is not None:
        raise AccountSuspended(reason=person.suspended_reason)
    if agency is None or person.organisation_id != agency.id:
        raise ForeignOrganisation(organisation_id=organisation_id)
    if agency.kind != "agency" or agency.id not in case.named_organisation_ids:
        raise NotNamed(organisation_id=organisation_id)
    if CaseState(case.state) in _TOO_EARLY:
        raise WrongState(state=case.state, event="statement_published")
    text, url = require_reason(text, field="text"), require_address(url)
    standing = select(AgencyStatement).where(
        AgencyStatement.case_id == case.id,
        AgencyStatement.organisation_id == agency.id,
        AgencyStatement.superseded_at.is_(None),
    )
    for older in session.scalars(standing):
        older.superseded_at = now
    session.flush()  # the database lets one statement stand, so the old one closes first
    statement = AgencyStatement(
        case_id=case.id,
        organisation_id=agency.id,
        stance=stance.value,
        text=text,
        url=url or None,
        written_by=person.id,
        published_at=now,
    )
    session.add(statement)
    session.flush()  # the audit names it by its number
    facts = {"public_id": public_id, "case_id": case.id, "stance": stance.value}
    subject = ("agency_statement", statement.id)
    record(session, "agency_statement_published", actor=actor, subject=subject, now=now, data=facts)
    return statement


def require_address(url: str) -> str:
    """Return a web address, or an empty text when there is none; BadAppeal on anything else."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadAppeal(field="url") from error
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST_ADDRESS):
        raise BadAppeal(field="url")
    return url
