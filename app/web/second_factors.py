"""Setting up a second factor and giving it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import second_factor as factors
from accounts.errors import WrongCode
from accounts.sessions import rename_session, require_fresh_second_factor
from accounts.signing_in import note_wrong_code
from app import login
from app.access import current, half_signed_in, signed_in
from app.addresses import own_path
from app.errors import attach
from app.forms.accounts import CodeForm
from app.limits import refund, spend
from app.presenters.accounts import enrolment_view
from app.wiring import Saring
from kernel.outbox import Actor

CODE_LIMIT = "5 per 5 minutes; 20 per hour; 50 per day"
"""Wrong codes of one person (the numbers that the Python Package Index chose): 10^6 codes outlast a lifetime."""

Page = Response | str | tuple[str, int]


def add_views(blueprint: Blueprint, saring: Saring) -> None:
    """Add the pages of the second factor."""

    @blueprint.route("/masuk/kode", methods=["GET", "POST"])
    @half_signed_in
    def second_factor() -> Page:
        onward = own_path(request.args.get("next"))
        if not current().has_second_factor:
            return redirect(url_for("accounts.enrol", next=onward), code=303)
        form = CodeForm()
        if form.is_submitted() and form.validate() and _give(saring, form):
            return redirect(onward or url_for("accounts.welcome"), code=303)
        return render_template("accounts/second_factor.html", form=form), 422 if form.is_submitted() else 200

    @blueprint.route("/akun/pengaman", methods=["GET", "POST"])
    @signed_in
    def enrol() -> Page:
        if current().has_second_factor:
            return redirect(url_for("accounts.show"), code=303)
        with saring.database.read() as session:
            address = factors.pending_enrolment(session, person_id=current().person_id, vault=saring.seal)
        form = CodeForm()
        if address and form.is_submitted() and form.validate():
            codes = _confirm(saring, form)
            if codes:
                return render_template("accounts/recovery_codes.html", codes=codes, onward=_onward())
        view = enrolment_view(address) if address else None
        return render_template("accounts/enrol.html", form=form, view=view), 422 if form.errors else 200

    @blueprint.post("/akun/pengaman/mulai")
    @signed_in
    def begin_enrolment() -> Response:
        with saring.database.write() as session:
            factors.begin_enrolment(session, person_id=current().person_id, vault=saring.seal)
        return redirect(url_for("accounts.enrol", next=own_path(request.args.get("next"))), code=303)

    @blueprint.route("/akun/pengaman/ganti", methods=["GET", "POST"])
    @signed_in
    def replace_second_factor() -> Page:
        me, now = current(), saring.clock.now()
        require_fresh_second_factor(me, now=now)
        if request.method == "GET":
            return render_template("accounts/replace.html")
        with saring.database.write() as session:
            factors.forget_second_factor(session, person_id=me.person_id, actor=_actor(), now=now)
        return redirect(url_for("accounts.enrol"), code=303)

    @blueprint.route("/akun/pengaman/kode-cadangan", methods=["GET", "POST"])
    @signed_in
    def renew_recovery_codes() -> Page:
        me, now = current(), saring.clock.now()
        require_fresh_second_factor(me, now=now)
        if request.method == "GET":
            return render_template("accounts/renew_codes.html")
        with saring.database.write() as session:
            codes = factors.renew_recovery_codes(session, person_id=me.person_id, now=now)
        return render_template("accounts/recovery_codes.html", codes=codes, onward=url_for("accounts.show"))


def _onward() -> str:
    return own_path(request.args.get("next")) or url_for("accounts.welcome")


def _actor() -> Actor:
    me = current()
    return Actor(me.person_id, organisation_id=me.organisation_id)


def _give(saring: Saring, form: CodeForm) -> bool:
    me, now = current(), saring.clock.now()
    spend(CODE_LIMIT, "code", str(me.person_id))
    try:
        with saring.database.write() as session:
            factors.verify_second_factor(
                session,
                person_id=me.person_id,
                session_id=me.session_id,
                code=form.code.data,
                vault=saring.seal,
                now=now,
            )
            token = rename_session(session, session_id=me.session_id)
    except WrongCode as error:
        _refuse(saring, form, error)
        return False
    refund(CODE_LIMIT, "code", str(me.person_id))
    login.carry_on(token)
    return True


def _confirm(saring: Saring, form: CodeForm) -> list[str]:
    me, now = current(), saring.clock.now()
    spend(CODE_LIMIT, "code", str(me.person_id))
    try:
        with saring.database.write() as session:
            codes = factors.confirm_enrolment(
                session,
                person_id=me.person_id,
                session_id=me.session_id,
                code=form.code.data,
                vault=saring.seal,
                now=now,
            )
            token = rename_session(session, session_id=me.session_id)
    except WrongCode as error:
        _refuse(saring, form, error)
        return []
    refund(CODE_LIMIT, "code", str(me.person_id))
    login.carry_on(token)
    return codes


def _refuse(saring: Saring, form: CodeForm, error: WrongCode) -> None:
    with saring.database.write() as session:
        note_wrong_code(session, person_id=current().person_id, now=saring.clock.now())
    attach(form, error)
