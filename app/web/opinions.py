"""What those who sign think of a case, each on their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from accounts.roles import Role
from app.access import requires
from app.forms.desk import OpinionForm
from app.web.cases import actor, carry_out_on_case
from app.wiring import Saring
from verification.rules.scale import Veracity
from verification.services import opining


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the step by which somebody who signs says their own verdict."""
    blueprint = Blueprint("opinions", __name__, url_prefix="/meja/kasus")

    @blueprint.post("/<public_id>/pendapat")
    @requires(Role.VERIFIER, Role.EDITOR)
    def say(public_id: str) -> Response | tuple[str, int]:
        form = OpinionForm()

        def act(session: Any) -> None:
            verdict, reason = Veracity(form.verdict.data), form.reason.data
            opining.save_opinion(
                session, public_id=public_id, verdict=verdict, reason=reason, actor=actor(), now=saring.clock.now()
            )

        return carry_out_on_case(saring, public_id, form, act, form_name="opinion_form")

    return blueprint
