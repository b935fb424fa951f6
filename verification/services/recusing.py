"""Which organisations a claim speaks of, so that their people do not judge it: by name, by tag, and doubted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.organisations import NoSuchOrganisation, list_organisations
from kernel.outbox import SYSTEM, Actor, record
from verification.errors import AlreadyDecided, BadAppeal, NoSuchAppeal, OwnOrganisation, OwnSignature
from verification.models import Case, RecusalDoubt
from verification.rules.conflict import find_name
from verification.services.conflicts import cleared, names_of, text_of
from verification.services.moving import lock_case
from verification.services.stating import require_reason


def name_organisations(session: Session, *, case: Case, now: datetime) -> None:
    """Write down every organisation whose name or alias stands in the claim or its messages, but those cleared."""
    text = text_of(session, case=case)
    known = {*case.named_organisation_ids, *cleared(session, case_id=case.id)}
    for organisation in list_organisations(session):
        if organisation.id not in known and find_name(text, names_of(organisation).names) is not None:
            _name(session, case, organisation.id, how="name", actor=SYSTEM, now=now)


def tag_organisation(
    session: Session, *, public_id: str, organisation_id: int, reason: str, actor: Actor, now: datetime
) -> None:
    """Say that the claim is about an organisation though it does not name it; its people step aside from then on."""
    case = lock_case(session, public_id)
    if session.get(Organisation, organisation_id) is None:
        raise NoSuchOrganisation(organisation_id=organisation_id)
    reason = require_reason(reason, field="reason")
    if organisation_id not in case.named_organisation_ids:
        _name(session, case, organisation_id, how="tag", actor=actor, now=now, reason=reason)


def doubt_recusal(
    session: Session, *, public_id: str, organisation_id: int, reason: str, actor: Actor, now: datetime
) -> RecusalDoubt:
    """Say that the claim does not speak of the organisation. It may be its own people who say so; others decide."""
    case = lock_case(session, public_id)
    if organisation_id not in case.named_organisation_ids or actor.person_id is None:
        raise BadAppeal(field="organisation")
    doubt = RecusalDoubt(
        case_id=case.id,
        organisation_id=organisation_id,
        reason=require_reason(reason, field="reason"),
        asked_by=actor.person_id,
        asked_at=now,
    )
    try:
        with session.begin_nested():
            session.add(doubt)
    except IntegrityError as error:
        raise AlreadyDecided(public_id=public_id) from error
    facts = {"public_id": public_id, "organisation_id": organisation_id, "doubt_id": doubt.id}
    record(session, "recusal_doubted", actor=actor, subject=("case", case.id), now=now, data=facts)
    return doubt


def decide_doubt(
    session: Session, *, public_id: str, doubt_id: int, cleared: bool, answer: str, actor: Actor, now: datetime
) -> None:
    """Clear the organisation, or let the recusal stand. Neither who asked decides, nor anybody of that organisation."""
    case = lock_case(session, public_id)
    doubt = session.get(RecusalDoubt, doubt_id)
    if doubt is None or doubt.case_id != case.id:
        raise NoSuchAppeal(doubt_id=doubt_id)
    if doubt.decided_at is not None:
        raise AlreadyDecided(public_id=public_id)
    if doubt.asked_by == actor.person_id:
        raise OwnSignature(public_id=public_id)
    if doubt.organisation_id == actor.organisation_id:
        raise OwnOrganisation(public_id=public_id, organisation_id=doubt.organisation_id)
    doubt.answer = require_reason(answer, field="answer")
    doubt.outcome, doubt.decided_by, doubt.decided_at = "cleared" if cleared else "upheld", actor.person_id, now
    if cleared:
        case.named_organisation_ids = [one for one in case.named_organisation_ids if one != doubt.organisation_id]
    facts = {"public_id": public_id, "organisation_id": doubt.organisation_id, "outcome": doubt.outcome}
    record(session, "recusal_doubt_decided", actor=actor, subject=("case", case.id), now=now, data=facts)


def _name(
    session: Session, case: Case, organisation_id: int, *, how: str, actor: Actor, now: datetime, reason: str = ""
) -> None:
    case.named_organisation_ids = [*case.named_organisation_ids, organisation_id]
    facts = {"public_id": case.public_id, "organisation_id": organisation_id, "how": how, "reason": reason}
    record(session, "organisation_named", actor=actor, subject=("case", case.id), now=now, data=facts)
