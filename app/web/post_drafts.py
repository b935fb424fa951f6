"""Before approval: what each account would post, edited by one person and approved by another."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from accounts.roles import REVIEWERS
from app.access import current, requires
from app.announcing import plan_for
from app.forms.post_drafts import choices_in
from app.newsroom import NEWSROOM
from app.plans import Plan
from app.presenters.post_drafts import DraftsPage, check_view, drafts_page
from app.wiring import Saring
from publishing import drafting
from publishing.errors import OtherOrganisation
from verification.queries.narratives import Waiting, waiting_version
from verification.rules.myth import tells_myth

Page = Response | str | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the preview of a version that waits for its second person."""
    blueprint = Blueprint("post_drafts", __name__, url_prefix="/meja/kasus")

    @blueprint.get("/<public_id>/narasi/<int:version>/siaran")
    @requires(*NEWSROOM)
    def show(public_id: str, version: int) -> str:
        return _show(saring, public_id, version)

    @blueprint.post("/<public_id>/narasi/<int:version>/siaran")
    @requires(*NEWSROOM)
    def save(public_id: str, version: int) -> Page:
        faults = _save(saring, public_id, version)
        if faults:
            return _show(saring, public_id, version, faults=faults), 422
        return redirect(url_for("post_drafts.show", public_id=public_id, version=version), code=303)

    @blueprint.post("/<public_id>/narasi/<int:version>/siaran/<int:account_id>/hitung")
    @requires(*NEWSROOM)
    def check(public_id: str, version: int, account_id: int) -> str:
        with saring.database.read() as session:
            _waiting, plan = _plan(saring, session, public_id, version)
        return _checked(saring, plan, account_id)

    return blueprint


def _plan(saring: Saring, session: Session, public_id: str, version: int) -> tuple[Waiting, Plan]:
    waiting = waiting_version(session, public_id=public_id, version=version)
    plan = plan_for(
        saring,
        session,
        case=waiting.case,
        narrative=waiting.narrative,
        fact_check=waiting.fact_check,
        approver_organisation_id=current().organisation_id,
        now=saring.clock.now(),
    )
    if not current().roles & REVIEWERS:
        _require_own(plan)
    return waiting, plan


def _save(saring: Saring, public_id: str, version: int) -> dict[int, str]:
    with saring.database.write() as session:
        waiting, plan = _plan(saring, session, public_id, version)
        _require_own(plan)
        zone = plan.organisation.time_zone if plan.organisation else "Asia/Jakarta"
        before = {post.account.id: post.not_before for post in plan.posts}
        choices, faults = choices_in(request.form, before, time_zone=zone, now=saring.clock.now())
        drafting.save(
            session,
            plan.posts,
            choices,
            narrative_id=waiting.narrative.id,
            actor=current().actor(g.acting_role),
            now=saring.clock.now(),
        )
    return faults


def _require_own(plan: Plan) -> None:
    """Let only the organisation in whose name is posted change what is posted."""
    if plan.organisation is None or plan.organisation.id != current().organisation_id:
        raise OtherOrganisation


def _show(saring: Saring, public_id: str, version: int, *, faults: dict[int, str] | None = None) -> str:
    with saring.database.read() as session:
        waiting, plan = _plan(saring, session, public_id, version)
    me = current()
    page: DraftsPage = drafts_page(
        waiting,
        plan,
        networks=dict(saring.channels.kinds),
        may_edit=plan.organisation is not None and plan.organisation.id == me.organisation_id,
        may_review=bool(me.roles & REVIEWERS),
        person_id=me.person_id,
        organisation_id=me.organisation_id,
        now=saring.clock.now(),
    )
    return render_template("post_drafts/show.html", page=page, faults=faults or {})


def _checked(saring: Saring, plan: Plan, account_id: int) -> str:
    prepared = next((post for post in plan.posts if post.account.id == account_id), None)
    if prepared is None:
        raise NotFound
    text = request.form.get(f"text-{account_id}", "").replace("\r\n", "\n").strip() or prepared.composed
    payload = replace(prepared.payload, text=text)
    fate = drafting.judge(payload, prepared.limits, plan.content, repeats=tells_myth)
    view = check_view(prepared, fate, text, networks=dict(saring.channels.kinds))
    return render_template("post_drafts/_check.html", check=view)
