"""Conflict of interest: nobody judges what they reported, and no organisation judges its own case."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Person
from kernel.outbox import Actor
from verification.errors import OwnOrganisation, OwnReport
from verification.models import Case, Item, Report


def require_no_conflict(session: Session, *, case: Case, actor: Actor) -> None:
    """Raise OwnReport or OwnOrganisation when the actor may not judge this case."""
    reported = (
        select(Report.id)
        .join(Item, Item.id == Report.item_id)
        .where(Item.case_id == case.id, Report.person_id == actor.person_id)
        .limit(1)
    )
    if session.scalar(reported) is not None:
        raise OwnReport(public_id=case.public_id)
    # Read from the account, not from the actor: a membership taken on during the session counts at once.
    organisation_id = session.scalar(select(Person.organisation_id).where(Person.id == actor.person_id))
    if organisation_id is not None and organisation_id in case.named_organisation_ids:
        raise OwnOrganisation(public_id=case.public_id, organisation_id=organisation_id)
