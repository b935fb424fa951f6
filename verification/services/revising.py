"""The record of a fact-check: each revision with what it said, why, and who stood behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.models import Organisation
from accounts.roles import Role
from kernel.outbox import Actor
from verification.models import Case, Correction, CounterNarrative, FactCheck, FactCheckRevision, Reopening

Signature = dict[str, str]
"""`act`: wrote, approved or asked; `role`; `organisation`, empty for the house itself."""


def add_revision(
    session: Session,
    fact_check: FactCheck,
    *,
    kind: str,
    reason: str,
    signatures: list[Signature],
    narrative: CounterNarrative | None,
    now: datetime,
) -> None:
    """Write down what the fact-check says from now on; `kind` as FactCheckRevision lists them."""
    content: dict[str, Any] = {"title": fact_check.title, "verdict": fact_check.verdict, **fact_check.body}
    session.add(
        FactCheckRevision(
            fact_check_id=fact_check.id,
            revision=fact_check.revision,
            kind=kind,
            reason=reason,
            content=content,
            counter_narrative_id=narrative.id if narrative else None,
            signatures=signatures,
            published_at=now,
        )
    )


def signed_by(session: Session, narrative: CounterNarrative, *, approver: Actor) -> list[Signature]:
    """Return who wrote the version and who approves it, by the roles in which they did."""
    volunteer = narrative.author_role == Role.VOLUNTEER
    author = Actor(narrative.author_id, narrative.author_role, None if volunteer else narrative.organisation_id)
    return [signature(session, "wrote", author), signature(session, "approved", approver)]


def signature(session: Session, act: str, actor: Actor) -> Signature:
    """Return how the public record names the actor: by role and organisation, never by name."""
    organisation = session.get(Organisation, actor.organisation_id) if actor.organisation_id is not None else None
    return {"act": act, "role": actor.role or "", "organisation": organisation.name if organisation else ""}


def why_revised(session: Session, *, case: Case) -> str:
    """Return the public reason for the next version: that of the open correction, else of the last reopening."""
    correction = session.scalar(
        select(Correction.reason).where(Correction.case_id == case.id, Correction.decided_at.is_(None))
    )
    if correction is not None:
        return correction
    joined = select(Reopening.reason).where(Reopening.case_id == case.id, Reopening.joined_at.is_not(None))
    return session.scalar(joined.order_by(Reopening.id.desc()).limit(1)) or ""


def close_correction(session: Session, *, case: Case, outcome: str, answer: str, actor: Actor, now: datetime) -> None:
    """End the open correction of the case, if there is one."""
    query = select(Correction).where(Correction.case_id == case.id, Correction.decided_at.is_(None))
    correction = session.scalar(query)
    if correction is not None:
        correction.outcome, correction.answer = outcome, answer
        correction.decided_by, correction.decided_at = actor.person_id, now
