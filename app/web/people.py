"""Administration: who is here, inviting, appointing, suspending."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts import directory, people, suspending
from accounts import second_factor as factors
from accounts.errors import AlreadyMember
from accounts.organisations import join_organisation, list_organisations
from accounts.roles import Role
from accounts.sessions import require_fresh_second_factor
from app.access import current, requires
from app.errors import attach
from app.forms.base import SaringForm
from app.forms.people import InviteForm, MembershipForm, RoleForm, SuspendForm
from app.presenters.people import invitation_views, people_page, person_view
from app.wiring import Saring
from kernel.errors import Invalid
from kernel.outbox import Actor

Page = Response | str | tuple[str, int]


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages about people. Admins act, behind a fresh second factor; auditors read."""
    blueprint = Blueprint("people", __name__, url_prefix="/admin/orang")

    @blueprint.get("")
    @requires(Role.ADMIN, Role.AUDITOR)
    def index() -> str:
        text, role = _printable(request.args.get("q", "")), _role(request.args.get("role"))
        below = (saring.tokens.read_cursor(request.args.get("before")) or [None])[0]
        with saring.database.read() as session:
            found = directory.list_people(session, text=text, role=role, below=below)
            waiting = directory.open_invitations(session, now=saring.clock.now())
            objections = len(suspending.unanswered(session))
        page = people_page(found, text=text, role=role, tokens=saring.tokens)
        return render_template(
            "people/index.html",
            page=page,
            invitations=invitation_views(waiting),
            objections=objections,
            may_act=_may_act(),
        )

    @blueprint.route("/undang", methods=["GET", "POST"])
    @requires(Role.ADMIN)
    def invite() -> Page:
        _confirmed(saring)
        with saring.database.read() as session:
            form = InviteForm(organisations=list_organisations(session))
        if form.is_submitted() and form.validate():
            token = _invite(saring, form)
            if token:
                address = saring.settings.public_url + url_for("accounts.accept", token=token)
                return render_template("people/invited.html", address=address, email=form.email.data)
        return render_template("people/invite.html", form=form), 422 if form.is_submitted() else 200

    @blueprint.post("/undangan/<int:invitation_id>/cabut")
    @requires(Role.ADMIN)
    def withdraw_invitation(invitation_id: int) -> Response:
        actor = _confirmed(saring)
        with saring.database.write() as session:
            people.withdraw_invitation(session, invitation_id=invitation_id, actor=actor, now=saring.clock.now())
        return redirect(url_for("people.index"), code=303)

    @blueprint.get("/<int:person_id>")
    @requires(Role.ADMIN, Role.AUDITOR)
    def show(person_id: int) -> str:
        return _person_page(saring, person_id)

    @blueprint.post("/<int:person_id>/peran")
    @requires(Role.ADMIN)
    def change_role(person_id: int) -> Page:
        actor, form, now = _confirmed(saring), RoleForm(), saring.clock.now()
        if not form.validate():
            return _person_page(saring, person_id, role_form=form), 422
        act = people.withdraw_role if request.form.get("act") == "withdraw" else people.grant_role
        with saring.database.write() as session:
            act(session, person_id=person_id, role=Role(form.role.data), actor=actor, now=now)
        return _back(person_id)

    @blueprint.post("/<int:person_id>/organisasi")
    @requires(Role.ADMIN)
    def join(person_id: int) -> Page:
        actor, now = _confirmed(saring), saring.clock.now()
        with saring.database.read() as session:
            form = MembershipForm(organisations=list_organisations(session))
        if not form.validate():
            return _person_page(saring, person_id, membership=form), 422
        house = int(form.organisation.data)
        with saring.database.write() as session:
            join_organisation(session, person_id=person_id, organisation_id=house, actor=actor, now=now)
        return _back(person_id)

    @blueprint.post("/<int:person_id>/tangguhkan")
    @requires(Role.ADMIN)
    def suspend(person_id: int) -> Page:
        actor, form, now = _confirmed(saring), SuspendForm(), saring.clock.now()
        if not form.validate():
            return _person_page(saring, person_id, suspend_form=form), 422
        with saring.database.write() as session:
            suspending.suspend(session, person_id=person_id, reason=form.reason.data, actor=actor, now=now)
        return _back(person_id)

    @blueprint.post("/<int:person_id>/pulihkan")
    @requires(Role.ADMIN)
    def reinstate(person_id: int) -> Response:
        actor = _confirmed(saring)
        with saring.database.write() as session:
            suspending.reinstate(session, person_id=person_id, actor=actor, now=saring.clock.now())
        return _back(person_id)

    @blueprint.post("/<int:person_id>/pengaman/hapus")
    @requires(Role.ADMIN)
    def forget_second_factor(person_id: int) -> Response:
        actor, now = _confirmed(saring), saring.clock.now()
        with saring.database.write() as session:
            people.not_oneself(person_id, actor)
            factors.forget_second_factor(session, person_id=person_id, actor=actor, now=now)
            people.end_sessions(session, person_id=person_id, now=now)
        return _back(person_id)

    return blueprint


def _person_page(saring: Saring, person_id: int, **sent: SaringForm) -> str:
    """Return the page of a person; a form in `sent` is shown as it was filled in, with what is wrong."""
    with saring.database.read() as session:
        row, houses = directory.person_row(session, person_id), list_organisations(session)
    works_at = str(row.organisation_id) if row.organisation_id else None
    forms = {"membership": MembershipForm(organisations=houses, formdata=None, data={"organisation": works_at})}
    forms |= {"role_form": RoleForm(formdata=None), "suspend_form": SuspendForm(formdata=None)} | sent
    may_act = _may_act() and row.person_id != current().person_id
    return render_template("people/show.html", person=person_view(row), may_act=may_act, **forms)


def _invite(saring: Saring, form: InviteForm) -> str | None:
    try:
        with saring.database.write() as session:
            return people.invite(
                session,
                email=form.email.data,
                role=Role(form.role.data),
                organisation_id=form.organisation_id,
                actor=current().actor(Role.ADMIN),
                now=saring.clock.now(),
            )
    except (Invalid, AlreadyMember) as error:
        attach(form, error)
        return None


def _confirmed(saring: Saring) -> Actor:
    """Return who acts, once their second factor is fresh."""
    require_fresh_second_factor(current(), now=saring.clock.now())
    return current().actor(Role.ADMIN)


def _may_act() -> bool:
    return Role.ADMIN in current().roles


def _role(word: str | None) -> Role | None:
    return next((role for role in Role if role.value == word), None)


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())


def _back(person_id: int) -> Response:
    return redirect(url_for("people.show", person_id=person_id), code=303)
