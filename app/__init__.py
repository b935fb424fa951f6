"""The face: pages, forms, command line, worker loop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import access, assets, cli, compression, errors, headers, i18n, limits, login, web
from app.addresses import this_page
from app.settings import Settings
from app.wiring import Saring, build

TEMPLATES = Path(__file__).parent.parent / "templates"

LARGEST_BODY = 24 * 1024 * 1024
"""Bytes of a request: four screenshots of 5 MB and the form around them."""

LARGEST_FORM = 512 * 1024
"""Bytes of a form's text fields: 1 MB of text is refused with a sentence, not held in memory."""


def create_app(settings: Settings, saring: Saring | None = None) -> Flask:
    """Return the application. Tests pass a `saring` of their own; otherwise it is built from the settings."""
    saring = saring or build(settings)
    app = Flask("app", template_folder=str(TEMPLATES), static_folder=None)
    prefix = "__Host-" if settings.secure else ""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_NAME=f"{prefix}saring",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=14),
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {"settings": settings, "this_page": this_page}
    app.extensions["saring"] = saring
    compression.install(app)
    assets.install(app)
    login.install(app, saring)
    i18n.install(app)
    csrf = CSRFProtect(app)
    app.extensions["limiter"] = limits.install(app, storage_url=limits.counters_url(settings.database, settings.data))
    cli.install(app, saring)
    web.register(app, saring)
    for view in filter(access.is_from_elsewhere, app.view_functions.values()):
        csrf.exempt(view)
    access.guard(app)
    errors.install(app)
    headers.install(app, secure=settings.secure)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app
