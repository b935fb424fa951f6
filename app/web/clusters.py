"""The messages of a claim: joining and splitting cases, the history of proposals, and the pictures that came along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from app.access import current, requires
from app.carrying import carry_out
from app.forms.clusters import MergeForm, RepointForm, SplitForm, WithdrawForm
from app.presenters.clusters import cluster_page
from app.presenters.queue import shorten
from app.showing import may_see, picture_response
from app.web.cases import acting, actor
from app.web.desk import DESK
from app.wiring import Saring
from verification.queries import uploads
from verification.queries.clusters import Cluster
from verification.queries.hidden import cluster
from verification.services import clustering, matching, pretending

Answer = AnyResponse | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the page of a claim's messages and what can be done on it."""
    blueprint = Blueprint("clusters", __name__, url_prefix="/meja/kasus/<public_id>")

    @blueprint.get("/kelompok")
    @requires(*DESK)
    def show(public_id: str) -> str:
        return _render(saring, public_id)

    @blueprint.post("/gabung")
    @requires(*DESK)
    def merge(public_id: str) -> Answer:
        form, now = MergeForm(), saring.clock.now()

        def act(session: Any) -> None:
            about: dict[str, Any] = {"public_id": public_id, "into_public_id": form.target()}
            step = {**about, "reason": form.why_same.data, "actor": actor(), "now": now}
            if not pretending.merge(session, **step):
                clustering.merge_cases(session, **step)

        return _carry_out(saring, public_id, form, act, name="merge_form")

    @blueprint.post("/pisah")
    @requires(*DESK)
    def split(public_id: str) -> Answer:
        form, now = SplitForm(choices=_choices(_read(saring, public_id))), saring.clock.now()

        def act(session: Any) -> None:
            chosen, reason = form["items"].data, form.why_other.data
            clustering.split_items(session, public_id=public_id, item_ids=chosen, reason=reason, actor=actor(), now=now)

        return _carry_out(saring, public_id, form, act, name="split_form")

    @blueprint.post("/perubahan/<int:change_id>/urungkan")
    @requires(*DESK)
    def undo(public_id: str, change_id: int) -> AnyResponse:
        with saring.database.write() as session:
            step: dict[str, Any] = {"change_id": change_id, "actor": actor(), "now": saring.clock.now()}
            if not pretending.undo_merge(session, **step):
                clustering.undo_change(session, **step)
        return redirect(url_for("clusters.show", public_id=public_id), code=303)

    @blueprint.post("/kaitan/<int:link_id>/alihkan")
    @requires(*DESK)
    def repoint(public_id: str, link_id: int) -> Answer:
        form, now = RepointForm(), saring.clock.now()

        def act(session: Any) -> None:
            address = form.fact_check.data
            matching.repoint_link(
                session, public_id=public_id, link_id=link_id, fact_check=address, actor=actor(), now=now
            )

        return _carry_out(saring, public_id, form, act, name="repoint_form", link_id=link_id)

    @blueprint.post("/kaitan/<int:link_id>/timbang-lagi")
    @requires(*DESK)
    def reconsider(public_id: str, link_id: int) -> AnyResponse:
        with saring.database.write() as session:
            matching.reconsider_link(
                session, public_id=public_id, link_id=link_id, actor=actor(), now=saring.clock.now()
            )
        return redirect(url_for("clusters.show", public_id=public_id), code=303)

    @blueprint.post("/tarik-jawaban")
    @requires(*DESK)
    def withdraw(public_id: str) -> Answer:
        form, now = WithdrawForm(), saring.clock.now()

        def act(session: Any) -> None:
            matching.withdraw_match(session, public_id=public_id, reason=form.reason.data, now=now, **acting())

        return _carry_out(saring, public_id, form, act, name="withdraw_form")

    @blueprint.get("/gambar/<int:attachment_id>")
    @requires(*DESK)
    def picture(public_id: str, attachment_id: int) -> Response:
        case = _read(saring, public_id).case
        with saring.database.read() as session:
            kept = uploads.pictures_of_case(session, case_id=case.id)
        shown = [one for one in kept if one.id == attachment_id and may_see(one)]
        return picture_response(saring, shown[0]) if shown else abort(404)

    return blueprint


def _read(saring: Saring, public_id: str) -> Cluster:
    with saring.database.read() as session:
        return cluster(session, public_id=public_id, person_id=current().person_id)


def _choices(found: Cluster) -> list[tuple[int, str]]:
    return [(row.item.id, shorten(row.item.text) or "–") for row in found.items]


def _render(saring: Saring, public_id: str, **forms: Any) -> str:
    found = _read(saring, public_id)
    fresh = {
        "merge_form": MergeForm(formdata=None),
        "split_form": SplitForm(formdata=None, choices=_choices(found)),
        "repoint_form": RepointForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
        "link_id": 0,
    }
    return render_template("clusters/show.html", page=cluster_page(found), **{**fresh, **forms})


def _carry_out(
    saring: Saring, public_id: str, form: FlaskForm, act: Callable[[Any], None], *, name: str, **values: Any
) -> Answer:
    """Validate and act in one transaction; on bad input show the page again with what was typed."""
    onward = url_for("clusters.show", public_id=public_id)
    return carry_out(
        saring, form, act, onward=onward, again=lambda: _render(saring, public_id, **{name: form}, **values)
    )
