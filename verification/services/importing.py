"""Taking over another house's fact-checks: their verdict, label and link stay theirs and are shown as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, record
from verification.models import FactCheck
from verification.models.fact_check import UNDATED
from verification.rules.scale import MisinfoType, Veracity
from verification.services.moving import new_public_id
from verification.services.signing import slug_of
from verification.services.tagging import tag


@dataclass(frozen=True, slots=True)
class PriorCheck:
    """A fact-check of another house. `key` is unique across imports; `label` is their rating, untouched."""

    key: str
    title: str
    claim: str
    explanation: str
    label: str
    verdict: Veracity | None
    misinfo_type: MisinfoType | None
    language: str
    published_on: date | None
    url: str
    source_name: str
    topics: tuple[str, ...] = ()


Outcome = Literal["created", "changed", "unchanged"]


def import_prior_check(session: Session, *, prior: PriorCheck, now: datetime) -> tuple[FactCheck, Outcome]:
    """Create or update the imported fact-check with this key; importing the same again changes nothing."""
    fact_check = session.scalar(select(FactCheck).where(FactCheck.source_key == prior.key))
    values = _values(prior)
    if fact_check is None:
        fact_check = FactCheck(
            public_id=new_public_id(), origin="imported", source_key=prior.key, modified_at=now, topics=[], **values
        )
        session.add(fact_check)
        session.flush()  # topics and the audit name the fact-check by its number
        tag(session, fact_check, named=prior.topics)
        outcome: Outcome = "created"
    else:
        changed = {name: value for name, value in values.items() if getattr(fact_check, name) != value}
        for name, value in changed.items():
            setattr(fact_check, name, value)
        if not tag(session, fact_check, named=prior.topics) and not changed:
            return fact_check, "unchanged"
        fact_check.revision += 1
        fact_check.modified_at = now
        outcome = "changed"
    facts = {"outcome": outcome, "source": prior.source_name}
    subject = ("fact_check", fact_check.id)
    record(session, "prior_check_imported", actor=SYSTEM, subject=subject, now=now, data=facts)
    return fact_check, outcome


def _values(prior: PriorCheck) -> dict[str, object]:
    published = datetime.combine(prior.published_on or UNDATED, time.min, UTC)
    return {
        "slug": slug_of(prior.title),
        "source_name": prior.source_name,
        "source_label": prior.label,
        "source_url": prior.url,
        "state": "published",
        "verdict": prior.verdict.value if prior.verdict else None,
        "misinfo_type": prior.misinfo_type.value if prior.misinfo_type else None,
        "title": prior.title[:500],
        "claim": prior.claim,
        "summary": prior.explanation,
        "body": {},
        "language": prior.language,
        "claim_published_on": prior.published_on,
        "published_at": published,
    }
