"""The desk's table of what may be known already: many proposals, each beside its check, decided on at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.access import current, requires
from app.duplicates import decide_all
from app.errors import sentence_for
from app.forms.duplicates import PAIRS_LIMIT, DuplicatesForm
from app.presenters.duplicates import duplicates_page
from app.web.cases import acting
from app.web.desk import DESK
from app.wiring import Saring
from kernel.errors import SaringError
from verification.queries.duplicates import decided_pairs, open_pairs, pairs_of

LATELY = timedelta(days=1)
"""How long a decision stays at hand to be taken back; later it is on the page of the case's messages."""

NONE_REFUSED: Mapping[int, SaringError] = {}


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the table and its two buttons."""
    blueprint = Blueprint("duplicates", __name__, url_prefix="/meja/kembar")

    @blueprint.get("")
    @requires(*DESK)
    def index() -> str:
        return _render(saring, DuplicatesForm(formdata=None))

    @blueprint.post("/<any(terima, tolak):word>")
    @requires(*DESK)
    def decide(word: str) -> Response | tuple[str, int]:
        form = DuplicatesForm()
        if not form.validate():
            return _render(saring, form), 422
        refused = decide_all(saring, form.choices(), confirmed=word == "terima", **acting())
        if refused:
            return _render(saring, DuplicatesForm(formdata=None), refused), 409
        return redirect(url_for("duplicates.index", _anchor="decided"), code=303)

    return blueprint


def _render(saring: Saring, form: DuplicatesForm, refused: Mapping[int, SaringError] = NONE_REFUSED) -> str:
    me, since = current().person_id, saring.clock.now() - LATELY
    why = {link_id: sentence_for(error) for link_id, error in refused.items()}
    with saring.database.read() as session:
        pairs, total = open_pairs(session, limit=PAIRS_LIMIT)
        decided = decided_pairs(session, person_id=me, since=since, limit=PAIRS_LIMIT)
        asked = pairs_of(session, set(why))
    page = duplicates_page(pairs, total, decided=decided, refused=why, asked=asked)
    return render_template("duplicates/index.html", form=form, page=page)
