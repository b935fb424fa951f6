"""A forgotten password: asking for the letter, and setting a new one from its link."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import passwords
from accounts.resetting import reset_password, whose_reset
from app.access import public
from app.errors import attach
from app.forms.accounts import ForgottenForm, NewPasswordForm
from app.limits import client_key, spend
from app.resetting import note_wish
from app.wiring import Saring
from kernel.errors import Invalid

TRIES = "20 per hour"
"""Links tried by one household; a link has 256 bits."""

Page = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


def add_views(blueprint: Blueprint, saring: Saring) -> None:
    """Add the two pages."""

    @blueprint.route("/lupa-sandi", methods=["GET", "POST"])
    @public
    def forgotten() -> Page:
        form, can_write = ForgottenForm(), saring.mail is not None
        if can_write and form.is_submitted() and form.validate() and _note(saring, form):
            return redirect(url_for("accounts.forgotten", sent=1), code=303)
        page = render_template("accounts/forgotten.html", form=form, sent="sent" in request.args, can_write=can_write)
        return page, 422 if form.is_submitted() else 200

    @blueprint.route("/lupa-sandi/<token>", methods=["GET", "POST"])
    @public
    def reset(token: str) -> Page:
        spend(TRIES, "password-reset-link", client_key())
        form = NewPasswordForm()
        if form.is_submitted() and form.validate() and _reset(saring, form, token):
            return redirect(url_for("accounts.sign_in", renewed=1), code=303)
        with saring.database.read() as session:
            whose_reset(session, token=token, now=saring.clock.now())
        page = render_template("accounts/reset.html", form=form)
        return page, 422 if form.is_submitted() else 200, {"Referrer-Policy": "no-referrer"}


def _note(saring: Saring, form: ForgottenForm) -> bool:
    try:
        note_wish(saring, form.email.data)
    except Invalid as error:
        attach(form, error)
        return False
    return True


def _reset(saring: Saring, form: NewPasswordForm, token: str) -> bool:
    with saring.database.read() as session:
        person = whose_reset(session, token=token, now=saring.clock.now())
    try:
        password_hash = passwords.choose_password(form.password.data, about=(person.email, person.name))
    except Invalid as error:
        attach(form, error)
        return False
    with saring.database.write() as session:
        reset_password(session, token=token, password_hash=password_hash, now=saring.clock.now())
    return True
