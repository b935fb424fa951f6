"""Administration: work that failed so often that it waits for a person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, requires
from app.presenters.jobs import job_views, long_work
from app.wiring import Saring
from kernel import outbox

SHOWN = 100
"""Dead jobs on the page, the latest first."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of dead jobs and the button that revives one."""
    blueprint = Blueprint("jobs", __name__, url_prefix="/admin/tugas")

    @blueprint.get("")
    @requires(Role.ADMIN, Role.AUDITOR)
    def index() -> str:
        with saring.database.read() as session:
            dead, waiting = outbox.dead_jobs(session, limit=SHOWN), outbox.waiting_jobs(session)
        may_act = Role.ADMIN in current().roles
        work = long_work(saring.search.status())
        return render_template("jobs/index.html", jobs=job_views(dead), waiting=waiting, work=work, may_act=may_act)

    @blueprint.post("/<int:job_id>/hidupkan")
    @requires(Role.ADMIN)
    def revive(job_id: int) -> Response:
        actor, now = current().actor(Role.ADMIN), saring.clock.now()
        with saring.database.write() as session:
            if outbox.revive(session, job_id):
                outbox.record(session, "job_revived", actor=actor, subject=("job", job_id), now=now)
        return redirect(url_for("jobs.index"), code=303)

    return blueprint
