"""Saying that something happened to a publication."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from kernel.outbox import SYSTEM, Actor, record
from publishing.models import Publication


def tell(session: Session, kind: str, publication: Publication, *, now: datetime, actor: Actor = SYSTEM) -> None:
    """Record an event about a publication, with what its subscribers need and nothing personal."""
    data = {
        "counter_narrative_id": publication.counter_narrative_id,
        "version": publication.version,
        "account_id": publication.account_id,
        "op": publication.op,
        "reason": publication.reason,
        "url": publication.remote_url,
    }
    record(session, kind, actor=actor, subject=("publication", publication.id), now=now, data=data)
