"""A shut account: its owner, who cannot sign in, objects by a private link, and another administrator answers."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, make_response, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts import suspending
from accounts.models import Suspension
from accounts.people import get_person
from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current, public, requires
from app.carrying import carry_out
from app.forms.suspensions import AgainstForm, OutcomeForm
from app.limits import client_key, spend
from app.showing import private
from app.wiring import Saring

LIMITS = "10 per hour"
"""Tries of one household; an objection is heard once."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the owner's page, and the list and the answers of administrators."""
    blueprint = Blueprint("suspensions", __name__)

    @blueprint.get("/akun/penangguhan/<token>")
    @public
    def show(token: str) -> Response:
        row = _behind(saring, token)
        return private(make_response(_owner_page(row, AgainstForm(formdata=None))))

    @blueprint.post("/akun/penangguhan/<token>")
    @public
    def protest(token: str) -> Response | tuple[str, int]:
        row, form, now = _behind(saring, token), AgainstForm(), saring.clock.now()
        spend(LIMITS, "suspension", client_key())

        def act(session: Session) -> None:
            suspending.object_to(session, suspension_id=row.id, words=form.objection.data, now=now)

        onward = url_for("suspensions.show", token=token)
        return carry_out(saring, form, act, onward=onward, again=partial(_owner_page, row, form))

    @blueprint.get("/admin/keberatan")
    @requires(Role.ADMIN, Role.AUDITOR)
    def index() -> str:
        with saring.database.read() as session:
            waiting = suspending.unanswered(session)
        return render_template("suspensions/index.html", waiting=waiting)

    @blueprint.get("/admin/keberatan/<int:suspension_id>")
    @requires(Role.ADMIN, Role.AUDITOR)
    def read(suspension_id: int) -> str:
        return _answer_page(saring, suspension_id, OutcomeForm(formdata=None))

    @blueprint.post("/admin/keberatan/<int:suspension_id>")
    @requires(Role.ADMIN)
    def answer(suspension_id: int) -> Response | tuple[str, int]:
        form, now, actor = OutcomeForm(), saring.clock.now(), current().actor(Role.ADMIN)
        require_fresh_second_factor(current(), now=now)

        def act(session: Session) -> None:
            lifted, words = form.outcome.data == "lifted", form.answer.data
            facts = {"lifted": lifted, "answer": words, "actor": actor, "now": now}
            suspending.answer_objection(session, suspension_id=suspension_id, **facts)

        again = partial(_answer_page, saring, suspension_id, form)
        return carry_out(
            saring, form, act, onward=url_for("suspensions.read", suspension_id=suspension_id), again=again
        )

    return blueprint


def _behind(saring: Saring, token: str) -> Suspension:
    """Return the suspension that a private link is about, or raise NoSuchSuspension."""
    with saring.database.read() as session:
        return suspending.find(session, saring.tokens.read_suspension(token))


def _owner_page(row: Suspension, form: AgainstForm) -> str:
    return render_template("suspensions/show.html", row=row, form=form)


def _answer_page(saring: Saring, suspension_id: int, form: OutcomeForm) -> str:
    with saring.database.read() as session:
        row = suspending.find(session, suspension_id)
        name = get_person(session, row.person_id).name
    me, may_act = current().person_id, Role.ADMIN in current().roles
    return render_template("suspensions/answer.html", row=row, name=name, form=form, me=me, may_act=may_act)
