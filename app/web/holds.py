"""What is held back and why: letting a case go on, deciding about accounts that judge alike, and objecting to that."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import current, requires, signed_in
from app.errors import attach
from app.forms.holds import ObjectionForm, ReleaseForm, RingForm
from app.presenters.holds import alike_word, held_view, pace_objection_view, pace_view, ring_view
from app.web.cases import actor
from app.wiring import Saring
from kernel.errors import Invalid
from kernel.outbox import Actor
from verification.queries import holds as queries
from verification.services import holding, linking, pacing
from verification.services.standing import pace_of

LOOKERS = (Role.VERIFIER, Role.EDITOR)
"""Who lets a case go on and decides about accounts."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the reviewers' page of holds, and the page of an account that counts together with others."""
    blueprint = Blueprint("holds", __name__)

    @blueprint.get("/meja/penahanan")
    @requires(*LOOKERS)
    def index() -> str:
        return _page(saring)

    @blueprint.post("/meja/penahanan/<public_id>/lepas")
    @requires(*LOOKERS)
    def release(public_id: str) -> Response | tuple[str, int]:
        form = ReleaseForm()

        def act(session: Session) -> None:
            reason, now = form.reason.data, saring.clock.now()
            holding.release_holds(session, public_id=public_id, reason=reason, actor=actor(), now=now)

        done = _carry_out(saring, form, act)
        return redirect(url_for("holds.index"), code=303) if done else (_page(saring, form), 422)

    @blueprint.post("/meja/penahanan/kelompok/<int:ring_id>")
    @requires(*LOOKERS)
    def decide(ring_id: int) -> Response | tuple[str, int]:
        form = RingForm()

        def act(session: Session) -> None:
            confirmed, note, now = form.outcome.data == "confirmed", form.note.data, saring.clock.now()
            linking.decide_ring(session, ring_id=ring_id, confirmed=confirmed, note=note, actor=actor(), now=now)

        done = _carry_out(saring, form, act)
        return redirect(url_for("holds.index"), code=303) if done else (_page(saring, form), 422)

    @blueprint.post("/meja/penahanan/laju/<int:objection_id>")
    @requires(*LOOKERS)
    def decide_pace(objection_id: int) -> Response | tuple[str, int]:
        form = RingForm()

        def act(session: Session) -> None:
            said = {"upheld": form.outcome.data == "dismissed", "answer": form.note.data, "now": saring.clock.now()}
            pacing.decide_pace(session, objection_id=objection_id, actor=actor(), **said)

        done = _carry_out(saring, form, act)
        return redirect(url_for("holds.index"), code=303) if done else (_page(saring, form), 422)

    @blueprint.route("/akun/laju", methods=["GET", "POST"])
    @signed_in
    def pace() -> Response | str | tuple[str, int]:
        form, mine, now = ObjectionForm(), current().person_id, saring.clock.now()
        if form.is_submitted() and _object(saring, form, pacing.object_to_pace):
            return redirect(url_for("holds.pace"), code=303)
        with saring.database.read() as session:
            limited = pace_of(session, person_id=mine, now=now)
            said = queries.last_pace_objection(session, person_id=mine)
        view = pace_view(limited, said, now=now, heard_every=pacing.HEARD_EVERY)
        if view is None:
            return redirect(url_for("accounts.show"), code=303)
        page = render_template("holds/pace.html", form=form, view=view)
        return (page, 422) if form.is_submitted() else page

    @blueprint.route("/akun/kelompok", methods=["GET", "POST"])
    @signed_in
    def mine() -> Response | str | tuple[str, int]:
        with saring.database.read() as session:
            member = queries.member_of(session, person_id=current().person_id)
        if member is None:
            return redirect(url_for("accounts.show"), code=303)
        form = ObjectionForm()
        if form.is_submitted() and _object(saring, form, linking.object_to_ring):
            return redirect(url_for("holds.mine"), code=303)
        page = render_template("holds/mine.html", form=form, alike=alike_word(member), said=member.objection)
        return (page, 422) if form.is_submitted() else page

    return blueprint


def _object(saring: Saring, form: ObjectionForm, objecting: Callable[..., object]) -> bool:
    person = current()

    def act(session: Session) -> None:
        who = Actor(person.person_id, Role.VOLUNTEER.value, person.organisation_id)
        objecting(session, objection=form.objection.data, actor=who, now=saring.clock.now())

    return _carry_out(saring, form, act)


def _carry_out(saring: Saring, form: FlaskForm, act: Callable[[Session], None]) -> bool:
    if not form.validate():
        return False
    try:
        with saring.database.write() as session:
            act(session)
    except Invalid as error:
        attach(form, error)
        return False
    return True


def _page(saring: Saring, wrong: FlaskForm | None = None) -> str:
    """Render the page; `wrong` is the one of its many forms that came back."""
    with saring.database.read() as session:
        held, rings = queries.held_back(session), queries.rings(session)
        paces = queries.pace_objections(session)
    shown = {"held": [held_view(one) for one in held], "rings": [ring_view(one) for one in rings]}
    return render_template("holds/index.html", paces=[pace_objection_view(*one) for one in paces], wrong=wrong, **shown)
