"""The desk's list of old answers that are asked for again, and what is done about each."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, requires
from app.presenters.resurfacing import alert_views, closed_views
from app.web.desk import DESK
from app.wiring import Saring
from verification.queries.resurfacing import closed_alerts, open_alerts
from verification.services.resurfacing import Outcome, close_alert

CLOSERS = (Role.VERIFIER, Role.EDITOR, Role.PUBLISHER)
"""Who decides whether an answer goes out again."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the list and its two buttons."""
    blueprint = Blueprint("resurfacing", __name__, url_prefix="/meja/naik-lagi")

    @blueprint.get("")
    @requires(*DESK, Role.PUBLISHER)
    def index() -> str:
        with saring.database.read() as session:
            open_ones, closed = open_alerts(session), closed_alerts(session)
        views = {"alerts": alert_views(open_ones), "closed": closed_views(closed)}
        return render_template("resurfacing/index.html", may_close=bool(current().roles & set(CLOSERS)), **views)

    @blueprint.post("/<int:alert_id>/<any(dibagikan, disisihkan):word>")
    @requires(*CLOSERS)
    def close(alert_id: int, word: str) -> Response:
        actor, now = current().actor(g.acting_role), saring.clock.now()
        with saring.database.write() as session:
            outcome: Outcome = "shared" if word == "dibagikan" else "set_aside"
            close_alert(session, alert_id=alert_id, outcome=outcome, actor=actor, now=now)
        return redirect(url_for("resurfacing.index"), code=303)

    return blueprint
