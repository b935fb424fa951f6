"""The language switch."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from app.access import public
from app.addresses import own_path
from app.i18n import COOKIE, DEFAULT, LANGUAGES
from app.wiring import Saring

COOKIE_SECONDS = 365 * 24 * 3600


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the switch: it remembers the language and leads back."""
    blueprint = Blueprint("language", __name__)

    @blueprint.post("/bahasa")
    @public
    def choose() -> Response:
        wish = request.form.get("lang", DEFAULT)
        back = own_path(request.form.get("back")) or url_for("home.index")
        # A page that answered a message has it in no address: the message comes with the wish and is sent on (307).
        response = redirect(
            without_language(back), code=307 if back == url_for("checks.check") and "text" in request.form else 303
        )
        response.set_cookie(
            COOKIE,
            wish if wish in LANGUAGES else DEFAULT,
            max_age=COOKIE_SECONDS,
            secure=saring.settings.secure,
            httponly=True,
            samesite="Lax",
        )
        return response

    return blueprint


def without_language(path: str) -> str:
    """Return `path` without a `lang` of its own, which would outvote the cookie."""
    parts = urlsplit(path)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "lang"])
    return f"{parts.path}?{query}" if query else parts.path
