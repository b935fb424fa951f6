"""Every component in every state, for those who build pages. It exists in development only."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.datastructures import MultiDict

from app.access import public
from app.forms.samples import SampleForm
from app.presenters import samples
from app.presenters.tracking import road
from app.presenters.verdicts import verdict_views
from app.wiring import Saring
from verification.rules.lifecycle import CaseState


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the style guide, or an empty blueprint in production."""
    blueprint = Blueprint("styleguide", __name__)
    if saring.settings.environment != "development":
        return blueprint

    @blueprint.get("/styleguide")
    @public
    def index() -> str:
        wrong = SampleForm(MultiDict({"wrong-text": samples.LONG_WORD}), prefix="wrong")
        wrong.validate()
        return render_template(
            "styleguide/index.html",
            samples=samples,
            hit=samples.sample_hit(),
            card=samples.sample_card(),
            steps=road(CaseState.IN_REVIEW),
            verdicts=verdict_views(),
            forms=(SampleForm(formdata=None), wrong),
        )

    return blueprint
