"""Official accounts: connected in two steps, described, and disconnected."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app import account_linking as linking
from app.access import current, requires
from app.account_linking import Member, asked_for, has_consent, server_address
from app.errors import attach
from app.forms.base import SaringForm
from app.forms.publishing import ProfileForm, connect_form
from app.hooks import verify_word
from app.limits import spend
from app.newsroom import KEEPERS, READERS, confirmed_actor, own_id, own_organisation, read_organisation, render
from app.presenters.channel_accounts import AccountView, account_view, connect_hint, network_views
from app.web.share_cards import feed_address
from app.wiring import Saring
from kernel.errors import Invalid
from publishing import connecting, pending, subscribers
from publishing.channels.interface import Connect
from publishing.channels.values import Identity
from publishing.connecting import Profile, Verified
from publishing.errors import AccountRefused

Page = Response | str | tuple[str, int]

CONNECT_LIMIT = "10 per 10 minutes; 60 per day"
"""Tries of one person: what is typed here makes this server ask other servers."""


def make_blueprint(saring: Saring) -> Blueprint:
    """Return the pages about the organisation's accounts. Its publishers keep them; the others look."""
    blueprint = Blueprint("channel_accounts", __name__, url_prefix="/akun-resmi")

    @blueprint.get("")
    @requires(*READERS)
    def index() -> str:
        with saring.database.read() as session:
            house = read_organisation(session)
            views = [_view(saring, row, house.time_zone) for row in connecting.accounts_of(session, house.id)]
        return render(saring, "channel_accounts/index.html", accounts=views)

    @blueprint.get("/sambung")
    @requires(*KEEPERS)
    def choose() -> str:
        confirmed_actor(saring)
        networks = dict(saring.channels.kinds)
        consents = frozenset(kind for kind in networks if has_consent(saring, kind))
        return render(saring, "channel_accounts/choose.html", networks=network_views(networks, consents=consents))

    @blueprint.route("/sambung/<kind>", methods=["GET", "POST"])
    @requires(*KEEPERS)
    def begin(kind: str) -> Page:
        confirmed_actor(saring)
        own_id()
        if kind not in saring.channels.kinds:
            raise NotFound
        form = _connect_form(saring, kind)
        if form.is_submitted() and form.validate():
            answer = _tried(saring, kind, form)
            if answer is not None:
                return answer
        return _begin_page(saring, kind, form), 422 if form.is_submitted() else 200

    @blueprint.get("/kembali")
    @requires(*KEEPERS)
    def come_back() -> Page:
        return _came_back(saring, state=request.args.get("state", ""), code=request.args.get("code", ""))

    @blueprint.route("/pilih", methods=["GET", "POST"])
    @requires(*KEEPERS)
    def choose_page() -> Page:
        if request.method == "POST":
            linking.choose(saring, _member(), request.form.get("number", ""))
            return redirect(url_for("channel_accounts.confirm"), code=303)
        with saring.database.read() as session:
            found = pending.choices(session, now=saring.clock.now(), **_who())
        return render(saring, "channel_accounts/choose_page.html", choices=found)

    @blueprint.route("/pastikan", methods=["GET", "POST"])
    @requires(*KEEPERS)
    def confirm() -> Page:
        actor = confirmed_actor(saring)
        verified, form = _named(saring)
        if form.is_submitted() and form.validate():
            account = linking.keep_account(saring, _member(), profile=_profile(form), actor=actor)
            return redirect(url_for("channel_accounts.show", account_id=account.id), code=303)
        page = _confirm_page(saring, verified, form)
        return page, 422 if form.is_submitted() else 200

    @blueprint.get("/<int:account_id>")
    @requires(*READERS)
    def show(account_id: int) -> str:
        return _show(saring, account_id)

    @blueprint.post("/<int:account_id>/profil")
    @requires(*KEEPERS)
    def describe(account_id: int) -> Page:
        form, who = ProfileForm(), confirmed_actor(saring)
        if not form.validate():
            return _show(saring, account_id, form=form), 422
        with saring.database.write() as session:
            connecting.describe(session, account_id, profile=_profile(form), actor=who, now=saring.clock.now())
        return redirect(url_for("channel_accounts.show", account_id=account_id), code=303)

    @blueprint.post("/<int:account_id>/putus")
    @requires(*KEEPERS)
    def disconnect(account_id: int) -> Response:
        who, vault = confirmed_actor(saring), saring.channels.vault
        with saring.database.write() as session:
            connecting.disconnect(session, account_id, vault=vault, actor=who, now=saring.clock.now())
        return redirect(url_for("channel_accounts.index"), code=303)

    return blueprint


def _tried(saring: Saring, kind: str, form: SaringForm) -> Page | None:
    """Go to the network with what was typed; None where it refused, and the form says so."""
    spend(CONNECT_LIMIT, "connect", str(current().person_id))
    capabilities = saring.channels.kinds[kind].capabilities
    names, secret_names = asked_for(capabilities)
    settings = {name: form[name].data.strip() for name in names}
    if "server" in settings:
        settings["server"] = server_address(settings["server"])
    if kind == linking.SELF_SERVED:
        settings = _feed_settings(saring)
    try:
        if capabilities.connect is Connect.OAUTH:
            back = saring.settings.public_url + url_for("channel_accounts.come_back")
            address = linking.send_to_consent(saring, _member(), kind, settings=settings, back=back)
            # A link and no redirect: the policy lets no form lead to another site.
            return render(saring, "channel_accounts/consent.html", address=address, network=capabilities.label)
        secrets = {name: form[name].data.strip() for name in secret_names}
        linking.try_secrets(saring, _member(), kind, settings=settings, secrets=secrets)
    except (Invalid, AccountRefused) as error:
        attach(form, error)
        return None
    return redirect(url_for("channel_accounts.confirm"), code=303)


def _came_back(saring: Saring, *, state: str, code: str) -> Page:
    if not code:
        raise AccountRefused(reason=request.args.get("error_description") or request.args.get("error") or "–")
    many = linking.return_from_consent(saring, _member(), state=state, code=code)
    return redirect(url_for("channel_accounts.choose_page" if many else "channel_accounts.confirm"), code=303)


def _named(saring: Saring) -> tuple[Verified, ProfileForm]:
    """Return the account that waits for this person's word, and the form filled with what is known of it."""
    with saring.database.read() as session:
        verified = pending.named(session, vault=saring.channels.vault, now=saring.clock.now(), **_who())
        known = connecting.known_account(session, verified, organisation_id=own_id())
    values = {"audience": known.audience, "language": known.language, "tags": " ".join(known.tags)} if known else {}
    return verified, ProfileForm(data=values)


def _begin_page(saring: Saring, kind: str, form: SaringForm) -> str:
    capabilities = saring.channels.kinds[kind].capabilities
    names, secret_names = asked_for(capabilities)
    return render(
        saring,
        "channel_accounts/begin.html",
        form=form,
        names=names,
        secret_names=secret_names,
        network=capabilities.label,
        hint=connect_hint(kind),
        open=capabilities.connect is Connect.SECRETS or has_consent(saring, kind),
        verified_against=capabilities.verified_against,
    )


def _confirm_page(saring: Saring, verified: Verified, form: ProfileForm) -> str:
    label = saring.channels.kinds[verified.kind].capabilities.label
    identity: Identity = verified.identity
    return render(saring, "channel_accounts/confirm.html", identity=identity, network=label, form=form)


def _show(saring: Saring, account_id: int, *, form: ProfileForm | None = None) -> str:
    with saring.database.read() as session:
        house = read_organisation(session)
        account = connecting.account_of(session, account_id, organisation_id=house.id)
        view = _view(saring, account, house.time_zone)
    values = {"audience": account.audience, "language": account.language, "tags": " ".join(account.tags)}
    form = form or ProfileForm(formdata=None, data=values)
    hook = _hook(saring, account_id) if account.kind == "whatsapp" else None
    return render(saring, "channel_accounts/show.html", account=view, form=form, hook=hook)


def _hook(saring: Saring, account_id: int) -> tuple[str, str, int]:
    """Return the address that WhatsApp is to call, the word that proves it, and how many people are subscribed."""
    with saring.database.read() as session:
        readers = subscribers.count(session, account_id)
    address = saring.settings.public_url + url_for("callbacks.hear_number", account_id=account_id)
    return address, verify_word(saring, account_id), readers


def _connect_form(saring: Saring, kind: str) -> SaringForm:
    capabilities = saring.channels.kinds[kind].capabilities
    names, secret_names = asked_for(capabilities)
    defaults: dict[str, Any] = {"server": "https://bsky.social"} if kind == "bluesky" else {}
    return connect_form(capabilities, names, secret_names, data=defaults)


def _feed_settings(saring: Saring) -> dict[str, str]:
    with saring.database.read() as session:
        organisation = own_organisation(session)
    return {"url": feed_address(saring, organisation.slug), "name": organisation.name}


def _view(saring: Saring, account: Any, time_zone: str) -> AccountView:
    return account_view(account, networks=dict(saring.channels.kinds), time_zone=time_zone, now=saring.clock.now())


def _profile(form: ProfileForm) -> Profile:
    return Profile(form.audience.data or "", form.language.data, form.tag_words())


def _member() -> Member:
    return Member(current().person_id, own_id())


def _who() -> dict[str, int]:
    return {"person_id": current().person_id, "organisation_id": own_id()}
