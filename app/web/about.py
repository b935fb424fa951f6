"""How Saring works, in plain words."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.access import public
from app.presenters.verdicts import verdict_views
from app.wiring import Saring


def make_blueprint(_saring: Saring) -> Blueprint:
    """Return the page."""
    blueprint = Blueprint("about", __name__)

    @blueprint.get("/tentang")
    @public
    def index() -> str:
        return render_template("about/index.html", verdicts=verdict_views())

    return blueprint
