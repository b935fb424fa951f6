"""What this installation's people taught the matcher: the links they decided, over the debunks found here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.documents import key_of
from search import documents
from search.learning.links import Body, Link, body_of_links
from verification.queries.links import decided_links

OWN = "own"
"""The name of the installation's own body in reports."""


def own_body(session: Session) -> Body:
    """Return the debunks of this installation with the messages that people linked to them."""
    links = [
        Link(
            row.message,
            key_of(row.fact_check_id),
            confirmed=row.confirmed,
            decided_on=row.decided_at.date() if row.decided_at else None,
        )
        for row in decided_links(session)
    ]
    return body_of_links(OWN, links, list(documents.everything(session)))
