"""The pages: one blueprint a noun, each made by `make_blueprint(saring)`."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from app.wiring import Saring

BLUEPRINTS = (
    "health",
    "home",
    "checks",
    "uploads",
    "reports",
    "tracking",
    "subscriptions",
    "fact_checks",
    "browse",
    "feeds",
    "sitemap",
    "embeds",
    "share_cards",
    "callbacks",
    "about",
    "device",
    "language",
    "styleguide",
    "accounts",
    "people",
    "suspensions",
    "organisations",
    "jobs",
    "course",
    "desk",
    "cases",
    "clusters",
    "duplicates",
    "resurfacing",
    "narratives",
    "wording",
    "opinions",
    "deliberations",
    "record",
    "transparency",
    "corrections",
    "sides",
    "appeals",
    "appeal_desk",
    "holds",
    "flags",
    "publications",
    "post_drafts",
    "channel_accounts",
    "inbox",
    "brakes",
)
"""The modules of this package, in the order in which they are registered."""


def register(app: Flask, saring: Saring) -> None:
    """Register every blueprint."""
    for name in BLUEPRINTS:
        module = importlib.import_module(f"app.web.{name}")
        app.register_blueprint(module.make_blueprint(saring))
