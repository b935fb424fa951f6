"""The worker's part with screenshots: looking at each once, and forgetting them in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.answering import answer
from app.suggesting import MATCHES_SUGGESTED, propose, suggestions_of
from app.uploading import make_findable, sealed
from app.wiring import Saring
from intake.errors import BadImage, OcrUnavailable
from intake.images import prepare_image
from intake.screenshots import masked, message_of
from verification.models import Attachment, Report
from verification.queries import uploads
from verification.services import attaching
from verification.services.attaching import LookedAt
from verification.services.matching import Suggestion

LOST = "lost"
"""Why a picture cannot be used whose file is not on this disk any more."""

SAME_PICTURE = 0.9
"""Probability (0-1) put on a fact-check of the same picture with the same words; below what search calls answered."""

ORPHANED_AFTER = timedelta(hours=1)
"""A file without a row is one whose transaction never ended, when it is so old."""


def read_picture(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Put our own copy in the place of what was sent, with its hash and its words, and delete what was sent."""
    attachment_id = int(payload["attachment_id"])
    with saring.database.read() as session:
        waiting = session.get(Attachment, attachment_id)
    if waiting is None or waiting.state != "waiting" or waiting.stored_name is None:
        return
    data = saring.media.get(waiting.stored_name)
    try:
        if data is None:
            raise BadImage(field="images", reason=LOST)
        found = look_at(saring, data)
    except BadImage as error:
        with saring.database.write() as session:
            reason, now = str(error.facts["reason"]), saring.clock.now()
            needless = attaching.refuse_picture(session, attachment_id=attachment_id, reason=reason, now=now)
    else:
        with saring.database.write() as session:
            now = saring.clock.now()
            needless = attaching.keep_picture(session, attachment_id=attachment_id, found=found, now=now)
            make_findable(session, upload_id=waiting.upload_id)
    if needless:
        saring.media.delete(needless)


def look_at(saring: Saring, data: bytes) -> LookedAt:
    """Return what a picture is: a copy drawn by ourselves, its hash, and the message on it. Raises `BadImage`."""
    prepared = prepare_image(data)
    copy, text, confidence, reading = prepared.webp, None, None, "unavailable"
    try:
        read = saring.ocr.read(prepared.webp)
    except OcrUnavailable:
        pass
    else:
        copy = masked(prepared.webp, read.lines)
        text, confidence, reading = message_of(line.text for line in read.lines), read.confidence, "read"
    return LookedAt(
        stored_name=saring.media.put(copy),
        width=prepared.width,
        height=prepared.height,
        pdq=prepared.pdq,
        pdq_quality=prepared.pdq_quality,
        reading=reading,
        sealed_text=sealed(saring, text or ""),
        confidence=confidence,
        masked=reading == "read",
    )


def suggest_by_picture(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Propose to the reviewers of a report what its pictures say, and what was found out about the same pictures."""
    with saring.database.read() as session:
        picture = session.get(Attachment, int(payload["subject_id"]))
        asked = uploads.question_of(session, upload_id=picture.upload_id) if picture else None
        report = session.get(Report, asked.upload.report_id) if asked and asked.upload.report_id else None
    if asked is None or report is None:
        return
    found = answer(saring, asked, limit=MATCHES_SUGGESTED)
    by_words = suggestions_of(found.found.hits) if found.found else []
    same = [
        Suggestion(fact_check_id=known.answer.id, probability=SAME_PICTURE, scores={"retrievers": ["picture"]})
        for known in found.known
        if known.answer is not None
    ]
    propose(saring, item_id=report.item_id, suggestions=[*same, *by_words])


def forget_upload(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Delete a question that nobody reported, and what an interrupted hour left lying about."""
    upload_id = int(payload["upload_id"])
    with saring.database.write() as session:
        names = attaching.forget_upload(session, upload_id=upload_id, now=saring.clock.now())
    for name in names:
        saring.media.delete(name)
    sweep(saring, shelf=upload_id)


def forget_pictures(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Delete the pictures of a report whose time is over. Their hashes stay and still answer."""
    with saring.database.write() as session:
        names = attaching.forget_pictures(session, upload_id=int(payload["upload_id"]), now=saring.clock.now())
    for name in names:
        saring.media.delete(name)


def sweep(saring: Saring, *, shelf: int) -> None:
    """Delete the files of one of the store's shelves that belong to no row: each job sweeps one, so none grows long."""
    names = saring.media.names_on(shelf, older_than=ORPHANED_AFTER)
    with saring.database.read() as session:
        known = set(session.scalars(select(Attachment.stored_name).where(Attachment.stored_name.in_(names))))
    for name in names - known:
        saring.media.delete(name)
