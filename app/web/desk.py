"""The desk: my work, the queue, and taking, releasing and skipping a case."""

from __future__ import annotations

import random
from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import REVIEWERS, Role
from app.access import current, requires
from app.forms.desk import CsrfForm
from app.fragments import page_or_fragment
from app.presenters.justice import objection_view
from app.presenters.queue import desk_page
from app.presenters.resurfacing import alert_views
from app.wiring import Saring
from kernel.outbox import Actor
from verification.queries import hidden, justice
from verification.queries import queue as queries
from verification.queries.resurfacing import open_alerts
from verification.rules.reputation import Right
from verification.services import examining, leasing
from verification.services.standing import place_of

DESK = (Role.VOLUNTEER, Role.VERIFIER, Role.EDITOR)
"""Who works cases. Auditors and admins read the public record instead."""

ALERTS_SHOWN = 3
"""Old answers that rise again, on the desk itself; all are on their own page."""

_LOT = random.SystemRandom()
"""The lot: nobody can foresee it."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the desk's pages."""
    blueprint = Blueprint("desk", __name__, url_prefix="/meja")

    @blueprint.get("")
    @requires(*DESK)
    def index() -> str:
        now, person = saring.clock.now(), current()
        with saring.database.read() as session:
            held = hidden.held_cases(session, person_id=person.person_id, now=now)
            waiting = hidden.desk_queue(session, person_id=person.person_id, now=now)
            reviews = queries.review_queue(session, now=now) if person.roles & REVIEWERS else []
            balance = queries.balance(session, person_id=person.person_id)
            late = justice.overdue_appeals(session, now=now) if person.roles & REVIEWERS else ()
            alerts = open_alerts(session, limit=ALERTS_SHOWN)
            judges = Right.JUDGE in place_of(session, person_id=person.person_id, now=now).rights
        page = desk_page(held, waiting, reviews, balance, bound=g.acting_role is Role.VOLUNTEER, may_judge=judges)
        shown = {"alerts": alert_views(alerts), "overdue": [objection_view(row, now=now) for row in late]}
        return render_template("desk/index.html", form=CsrfForm(), page=page, **shown)

    @blueprint.get("/pintasan")
    @requires(*DESK)
    def shortcuts() -> Response:
        return page_or_fragment("desk/shortcuts.html", "desk/_shortcuts.html")

    @blueprint.post("/undi")
    @requires(*DESK)
    def draw() -> Response:
        secret, now = saring.tokens.digest("questions", "").encode(), saring.clock.now()
        with saring.database.write() as session:
            public_id = examining.draw_next(session, actor=_actor(), chance=_LOT.random, secret=secret, now=now)
        return redirect(url_for("cases.show", public_id=public_id), code=303)

    @blueprint.post("/<public_id>/ambil")
    @requires(*DESK)
    def take(public_id: str) -> Response:
        with saring.database.write() as session:
            step: dict[str, Any] = {"public_id": public_id, "actor": _actor(), "now": saring.clock.now()}
            if not examining.take(session, **step):
                leasing.take_case(session, **step)
        return redirect(url_for("cases.show", public_id=public_id), code=303)

    @blueprint.post("/<public_id>/lepas")
    @requires(*DESK)
    def release(public_id: str) -> Response:
        with saring.database.write() as session:
            step: dict[str, Any] = {"public_id": public_id, "actor": _actor(), "now": saring.clock.now()}
            if not examining.release(session, **step):
                leasing.release_case(session, **step)
        return redirect(url_for("desk.index"), code=303)

    @blueprint.post("/<public_id>/lewati")
    @requires(*DESK)
    def skip(public_id: str) -> Response:
        with saring.database.write() as session:
            step: dict[str, Any] = {"public_id": public_id, "actor": _actor(), "now": saring.clock.now()}
            if not examining.skip(session, **step):
                leasing.skip_case(session, **step)
        return redirect(url_for("desk.index"), code=303)

    return blueprint


def _actor() -> Actor:
    return current().actor(g.acting_role)
