"""The language of a page: asked for in the address, else kept in a cookie, else the account's, else Indonesian."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import flask_babel
from flask import Flask, g, has_request_context, request

LANGUAGES = ("id", "en")
DEFAULT = "id"
COOKIE = "lang"
TRANSLATIONS = Path(__file__).parent.parent / "translations"


def choose_language() -> str:
    """Return the language of this request, one of `LANGUAGES`."""
    if not has_request_context():
        return DEFAULT
    person = g.get("signed_in")
    wishes = (request.args.get("lang"), request.cookies.get(COOKIE), person.language if person else None)
    return next((wish for wish in wishes if wish in LANGUAGES), DEFAULT)


def install(app: Flask) -> None:
    """Put Flask-Babel in front of every page."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Jakarta"
    flask_babel.Babel(app, locale_selector=choose_language)
    app.jinja_env.globals["language"] = choose_language
    app.jinja_env.filters["datetimeformat"] = show_moment


def show_moment(moment: datetime, form: str = "medium") -> str:
    """Return day, hour and minute on the reader's clocks; a "long" one names the zone. Nobody reads the seconds."""
    local = flask_babel.to_user_timezone(moment)
    hours = "HH.mm" if str(flask_babel.get_locale()) == "id" else "HH:mm"
    clock = flask_babel.format_time(local, hours, rebase=False)
    day = flask_babel.format_date(local, form, rebase=False)
    return f"{day}, {clock} {local.tzname()}" if form == "long" else f"{day}, {clock}"


def gettext(message: str, **values: object) -> str:
    """Return `message` in the language of this request. Import it as `_`, by which the extractor knows it."""
    return str(flask_babel.gettext(message, **values))


def ngettext(singular: str, plural: str, num: int, **values: object) -> str:
    """Return the form of the message that fits `num`, in the language of this request."""
    return str(flask_babel.ngettext(singular, plural, num, **values))


def in_language(language: str) -> AbstractContextManager[None]:
    """Speak `language` for a block, whatever the reader's own is: posts and e-mail have a language of their own."""
    context: AbstractContextManager[None] = flask_babel.force_locale(language)
    return context
