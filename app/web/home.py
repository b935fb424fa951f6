"""The home page: one box, what rises now, what was answered last."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from app.access import public
from app.forms.public import CheckForm
from app.i18n import choose_language
from app.presenters.home import home_page
from app.wiring import Saring
from verification.queries import public as queries

RISING_DAYS = 7
"""The window of "asked about most this week", in days."""

RISING_LIMIT, LATEST_LIMIT = 5, 4


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the home page."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    @public
    def index() -> str:
        since = saring.clock.now().date() - timedelta(days=RISING_DAYS)
        with saring.database.read() as session:
            rising = queries.most_asked(session, since=since, limit=RISING_LIMIT)
            latest = queries.latest(session, language=choose_language(), limit=LATEST_LIMIT)
        return render_template("home/index.html", page=home_page(rising, latest), form=CheckForm(formdata=None))

    return blueprint
