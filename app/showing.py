"""Private things on a page: a picture that somebody sent, and pages whose address is their key."""

from __future__ import annotations

from flask import Response, abort

from app.wiring import Saring
from verification.models import Attachment

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


def private(response: Response) -> Response:
    """Keep the address from travelling to another site, and what it shows from staying in a shared cache."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
