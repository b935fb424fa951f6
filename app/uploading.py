"""Screenshots on their way in, whoever brings them: the box, the report form, or the telephone's share menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounts.people import hash_token
from app.wiring import Saring
from intake.errors import BadImage
from intake.folding import is_blank
from intake.images import image_kind
from verification.services.attaching import MOST_PICTURES, receive_upload

TOO_MANY = "many"
"""Why a picture beyond the fourth is left out."""


def receive(saring: Saring, *, text: str, pictures: Sequence[bytes]) -> str:
    """Take in pictures with what was typed beside them, and return the token of the page that answers.

    The page is `url_for("uploads.show", token=…)`. Nothing becomes a report by this, and a day later it is deleted.
    A picture that cannot be used is left out and the page says so; what was typed is kept whatever it holds. Raises
    `BadImage` (field `images`) when no picture can be used, and `MediaUnavailable` when the disk is full.
    """
    usable, left_out = _sorted_out(pictures)
    if not usable:
        raise BadImage(field="images", reason=left_out[0]["reason"] if left_out else "kind")
    names: list[str] = []
    try:
        names.extend(map(saring.media.put, usable))
        return _save(saring, text=text, names=names, left_out=left_out)
    except BaseException:
        for name in names:
            saring.media.delete(name)
        raise


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
