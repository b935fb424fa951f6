"""Private things on a page: a picture that somebody sent, and pages whose address is their key."""

from __future__ import annotations

from flask import Response, abort, url_for

from accounts.roles import REVIEWERS
from app.access import current
from app.presenters.uploads import PictureView, sent_picture
from app.wiring import Saring
from verification.models import Attachment, Case
from verification.queries.uploads import pictures_of_case

SANDBOX = "default-src 'none'; sandbox"
"""The policy of a picture that is opened by itself: whatever it pretends to be, it runs nothing and loads nothing."""


def picture_response(saring: Saring, picture: Attachment) -> Response:
    """Return a kept picture. Who may see it, the view has made sure of."""
    data = saring.media.get(picture.stored_name) if picture.stored_name else None
    if data is None:
        abort(404)
    response = private(Response(data, mimetype="image/webp"))
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Content-Disposition"] = f'inline; filename="saring-{picture.id}.webp"'
    return response


def may_see(picture: Attachment) -> bool:
    """Tell whether the viewer may see a case's picture: volunteers only one with personal data painted over."""
    return picture.masked or bool(current().roles & REVIEWERS)


def case_pictures(saring: Saring, case: Case) -> tuple[PictureView, ...]:
    """Return the pictures of a case that the viewer may see."""
    with saring.database.read() as session:
        kept = pictures_of_case(session, case_id=case.id)
    shown = [one for one in kept if may_see(one)]
    addresses = [url_for("clusters.picture", public_id=case.public_id, attachment_id=one.id) for one in shown]
    return tuple(sent_picture(number, address) for number, address in enumerate(addresses, start=1))


def private(response: Response) -> Response:
    """Keep the address from travelling to another site, and what it shows from staying in a shared cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
