"""Turning what somebody wrote to an official account into a report, like any other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.people import hash_token
from app.wiring import Saring
from intake.submission import clean
from kernel.outbox import Actor
from publishing import inbox
from verification.models import Report
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


PLATFORMS = {"facebook": "facebook", "instagram": "instagram", "x": "x", "telegram": "telegram", "whatsapp": "whatsapp"}
"""Where a network's replies were seen, by the words that reports use."""
