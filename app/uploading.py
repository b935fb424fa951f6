"""Screenshots on their way in, whoever brings them: the box, the report form, or the telephone's share menu."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from sqlalchemy.orm import Session

from accounts.people import hash_token
from app.wiring import Saring
from intake.errors import BadImage
from intake.folding import is_blank
from intake.images import image_kind
from search.pictures import put_picture
from verification.models import Report, Upload
from verification.queries import uploads
from verification.services.attaching import MOST_PICTURES, attach_to_report, pictures_of, receive_upload

TOO_MANY = "many"
"""Why a picture beyond the fourth is left out."""


def receive(saring: Saring, *, text: str, pictures: Sequence[bytes], may_be_none: bool = False) -> str:
    """Take in pictures with what was typed beside them, and return the token of the page that answers.

    The page is `url_for("uploads.show", token=…)`. Nothing becomes a report by this, and a day later it is deleted.
    A picture that cannot be used is left out and the page says so; what was typed is kept whatever it holds. Raises
    `BadImage` (field `images`) when no picture can be used and `may_be_none` is not said, and `MediaUnavailable` when
    the disk is full.
    """
    usable, left_out = _sorted_out(pictures)
    if not usable and not may_be_none:
        raise BadImage(field="images", reason=left_out[0]["reason"] if left_out else "kind")
    names: list[str] = []
    with ExitStack() as unless_saved:
        for picture in usable:
            names.append(saring.media.put(picture))
            unless_saved.callback(saring.media.delete, names[-1])
        token = _save(saring, text=text, names=names, left_out=left_out)
        unless_saved.pop_all()
    return token


def take_into_report(saring: Saring, session: Session, *, upload_token: str, report: Report) -> None:
    """Make the pictures of a question part of a report, and let them be found again.

    A report has one lot of pictures: what a form that was sent twice brings the second time is left to be forgotten.
    """
    upload = uploads.question(session, token_hash=hash_token(upload_token)).upload
    if upload.report_id is not None or uploads.has_pictures(session, report_id=report.id):
        return
    kept_days, now = saring.settings.retention_days, saring.clock.now()
    attach_to_report(session, upload=upload, report=report, kept_days=kept_days, now=now)
    make_findable(session, upload_id=upload.id)


def make_findable(session: Session, *, upload_id: int) -> None:
    """Let the pictures of a reported upload be found again; those of a mere question never are."""
    upload = session.get(Upload, upload_id)
    if upload is None or upload.report_id is None:
        return
    for picture in pictures_of(session, upload_id):
        if picture.pdq is not None:
            put_picture(session, picture_key(picture.id), pdq=picture.pdq)


def picture_key(attachment_id: int) -> str:
    """Return the name by which search knows a picture."""
    return f"attachment:{attachment_id}"


def attachment_id_of(key: str) -> int:
    """Return which picture search means."""
    return int(key.removeprefix("attachment:"))


def _sorted_out(pictures: Sequence[bytes]) -> tuple[list[bytes], list[dict[str, Any]]]:
    usable: list[bytes] = []
    left_out: list[dict[str, Any]] = []
    for place, data in enumerate(pictures, start=1):
        try:
            image_kind(data)
        except BadImage as error:
            left_out.append({"place": place, "reason": error.facts["reason"]})
            continue
        if len(usable) == MOST_PICTURES:
            left_out.append({"place": place, "reason": TOO_MANY})
        else:
            usable.append(data)
    return usable, left_out


def _save(saring: Saring, *, text: str, names: Sequence[str], left_out: Sequence[dict[str, Any]]) -> str:
    token = saring.tokens.new_form_key()
    with saring.database.write() as session:
        receive_upload(
            session,
            token_hash=hash_token(token),
            sealed_text=sealed(saring, text),
            stored_names=names,
            left_out=left_out,
            now=saring.clock.now(),
        )
    return token


def sealed(saring: Saring, text: str) -> bytes | None:
    """Return a text as it is kept: sealed, or None when there is nothing to see in it."""
    return None if is_blank(text) else saring.seal.encrypt(text.encode("utf-8", "surrogatepass"))


def opened(saring: Saring, text: bytes | None) -> str:
    """Return what `sealed` kept."""
    return "" if text is None else saring.seal.decrypt(text).decode("utf-8", "surrogatepass")
