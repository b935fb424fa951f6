"""How far each version of a fact-check got on official accounts, for everybody to read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.i18n import gettext as _
from app.i18n import ngettext
from app.presenters.board import duration_word
from publishing.corrections import progress
from verification.queries.public import Published


def reached(session: Session, published: Published) -> tuple[str, ...]:
    """Return a sentence for each revision, in their order; empty where no account posted it."""
    return tuple(_sentence(session, published.fact_check.id, row.revision) for row in published.revisions)


def _sentence(session: Session, fact_check_id: int, revision: int) -> str:
    made = progress(session, fact_check_id, revision)
    if made.total == 0:
        return ""
    if made.seconds is None:
        return _("%(done)s of %(total)s deliveries to official accounts are out", done=made.done, total=made.total)
    return ngettext(
        "%(num)s delivery to official accounts, done %(time)s after approval",
        "%(num)s deliveries to official accounts, the last %(time)s after approval",
        made.total,
        time=duration_word(made.seconds),
    )
