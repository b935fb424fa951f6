"""Signing in and out, registering and accepting an invitation."""

from __future__ import annotations

import hashlib

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import passwords, people, signing_in
from accounts.errors import AccountSuspended, EmailTaken, WrongCredentials
from accounts.models import Invitation, Person
from accounts.roles import Role
from app import login
from app.access import half_signed_in, public
from app.addresses import own_path
from app.errors import attach, status_of
from app.forms.accounts import AcceptForm, RegisterForm, SignInForm
from app.i18n import choose_language
from app.limits import client_key, refund, spend
from app.presenters.accounts import role_word
from app.web import forgotten, profile, second_factors
from app.wiring import Saring
from kernel.errors import Invalid

SIGN_IN_LIMIT = "10 per 5 minutes"
"""Failed tries by one address, and on one account (the numbers that the Python Package Index chose)."""

JOIN_LIMIT = "20 per hour"
"""Tries by one address to register or to accept an invitation."""

TERMS_VERSION = "2026-11"
"""The wording of the code of conduct and the privacy notice in templates/accounts/_terms.html."""

Page = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages by which people come in, keep their account and prove who they are."""
    blueprint = Blueprint("accounts", __name__)

    @blueprint.route("/masuk", methods=["GET", "POST"])
    @public
    def sign_in() -> Page:
        form = SignInForm()
        onward = own_path(request.args.get("next")) or url_for("accounts.welcome")
        if g.signed_in is not None:
            return redirect(onward, code=303)
        if not form.is_submitted():
            return render_template("accounts/sign_in.html", form=form)
        if not form.validate():
            return render_template("accounts/sign_in.html", form=form), 422
        try:
            _prove(saring, email=form.email.data, password=form.password.data)
        except (WrongCredentials, AccountSuspended) as error:
            return _turned_away(saring, form, error)
        return redirect(onward, code=303)

    @blueprint.post("/keluar")
    @half_signed_in
    def sign_out() -> Response:
        login.sign_out(saring)
        return redirect(url_for("accounts.sign_in"), code=303)

    @blueprint.route("/daftar", methods=["GET", "POST"])
    @public
    def register() -> Page:
        form = RegisterForm()
        if not form.is_submitted():
            return render_template("accounts/register.html", form=form)
        spend(JOIN_LIMIT, "join", client_key())
        if form.validate() and _register(saring, form):
            return redirect(url_for("accounts.welcome"), code=303)
        return render_template("accounts/register.html", form=form), 422

    @blueprint.route("/undangan/<token>", methods=["GET", "POST"])
    @public
    def accept(token: str) -> Page:
        form = AcceptForm()
        with saring.database.read() as session:
            invitation = people.find_invitation(session, token=token, now=saring.clock.now())
        if form.is_submitted():
            spend(JOIN_LIMIT, "join", client_key())
            if form.validate() and _accept(saring, form, token=token, invitation=invitation):
                return redirect(url_for("accounts.welcome"), code=303)
        role = role_word(Role(invitation.role))
        page = render_template("accounts/accept.html", form=form, email=invitation.email, role=role)
        return page, 422 if form.is_submitted() else 200, {"Referrer-Policy": "no-referrer"}

    profile.add_views(blueprint, saring)
    forgotten.add_views(blueprint, saring)
    second_factors.add_views(blueprint, saring)
    return blueprint


def _turned_away(saring: Saring, form: SignInForm, error: WrongCredentials | AccountSuspended) -> tuple[str, int]:
    """Say why nobody was signed in; the owner of a shut account gets the way to object to that."""
    attach(form, error)
    number = error.facts.get("suspension_id")
    objection = url_for("suspensions.show", token=saring.tokens.sign_suspension(int(str(number)))) if number else ""
    return render_template("accounts/sign_in.html", form=form, objection=objection), status_of(error)


def _prove(saring: Saring, *, email: str, password: str) -> None:
    """Sign the person in, or count and write down the failure and raise what was wrong."""
    account = hashlib.sha256(email.strip().casefold().encode()).hexdigest()  # counters keep no address
    tries = (("sign-in-address", client_key()), ("sign-in-account", account))
    for scope, who in tries:
        spend(SIGN_IN_LIMIT, scope, who)
    try:
        with saring.database.read() as session:
            person = signing_in.authenticate(session, email=email, password=password)
    except WrongCredentials:
        with saring.database.write() as session:
            signing_in.note_failure(session, email=email, now=saring.clock.now())
        raise
    for scope, who in tries:
        refund(SIGN_IN_LIMIT, scope, who)
    if passwords.needs_rehash(person.password_hash):
        renewed = passwords.hash_password(password)
        with saring.database.write() as session:
            signing_in.renew_hash(session, person_id=person.id, password_hash=renewed)
    login.sign_in(saring, person_id=person.id)


def _register(saring: Saring, form: RegisterForm) -> bool:
    try:
        email, name = people.fold_email(form.email.data), people.tidy_name(form.name.data)
        password_hash = passwords.choose_password(form.password.data, about=(email, name))
        with saring.database.write() as session:
            person = people.register(
                session,
                email=email,
                name=name,
                password_hash=password_hash,
                roles=(Role.VOLUNTEER,),
                language=choose_language(),
                now=saring.clock.now(),
            )
            people.accept_terms(session, person_id=person.id, version=TERMS_VERSION, now=saring.clock.now())
    except (Invalid, EmailTaken) as error:
        attach(form, error)
        return False
    return _welcome(saring, person)


def _accept(saring: Saring, form: AcceptForm, *, token: str, invitation: Invitation) -> bool:
    try:
        password_hash = passwords.choose_password(form.password.data, about=(invitation.email, form.name.data))
        with saring.database.write() as session:
            person = people.accept_invitation(
                session,
                token=token,
                name=form.name.data,
                password_hash=password_hash,
                language=choose_language(),
                now=saring.clock.now(),
            )
            people.accept_terms(session, person_id=person.id, version=TERMS_VERSION, now=saring.clock.now())
    except (Invalid, EmailTaken) as error:
        attach(form, error)
        return False
    return _welcome(saring, person)


def _welcome(saring: Saring, person: Person) -> bool:
    login.sign_in(saring, person_id=person.id)
    return True
