"""The board: what the organisation publishes, and the acts by which a person settles what the outbox cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts.errors import SecondFactorMissing
from accounts.organisations import list_organisations
from accounts.roles import Role
from app.access import requires
from app.boards import Board, filter_named, publication_context
from app.calendars import month_view
from app.errors import attach
from app.forms.base import SaringForm
from app.forms.publishing import LinkForm, MomentForm
from app.newsroom import (
    NEWSROOM,
    READERS,
    actor,
    confirmed_actor,
    keep_choice,
    own_id,
    own_organisation,
    read_organisation,
    render,
)
from app.wiring import Saring
from kernel.errors import Invalid
from publishing import desk, engagement, overview
from publishing.channels.values import Published
from publishing.scheduling import moment_of

Page = Response | str | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the board, the calendar, and the page of one publication with its buttons."""
    blueprint = Blueprint("publications", __name__, url_prefix="/terbitan")
    keep_choice(blueprint)

    @blueprint.get("")
    @requires(*READERS)
    def index() -> str:
        wanted, below = filter_named(request.args.get("tampil")), request.args.get("sebelum", type=int)
        with saring.database.read() as session:
            board = Board(saring, session, read_organisation(session)).page(wanted, below=below)
        return render(saring, "publications/index.html", board=board)

    @blueprint.get("/kalender")
    @requires(*READERS)
    def calendar() -> str:
        with saring.database.read() as session:
            board = Board(saring, session, read_organisation(session))
            month = month_view(session, board, word=request.args.get("bulan", ""), now=saring.clock.now())
        return render(saring, "publications/calendar.html", month=month)

    @blueprint.get("/lembaga")
    @requires(Role.AUDITOR)
    def choose() -> str:
        with saring.database.read() as session:
            waiting = overview.waiting_by_organisation(session)
            houses = [(house.name, house.slug, waiting.get(house.id, 0)) for house in list_organisations(session)]
        return render_template("publications/choose.html", houses=houses)

    @blueprint.get("/<int:publication_id>")
    @requires(*READERS)
    def show(publication_id: int) -> str:
        return _show(saring, publication_id)

    @blueprint.post("/<int:publication_id>/tayang")
    @requires(*NEWSROOM)
    def confirm_live(publication_id: int) -> Page:
        form, found = LinkForm(), Found()

        def look() -> None:
            url, who = form.url.data.strip(), actor()
            found.post = desk.locate(saring.database, saring.channels, publication_id, url=url, actor=who)

        def act(session: Session, now: datetime) -> None:
            desk.confirm_live(session, publication_id, remote=found.post, actor=actor(), now=now)

        return _settle(saring, publication_id, act, look=look, form=form, name="link_form")

    @blueprint.post("/<int:publication_id>/kirim-ulang")
    @requires(*NEWSROOM)
    def send_again(publication_id: int) -> Page:
        def act(session: Session, now: datetime) -> None:
            channels, who = saring.channels, actor()
            desk.send_again(session, publication_id, channels=channels, actor=who, now=now, seen=_seen())

        return _settle(saring, publication_id, act)

    @blueprint.post("/<int:publication_id>/batal")
    @requires(*NEWSROOM)
    def cancel(publication_id: int) -> Page:
        def act(session: Session, now: datetime) -> None:
            desk.cancel(session, publication_id, actor=actor(), now=now, seen=_seen())

        return _settle(saring, publication_id, act)

    @blueprint.post("/<int:publication_id>/tidak-tayang")
    @requires(*NEWSROOM)
    def not_there(publication_id: int) -> Page:
        def act(session: Session, now: datetime) -> None:
            desk.not_there(session, publication_id, actor=actor(), now=now, seen=_seen())

        return _settle(saring, publication_id, act)

    @blueprint.post("/<int:publication_id>/jadwal")
    @requires(*NEWSROOM)
    def reschedule(publication_id: int) -> Page:
        form = MomentForm()

        def act(session: Session, now: datetime) -> None:
            moment = moment_of(form.not_before.data, own_organisation(session).time_zone)
            desk.reschedule(session, publication_id, not_before=moment, actor=actor(), now=now)

        return _settle(saring, publication_id, act, form=form, name="moment_form")

    @blueprint.post("/<int:publication_id>/hilang")
    @requires(*NEWSROOM)
    def note_vanished(publication_id: int) -> Page:
        def act(session: Session, now: datetime) -> None:
            engagement.note_vanished(session, publication_id, actor=actor(), now=now)

        return _settle(saring, publication_id, act, act_outside=False)

    return blueprint


class Found:
    """What a link led to, between the look at the network and the transaction."""

    post: Published


def _seen() -> int:
    """Return the fence of the publication when the page was made; one that no publication has where it is missing."""
    return request.form.get("fence", -1, type=int)


def _settle(
    saring: Saring,
    publication_id: int,
    act: Callable[[Session, datetime], object],
    *,
    look: Callable[[], object] | None = None,
    form: SaringForm | None = None,
    name: str = "",
    act_outside: bool = True,
) -> Page:
    """Act in one transaction and go back to the publication; on bad input show it again with what was typed.

    What changes the world outside needs a fresh second factor; taking note of something does not. `look` asks a
    network first, while no transaction is open.
    """
    own_id()
    if form is None or form.validate():
        try:
            if act_outside:
                confirmed_actor(saring)
            if look is not None:
                look()
            with saring.database.write() as session:
                act(session, saring.clock.now())
        except (Invalid, SecondFactorMissing) as error:
            if form is None:
                raise
            attach(form, error)
        else:
            return redirect(url_for("publications.show", publication_id=publication_id), code=303)
    return _show(saring, publication_id, **{name: form}), 422


def _show(saring: Saring, publication_id: int, **sent: SaringForm | None) -> str:
    with saring.database.read() as session:
        page = publication_context(Board(saring, session, read_organisation(session)), publication_id)
    forms: dict[str, SaringForm | None] = {
        "link_form": LinkForm(formdata=None),
        "moment_form": MomentForm(formdata=None),
    }
    return render(saring, "publications/show.html", page=page, **{**forms, **sent})
