"""Writing the counter-narrative, and the second person's word on it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current, requires
from app.announcing import announce
from app.forms.desk import DecisionForm, NarrativeForm
from app.web.cases import acting, actor, carry_out_on_case
from app.wiring import Saring
from verification.services import pretending, signing, writing

REVIEWERS = (Role.VERIFIER, Role.EDITOR)


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the steps by which a counter-narrative comes to be."""
    blueprint = Blueprint("narratives", __name__, url_prefix="/meja/kasus")

    @blueprint.post("/<public_id>/narasi")
    @requires(*REVIEWERS)
    def write(public_id: str) -> Response | tuple[str, int]:
        return _write(saring, public_id)

    @blueprint.post("/<public_id>/narasi/usul")
    @requires(Role.VOLUNTEER)
    def propose(public_id: str) -> Response | tuple[str, int]:
        return _write(saring, public_id)

    @blueprint.post("/<public_id>/narasi/<int:version>/setujui")
    @requires(*REVIEWERS)
    def approve(public_id: str, version: int) -> Response | tuple[str, int]:
        now = saring.clock.now()
        require_fresh_second_factor(current(), now=now)

        def act(session: Any) -> None:
            fact_check, narrative = signing.approve(session, public_id=public_id, version=version, now=now, **acting())
            seen = request.form.get("seen", "")
            announce(saring, session, fact_check=fact_check, narrative=narrative, now=now, seen=seen)

        return carry_out_on_case(saring, public_id, DecisionForm(), act, form_name="decision_form")

    @blueprint.post("/<public_id>/narasi/kembalikan")
    @requires(*REVIEWERS)
    def send_back(public_id: str) -> Response | tuple[str, int]:
        form = DecisionForm()

        def act(session: Any) -> None:
            note, now = form.note.data or "", saring.clock.now()
            signing.send_back(session, public_id=public_id, note=note, actor=actor(), now=now)

        return carry_out_on_case(saring, public_id, form, act, form_name="decision_form")

    return blueprint


def _write(saring: Saring, public_id: str) -> Response | tuple[str, int]:
    form = NarrativeForm()
    step = writing.submit if request.form.get("step") == "submit" else writing.save_draft

    def act(session: Any) -> None:
        pretending.refuse_draft(session, public_id=public_id, actor=actor(), now=saring.clock.now())
        step(session, public_id=public_id, draft=form.to_draft(), now=saring.clock.now(), **acting())

    return carry_out_on_case(saring, public_id, form, act, form_name="narrative_form")
