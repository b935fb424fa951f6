"""What follows from what somebody wrote to an official account: an answer in public, or a report like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.models import Person
from accounts.people import hash_token
from app.wiring import Saring
from intake.submission import clean
from kernel.outbox import Actor
from publishing import inbox
from publishing.models import Publication
from verification.errors import OwnOrganisation
from verification.models import Case, FactCheck, Report
from verification.rules.conflict import ConflictKind
from verification.services.conflicts import conflicts_of
from verification.services.reporting import ReportedText, file_report


def file_reply(
    saring: Saring, session: Session, reply_id: int, *, person_id: int, actor: Actor, now: datetime
) -> Report:
    """File the text of a reply as a report and note that on the reply; a second click finds the first report.

    Whoever wrote it is not named in it. Raises NoSuchReply, WrongState, and as `intake.submission.clean`.
    """
    reply = inbox.find_reply(session, reply_id, actor=actor)
    submission = clean(reply.text, url=reply.url)
    # Derived from the reply, so that two clicks, or two people, make one report.
    key = f"balasan-{reply.id:020d}"
    report = file_report(
        session,
        reported=ReportedText(
            text=submission.redacted_text,
            fingerprint=submission.fingerprint,
            language=submission.language.value,
            url=submission.url,
        ),
        sealed_text=saring.seal.encrypt(submission.text.encode()),
        idempotency_key=key,
        tracking_hash=hash_token(saring.tokens.tracking(key)),
        seen_where=PLATFORMS.get(inbox.kind_of(session, reply), "elsewhere"),
        now=now,
        person_id=person_id,
    )
    inbox.link_report(session, reply_id, report_id=report.id, person_id=person_id, actor=actor, now=now)
    return report


def answer_reply(
    saring: Saring, session: Session, reply_id: int, *, text: str, person_id: int, actor: Actor, now: datetime
) -> Publication:
    """Answer a reply in the organisation's name. Raises as `inbox.answer`, and OwnOrganisation.

    An organisation of which the claim speaks, even if that was found out after publication, is a party: it says its
    word in a statement that is marked as its own, not from the account that announces the check.
    """
    post = inbox.post_of(session, reply_id, actor=actor)
    fact_check = session.get(FactCheck, post.counter_narrative_id) if post else None
    if fact_check is not None and fact_check.case_id is not None:
        case, person = session.get_one(Case, fact_check.case_id), session.get_one(Person, person_id)
        for found in conflicts_of(session, case=case, person=person):
            if found.kind is not ConflictKind.REPORTER:
                raise OwnOrganisation(public_id=case.public_id, organisation_id=found.organisation_id)
    channels = saring.channels
    return inbox.answer(session, reply_id, text=text, person_id=person_id, channels=channels, actor=actor, now=now)


PLATFORMS = {"facebook": "facebook", "instagram": "instagram", "x": "x", "telegram": "telegram", "whatsapp": "whatsapp"}
"""Where a network's replies were seen, by the words that reports use."""
