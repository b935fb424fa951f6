"""What waits for a post that will never be: cancelled, and taken up again where the post turns out to be there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from publishing.models import Publication, PublicationState, Reason
from publishing.models.publications import CLAIMABLE
from publishing.telling import tell


def cancel_orphans(session: Session, *, now: datetime, target_id: int | None = None) -> int:
    """Cancel what waits for a post that will never be, and return how much; of one post, or of all.

    A post that may be live keeps its correction waiting: it stands there uncorrected, until somebody says that it does
    not.
    """
    target = aliased(Publication)
    surely_failed = (target.state == PublicationState.FAILED) & target.maybe_sent_at.is_(None)
    never_sent = exists().where(
        target.id == Publication.depends_on,
        target.remote_id.is_(None),
        or_(target.state == PublicationState.CANCELLED, surely_failed),
    )
    query = select(Publication).where(Publication.state.in_(CLAIMABLE), never_sent).order_by(Publication.id)
    if target_id is not None:
        query = query.where(Publication.depends_on == target_id)
    orphans = session.scalars(query.with_for_update(skip_locked=target_id is None, of=Publication)).all()
    for publication in orphans:
        publication.state, publication.reason = PublicationState.CANCELLED, Reason.TARGET_NEVER_SENT
        tell(session, "publication_cancelled", publication, now=now)
    return len(orphans)


def wake_orphans(session: Session, target: Publication, *, now: datetime) -> None:
    """Take up again what was cancelled because its post was thought never to have been: the network says that it is.

    Not where a newer version has come since, which says something else.
    """
    newer = aliased(Publication)
    outdated = exists().where(
        newer.counter_narrative_id == Publication.counter_narrative_id,
        newer.account_id == Publication.account_id,
        newer.version > Publication.version,
    )
    query = select(Publication).where(
        Publication.depends_on == target.id,
        Publication.state == PublicationState.CANCELLED,
        Publication.reason == Reason.TARGET_NEVER_SENT,
        ~outdated,
    )
    for publication in session.scalars(query.order_by(Publication.id).with_for_update(of=Publication)):
        publication.state, publication.reason, publication.not_before = PublicationState.PENDING, None, now
        tell(session, "publication_resumed", publication, now=now)
