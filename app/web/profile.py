"""The account page: who I am here, where I am signed in, my password."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from accounts import passwords, people, sessions, signing_in
from accounts.errors import AliasTaken, WrongCredentials
from accounts.models import Organisation
from accounts.roles import REVIEWERS, STAFF, Role
from accounts.second_factor import unused_recovery_codes
from app.access import current, signed_in
from app.errors import attach
from app.forms.accounts import PasswordForm, ProfileForm
from app.i18n import COOKIE
from app.limits import spend
from app.presenters.accounts import AccountPage, account_page
from app.presenters.track_record import track_record_page
from app.wiring import Saring
from kernel.errors import Invalid
from verification.queries.holds import member_of
from verification.queries.track_record import track_record as track_record_of
from verification.services import examining
from verification.services.standing import place_of

TRIES = "10 per 5 minutes"
"""Tries of one person at their own present password: a borrowed browser must not become a guessing machine."""

Page = Response | str | tuple[str, int]


def add_views(blueprint: Blueprint, saring: Saring) -> None:
    """Add the account page and what can be done on it."""

    @blueprint.get("/akun/mulai")
    @signed_in
    def welcome() -> Response:
        return redirect(url_for(_first_page(current())), code=303)

    @blueprint.route("/akun", methods=["GET", "POST"])
    @signed_in
    def show() -> Page:
        with saring.database.read() as session:
            person = people.get_person(session, current().person_id)
            page = _page(session, current(), saring)
        form = ProfileForm(obj=person)
        if form.is_submitted() and form.validate() and _save_profile(saring, form):
            response = redirect(url_for("accounts.show", saved=1), code=303)
            response.delete_cookie(COOKIE)  # the language chosen here counts, not one picked earlier in the header
            return response
        parts = {"form": form, "page": page, "saved": "saved" in request.args}
        return render_template("accounts/show.html", **parts), 422 if form.is_submitted() else 200

    @blueprint.get("/akun/rekam")
    @signed_in
    def track_record() -> str:
        me, now = current(), saring.clock.now()
        with saring.database.read() as session:
            record = track_record_of(session, person_id=me.person_id)
            place = place_of(session, person_id=me.person_id, now=now)
            told = examining.told(session, person_id=me.person_id, now=now)
        return render_template("accounts/track_record.html", page=track_record_page(record, place, told))

    @blueprint.route("/akun/sandi", methods=["GET", "POST"])
    @signed_in
    def password() -> Page:
        form = PasswordForm()
        if not form.is_submitted():
            return render_template("accounts/password.html", form=form)
        if form.validate() and _change_password(saring, form):
            return redirect(url_for("accounts.show", saved=1), code=303)
        return render_template("accounts/password.html", form=form), 422

    @blueprint.post("/akun/sesi/<int:session_id>/akhiri")
    @signed_in
    def end_session(session_id: int) -> Response:
        with saring.database.write() as session:
            sessions.revoke_session(
                session, session_id=session_id, person_id=current().person_id, now=saring.clock.now()
            )
        return redirect(url_for("accounts.show"), code=303)

    @blueprint.post("/akun/sesi/akhiri")
    @signed_in
    def end_other_sessions() -> Response:
        me, now = current(), saring.clock.now()
        with saring.database.write() as session:
            sessions.revoke_others(session, person_id=me.person_id, keep_id=me.session_id, now=now)
        return redirect(url_for("accounts.show"), code=303)


def _first_page(person: sessions.SignedIn) -> str:
    """Return the endpoint where this person's work begins."""
    if person.roles & (REVIEWERS | {Role.VOLUNTEER}):
        return "desk.index"
    return "people.index" if person.roles & STAFF & {Role.ADMIN, Role.AUDITOR} else "accounts.show"


def _page(session: Session, me: sessions.SignedIn, saring: Saring) -> AccountPage:
    organisation = session.get(Organisation, me.organisation_id) if me.organisation_id else None
    return account_page(
        people.get_person(session, me.person_id),
        roles=me.roles,
        organisation=organisation.name if organisation else None,
        recovery_codes=unused_recovery_codes(session, person_id=me.person_id),
        sessions=sessions.list_sessions(session, person_id=me.person_id, now=saring.clock.now()),
        session_id=me.session_id,
        counts_with_others=member_of(session, person_id=me.person_id) is not None,
    )


def _save_profile(saring: Saring, form: ProfileForm) -> bool:
    try:
        with saring.database.write() as session:
            people.change_profile(
                session,
                person_id=current().person_id,
                name=form.name.data,
                alias=form.alias.data,
                language=form.language.data,
                languages=form.languages.data,
                topics=form.topics.data,
                now=saring.clock.now(),
            )
    except (Invalid, AliasTaken) as error:
        attach(form, error)
        return False
    return True


def _change_password(saring: Saring, form: PasswordForm) -> bool:
    me = current()
    spend(TRIES, "password", str(me.person_id))
    try:
        with saring.database.read() as session:
            email = people.get_person(session, me.person_id).email
            signing_in.check_password(session, person_id=me.person_id, password=form.current.data)
        password_hash = passwords.choose_password(form.password.data, about=(email, me.name))
    except (Invalid, WrongCredentials) as error:
        attach(form, error)
        return False
    with saring.database.write() as session:
        signing_in.store_password(
            session,
            person_id=me.person_id,
            password_hash=password_hash,
            keep_session_id=me.session_id,
            now=saring.clock.now(),
        )
    return True
