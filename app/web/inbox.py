"""The inbox: what the public wrote to the organisation's accounts, and what its staff do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.access import current, requires
from app.errors import attach
from app.forms.publishing import AnswerForm
from app.i18n import gettext as _
from app.newsroom import NEWSROOM, READERS, actor, confirmed_actor, own_id, read_organisation, render
from app.presenters.inbox import reply_view, waiting_words
from app.reporting import answer_reply, file_reply
from app.wiring import Saring
from kernel.errors import Conflict, Invalid, NotAllowed
from publishing import inbox
from publishing.models import ReplyState

Page = Response | str | tuple[str, int]

PAGE = 30
WINDOW = timedelta(days=30)
"""Over which the time to a first answer is taken."""

VIEWS: dict[str, tuple[str, ...]] = {
    "baru": (ReplyState.NEW,),
    "dijawab": (ReplyState.ANSWERED,),
    "selesai": (ReplyState.HANDLED, ReplyState.REPORTED),
    "tersembunyi": (ReplyState.HIDDEN,),
}
"""The views of the inbox, by the word in their address, with the states that each holds."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the inbox and its four acts."""
    blueprint = Blueprint("inbox", __name__, url_prefix="/terbitan/kotak-masuk")

    @blueprint.get("")
    @requires(*READERS)
    def index() -> str:
        return _page(saring)

    @blueprint.post("/<int:reply_id>/jawab")
    @requires(*NEWSROOM)
    def answer(reply_id: int) -> Page:
        form = AnswerForm()
        if form.validate() and _answered(saring, reply_id, form):
            return redirect(url_for("inbox.index"), code=303)
        return _page(saring, reply_id=reply_id, form=form), 422

    @blueprint.post("/<int:reply_id>/laporan")
    @requires(*NEWSROOM)
    def report(reply_id: int) -> Response:
        def act(session: Session, now: datetime) -> None:
            file_reply(saring, session, reply_id, person_id=current().person_id, actor=actor(), now=now)

        return _acted(saring, act)

    @blueprint.post("/<int:reply_id>/selesai")
    @requires(*NEWSROOM)
    def handled(reply_id: int) -> Response:
        def act(session: Session, now: datetime) -> None:
            inbox.mark_handled(session, reply_id, person_id=current().person_id, actor=actor(), now=now)

        return _acted(saring, act)

    @blueprint.post("/<int:reply_id>/sembunyi")
    @requires(*NEWSROOM)
    def hide(reply_id: int) -> Response:
        def act(session: Session, now: datetime) -> None:
            inbox.hide(session, reply_id, person_id=current().person_id, actor=actor(), now=now)

        return _acted(saring, act)

    return blueprint


def _answered(saring: Saring, reply_id: int, form: AnswerForm) -> bool:
    own_id()
    try:
        me = confirmed_actor(saring)
        with saring.database.write() as session:
            said = {"text": form.text.data, "person_id": current().person_id}
            answer_reply(saring, session, reply_id, actor=me, now=saring.clock.now(), **said)
    except (Invalid, NotAllowed, Conflict) as error:
        attach(form, error)
        return False
    return True


def _acted(saring: Saring, act: Callable[[Session, datetime], object]) -> Response:
    own_id()
    with saring.database.write() as session:
        act(session, saring.clock.now())
    return redirect(url_for("inbox.index"), code=303)


def _page(saring: Saring, *, reply_id: int = 0, form: AnswerForm | None = None) -> str:
    word = request.args.get("tampil", "baru")
    states, now = VIEWS.get(word, VIEWS["baru"]), saring.clock.now()
    with saring.database.read() as session:
        house = read_organisation(session)
        below = request.args.get("sebelum", type=int)
        said = inbox.listed(session, organisation_id=house.id, states=states, before_id=below, limit=PAGE + 1)
        wait = inbox.time_to_first_answer(session, organisation_id=house.id, since=now - WINDOW)
        counts = inbox.counts(session, house.id)
    networks = dict(saring.channels.kinds)
    views = [reply_view(one, networks=networks, time_zone=house.time_zone) for one in said[:PAGE]]
    older = url_for("inbox.index", tampil=word, sebelum=views[-1].reply_id) if len(said) > PAGE else ""
    return render(
        saring,
        "inbox/index.html",
        replies=views,
        wait=waiting_words(wait),
        views=_tabs(counts),
        here=url_for("inbox.index", tampil=word if word in VIEWS else "baru"),
        older=older,
        form=form or AnswerForm(formdata=None),
        sent_for=reply_id,
    )


def _tabs(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    words = {"baru": _("New"), "dijawab": _("Answered"), "selesai": _("Handled"), "tersembunyi": _("Hidden")}
    return [
        (text, url_for("inbox.index", tampil=word), sum(counts.get(state, 0) for state in VIEWS[word]))
        for word, text in words.items()
    ]
