"""From an approved counter-narrative to the posts that announce it, frozen in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Organisation
from app.i18n import gettext as _
from app.i18n import in_language
from app.presenters.verdicts import verdict_view
from app.wiring import Saring
from publishing.approval import ApprovedContent, approve
from publishing.compose import Wording
from publishing.connecting import accounts_of
from publishing.corrections import correct
from publishing.models import Publication
from verification.models import CounterNarrative, FactCheck


def announce(
    saring: Saring, session: Session, *, fact_check: FactCheck, narrative: CounterNarrative, now: datetime
) -> list[Publication]:
    """Freeze one post for each connected account of the author's organisation that speaks the narrative's language.

    A later revision is carried to where the earlier one went, as a correction, and is never a second plain post. An
    author without an organisation speaks for the site alone: the page and its feed are the publication then.
    """
    organisation = session.get(Organisation, narrative.author_organisation_id or 0)
    if organisation is None or narrative.approver_id is None:
        return []
    if fact_check.revision > 1:
        corrected = correct(
            session,
            content=content_of(saring, fact_check, narrative),
            channels=saring.channels,
            author_id=narrative.author_id,
            approver_id=narrative.approver_id,
            time_zone=organisation.time_zone,
            now=now,
        )
        return list(corrected.rows)
    connected = accounts_of(session, organisation.id, connected_only=True)
    return approve(
        session,
        content=content_of(saring, fact_check, narrative),
        accounts=[account for account in connected if account.language == narrative.language],
        channels=saring.channels,
        author_id=narrative.author_id,
        approver_id=narrative.approver_id,
        now=now,
    )


def content_of(saring: Saring, fact_check: FactCheck, narrative: CounterNarrative) -> ApprovedContent:
    """Return the counter-narrative as the publishing room takes it."""
    with in_language(narrative.language):
        word = verdict_view(narrative.verdict).word
        change = _("The verdict is now %(verdict)s.", verdict=word) if fact_check.revision > 1 else ""
    wording = Wording(
        verdict=word,
        title=narrative.title,
        fact=narrative.fact,
        claim=narrative.circulated,
        why=narrative.why_misleading,
        action=narrative.what_to_do,
        change=change,
    )
    return ApprovedContent(
        # What stays the same from revision to revision: by it a correction finds what it corrects.
        counter_narrative_id=fact_check.id,
        version=fact_check.revision,
        verdict=narrative.verdict,
        url=page_url(saring, fact_check),
        wordings={narrative.language: wording},
    )


def page_url(saring: Saring, fact_check: FactCheck) -> str:
    """Return the canonical address of a fact-check."""
    return f"{saring.settings.public_url}/cek/{fact_check.public_id}/{fact_check.slug}"
