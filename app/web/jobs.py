"""Administration: long work and how far it is, an import to begin, and work that waits for a person."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, requires
from app.errors import attach
from app.forms.imports import ImportForm
from app.fragments import page_or_fragment
from app.importing import take_in
from app.presenters.jobs import job_views
from app.presenters.long_work import WorkPage, work_page
from app.wiring import Saring
from kernel import outbox
from kernel.errors import Invalid
from verification.queries import long_work

SHOWN = 100
"""Dead jobs on the page, the latest first."""

ENDED_SHOWN = 10
"""Long work that has ended, the latest first."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of background work, its form for an import, and the button that revives a dead job."""
    blueprint = Blueprint("jobs", __name__, url_prefix="/admin/tugas")

    @blueprint.get("")
    @requires(Role.ADMIN, Role.AUDITOR)
    def index() -> Response:
        form = ImportForm(formdata=None)
        return page_or_fragment("jobs/index.html", "jobs/_long_work.html", form=form, **_facts(saring))

    @blueprint.post("/impor")
    @requires(Role.ADMIN)
    def take() -> Response | tuple[str, int]:
        form = ImportForm()
        try:
            if form.validate():
                actor = current().actor(Role.ADMIN)
                take_in(saring, form.file.data.stream, name=form.file.data.filename, actor=actor)
                return redirect(url_for("jobs.index"), code=303)
        except Invalid as error:
            attach(form, error)
        return render_template("jobs/index.html", form=form, **_facts(saring)), 422

    @blueprint.post("/<int:job_id>/hidupkan")
    @requires(Role.ADMIN)
    def revive(job_id: int) -> Response:
        actor, now = current().actor(Role.ADMIN), saring.clock.now()
        with saring.database.write() as session:
            if outbox.revive(session, job_id):
                outbox.record(session, "job_revived", actor=actor, subject=("job", job_id), now=now)
        return redirect(url_for("jobs.index"), code=303)

    return blueprint


def _facts(saring: Saring) -> dict[str, object]:
    with saring.database.read() as session:
        dead, waiting = outbox.dead_jobs(session, limit=SHOWN), outbox.waiting_jobs(session)
        under_way, ended = long_work.under_way(session), long_work.ended(session, limit=ENDED_SHOWN)
    work: WorkPage = work_page(under_way, ended, saring.search.status(), now=saring.clock.now())
    return {"jobs": job_views(dead), "waiting": waiting, "work": work, "may_act": Role.ADMIN in current().roles}
