"""Screenshots: taken in as a question, looked at by the worker, and part of a report when their sender says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kernel.outbox import CITIZEN, SYSTEM, enqueue, record
from verification.errors import NoSuchUpload
from verification.models import Attachment, Report, Upload

MOST_PICTURES = 4
"""Pictures of one question: a long forward takes three screens."""

KEPT_UNREPORTED = timedelta(hours=24)
"""How long a question with pictures is kept when nobody reports it: until tomorrow, when the sender comes back."""

READ_PICTURE, FORGET_UPLOAD, FORGET_PICTURES = "read_picture", "forget_upload", "forget_pictures"
"""The worker's jobs; the first has a thread of its own, since reading a picture takes seconds."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What the worker found: our own copy in the media store, its hash, and the words on it.

    `reading` is read or unavailable; `sealed_text` is None when no words were looked for.
    """

    stored_name: str
    width: int
    height: int
    pdq: bytes
    pdq_quality: int
    reading: str
    sealed_text: bytes | None
    confidence: float | None
    masked: bool


def receive_upload(
    session: Session,
    *,
    token_hash: str,
    sealed_text: bytes | None,
    stored_names: Sequence[str],
    left_out: Sequence[dict[str, Any]],
    now: datetime,
) -> Upload:
    """Take in a question with pictures, which lie in the media store already, and have the worker look at each."""
    upload = Upload(
        token_hash=token_hash,
        sealed_text=sealed_text,
        left_out=list(left_out),
        received_at=now,
        expires_at=now + KEPT_UNREPORTED,
    )
    session.add(upload)
    session.flush()  # the pictures need its number
    for position, name in enumerate(stored_names):
        attachment = Attachment(upload_id=upload.id, position=position, stored_name=name)
        session.add(attachment)
        session.flush()  # the job needs its number
        _have_read(session, attachment.id, now=now)
    payload = {"upload_id": upload.id}
    key = f"upload:{upload.id}"
    enqueue(session, FORGET_UPLOAD, dedupe_key=key, payload=payload, now=now, not_before=upload.expires_at)
    facts = {"pictures": len(stored_names)}
    record(session, "upload_received", actor=CITIZEN, subject=("upload", upload.id), now=now, data=facts)
    return upload


def change_text(session: Session, *, token_hash: str, sealed_text: bytes | None) -> Upload:
    """Replace what the sender typed beside the pictures: theirs alone until they report it, so nothing is audited."""
    upload = _locked(session, token_hash)
    if upload.report_id is None:
        upload.sealed_text = sealed_text
    return upload


def keep_picture(session: Session, *, attachment_id: int, found: LookedAt, now: datetime) -> str | None:
    """Put our own copy in the place of what was sent, and return the name of the file that is no longer needed.

    When the picture was looked at already, or is gone, that is the new copy.
    """
    attachment = session.get(Attachment, attachment_id, with_for_update=True)
    if attachment is None or attachment.state != "waiting":
        return found.stored_name
    replaced, attachment.stored_name = attachment.stored_name, found.stored_name
    attachment.state, attachment.looked_at = "kept", now
    attachment.width, attachment.height = found.width, found.height
    attachment.pdq, attachment.pdq_quality = found.pdq, found.pdq_quality
    attachment.reading, attachment.sealed_text = found.reading, found.sealed_text
    attachment.confidence, attachment.masked = found.confidence, found.masked
    facts = {"reading": found.reading, "masked": found.masked}
    record(session, "picture_looked_at", actor=SYSTEM, subject=("attachment", attachment.id), now=now, data=facts)
    return replaced


def refuse_picture(session: Session, *, attachment_id: int, reason: str, now: datetime) -> str | None:
    """Say that a picture cannot be used, and return the name of its file, which is no longer needed."""
    attachment = session.get(Attachment, attachment_id, with_for_update=True)
    if attachment is None or attachment.state != "waiting":
        return None
    needless, attachment.stored_name = attachment.stored_name, None
    attachment.state, attachment.refused_because, attachment.looked_at = "refused", reason, now
    facts = {"reason": reason}
    record(session, "picture_refused", actor=SYSTEM, subject=("attachment", attachment.id), now=now, data=facts)
    return needless


def attach_to_report(
    session: Session, *, upload: Upload, report: Report, kept_days: int, now: datetime
) -> tuple[Attachment, ...]:
    """Make the pictures part of a report and return them; like its original text they go after `kept_days`."""
    attachments = tuple(pictures_of(session, upload.id))
    if upload.report_id is None:
        upload.report_id = report.id
        enqueue(
            session,
            FORGET_PICTURES,
            dedupe_key=f"upload:{upload.id}",
            payload={"upload_id": upload.id},
            now=now,
            not_before=now + timedelta(days=kept_days),
        )
        facts = {"pictures": len(attachments), "upload_id": upload.id}
        record(session, "pictures_reported", actor=CITIZEN, subject=("report", report.id), now=now, data=facts)
    return attachments


def forget_upload(session: Session, *, upload_id: int, now: datetime) -> list[str]:
    """Delete a question that was not reported, and return the names of its files; of a reported one nothing."""
    upload = session.get(Upload, upload_id, with_for_update=True)
    if upload is None or upload.report_id is not None:
        return []
    names = [row.stored_name for row in pictures_of(session, upload_id) if row.stored_name]
    session.execute(delete(Attachment).where(Attachment.upload_id == upload_id))
    session.delete(upload)
    record(session, "upload_forgotten", actor=SYSTEM, subject=("upload", upload_id), now=now)
    return names


def forget_pictures(session: Session, *, upload_id: int, now: datetime) -> list[str]:
    """Delete the pictures of a report and the words read on them, and return the names of the files.

    Their hashes stay: by them the next person who sends the same picture is answered.
    """
    names = []
    for attachment in pictures_of(session, upload_id):
        if attachment.stored_name:
            names.append(attachment.stored_name)
        attachment.state, attachment.stored_name, attachment.sealed_text = "deleted", None, None
    upload = session.get(Upload, upload_id)
    if upload is not None:
        upload.sealed_text = None
    record(session, "pictures_forgotten", actor=SYSTEM, subject=("upload", upload_id), now=now)
    return names


def pictures_of(session: Session, upload_id: int) -> list[Attachment]:
    """Return the pictures of an upload in the order in which they were sent."""
    query = select(Attachment).where(Attachment.upload_id == upload_id).order_by(Attachment.position)
    return list(session.scalars(query))


def _have_read(session: Session, attachment_id: int, *, now: datetime) -> None:
    key, payload = f"attachment:{attachment_id}", {"attachment_id": attachment_id}
    enqueue(session, READ_PICTURE, dedupe_key=key, payload=payload, now=now)


def _locked(session: Session, token_hash: str) -> Upload:
    query = select(Upload).where(Upload.token_hash == token_hash).with_for_update()
    upload = session.scalar(query)
    if upload is None:
        raise NoSuchUpload
    return upload
