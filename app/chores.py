"""The desk's jobs: the order of the queue, copies of evidence, the nightly ranking, the public file of votes,
and objections past their deadline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from app.exporting import export_votes
from app.wiring import Saring
from intake.errors import BadImage, LinkRefused, LinkUnreachable, OcrUnavailable
from intake.fetching import PAGE_KINDS, PICTURE_KINDS, Fetched
from intake.images import prepare_image
from intake.pages import page_text
from verification.models import Evidence
from verification.services import appealing, gathering, rating, triaging


def refresh_priority(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Score the case of an event anew."""
    case_id = payload["subject_id"] if payload["subject_type"] == "case" else payload["case_id"]
    with saring.database.write() as session:
        triaging.refresh_priority(session, case_id=int(case_id), now=saring.clock.now())


def refresh_priorities(saring: Saring, _payload: Mapping[str, Any]) -> None:
    """Score every queued case anew: time passes for those about which nothing happens, too."""
    last: int | None = 0
    while last is not None:
        with saring.database.write() as session:
            last = triaging.refresh_slice(session, after_id=last, now=saring.clock.now())


def archive_evidence(saring: Saring, payload: Mapping[str, Any]) -> None:
    """Read the page or picture of a piece of evidence once, through the guarded fetch, and keep what it says.

    A page that does not answer is tried again with the job's back-off; one that may not be read never is.
    """
    evidence_id, now = int(payload["subject_id"]), saring.clock.now()
    with saring.database.read() as session:
        evidence = session.get(Evidence, evidence_id)
    if evidence is None or evidence.archive_state == "kept":
        return
    try:
        copy = _copy(saring, saring.fetcher.get(evidence.url, kinds=(*PAGE_KINDS, *PICTURE_KINDS)))
    except (LinkRefused, LinkUnreachable, BadImage) as error:
        state = "unreachable" if isinstance(error, LinkUnreachable) else "refused"
        with saring.database.write() as session:
            gathering.note_no_copy(session, evidence_id=evidence_id, state=state, now=now)
        if isinstance(error, LinkUnreachable):
            raise
        return
    with saring.database.write() as session:
        gathering.keep_copy(session, evidence_id=evidence_id, copy=copy, now=now)


def _copy(saring: Saring, fetched: Fetched) -> gathering.Copy:
    """Return what a page says, or what is written in a picture. Raises `BadImage`."""
    sha256 = hashlib.sha256(fetched.body).hexdigest()
    if fetched.kind not in PICTURE_KINDS:
        said = page_text(fetched)
        return gathering.Copy(said.title, said.text, sha256)
    picture = prepare_image(fetched.body)
    try:
        text = saring.ocr.read(picture.webp).text
    except OcrUnavailable:
        text = ""
    return gathering.Copy("", text, sha256, picture.pdq)


def rank_narratives(saring: Saring, _payload: Mapping[str, Any]) -> None:
    """Rank all rated counter-narratives, each night."""
    with saring.database.write() as session:
        rating.rank_all(session, now=saring.clock.now())


def publish_votes(saring: Saring, _payload: Mapping[str, Any]) -> None:
    """Write the public file of votes, each day."""
    export_votes(saring)


def escalate_appeals(saring: Saring, _payload: Mapping[str, Any]) -> None:
    """Notice the objections that passed their deadline; telling people about each follows from its event."""
    with saring.database.write() as session:
        appealing.escalate_overdue(session, now=saring.clock.now())
